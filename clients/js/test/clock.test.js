import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../src/index.js";
import { faked } from "./support/time.js";

const AHEAD = 1_700_000_000_000; // the server's clock is so much ahead of performance.now()

// One exchange over a path that takes so long there and back; ends now.
function exchange(clock, time, there, back, ahead = AHEAD) {
  const asked = time.now - there - back;
  clock.add(asked, { received: asked + there + ahead, sent: asked + there + ahead }, time.now);
}

test("the server's time is known after one exchange over an even path", (t) => {
  const time = faked(t);
  const clock = new Clock();
  assert.equal(clock.synced, false);

  exchange(clock, time, 20, 20);

  assert.equal(clock.synced, true);
  assert.equal(clock.now(), time.now + AHEAD);
  assert.equal(clock.until(time.now + AHEAD + 250), 250);
  assert.equal(clock.local(AHEAD + 5000), 5000);
  assert.equal(clock.boundMs, 20);
});

test("the fastest way there and the fastest way back need not be of one exchange", (t) => {
  const time = faked(t);
  const clock = new Clock();

  exchange(clock, time, 20, 90);
  exchange(clock, time, 70, 20);

  assert.equal(clock.now(), time.now + AHEAD);
});

test("over an uneven path the clock is wrong by its bound at most", (t) => {
  const time = faked(t);
  const clock = new Clock();

  exchange(clock, time, 5, 95);

  assert.ok(Math.abs(clock.now() - (time.now + AHEAD)) <= clock.boundMs);
});

test("a settled clock is moved by 5 ms a second at most, and never runs back", async (t) => {
  const time = faked(t);
  const clock = new Clock();
  for (let count = 0; count < 8; count++) exchange(clock, time, 20, 20);

  clock.restart();
  exchange(clock, time, 20, 20, AHEAD - 40);

  let last = clock.now();
  assert.equal(last, time.now + AHEAD);
  for (let ms = 0; ms < 9000; ms += 10) {
    await time.pass(10);
    const now = clock.now();
    assert.ok(now - last >= 9.95 - 1e-3 && now - last <= 10.05 + 1e-3);
    last = now;
  }
  assert.equal(clock.now(), time.now + AHEAD - 40);
});

test("a server whose clock was changed is followed at once", (t) => {
  const time = faked(t);
  const clock = new Clock();
  for (let count = 0; count < 8; count++) exchange(clock, time, 20, 20);

  clock.restart();
  exchange(clock, time, 20, 20, AHEAD + 60_000);

  assert.equal(clock.now(), time.now + AHEAD + 60_000);
});

test("an old exchange counts less by the drift since", async (t) => {
  const time = faked(t);
  const clock = new Clock();
  exchange(clock, time, 20, 20);
  await time.pass(1_000_000); // 50 ppm of this are 50 ms

  exchange(clock, time, 40, 40, AHEAD + 10);

  assert.equal(clock.boundMs, 40);
});

test("each exchange is told", (t) => {
  const time = faked(t);
  const clock = new Clock();
  const told = [];
  clock.on("change", (about) => told.push(about));

  exchange(clock, time, 10, 10);

  assert.deepEqual(told, [{ offsetMs: AHEAD, boundMs: 10 }]);
});
