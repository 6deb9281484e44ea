// What a guest sees: others between two states, itself at once.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Interpolation } from "../../../gameserver/web/static/game/interpolation.js";
import { Prediction } from "../../../gameserver/web/static/game/prediction.js";
import { STEP_MS, STEPS_PER_STATE } from "../../../gameserver/web/static/game/rules.js";
import { load, save } from "../../../gameserver/web/static/game/saving.js";
import { addPlayer, newWorld, step, takeInput } from "../../../gameserver/web/static/game/simulation.js";

const PERIOD = STEP_MS * STEPS_PER_STATE;
const copied = (world) => load(save(world));

const at = (tick, x) => {
  const world = newWorld(1);
  world.tick = tick;
  addPlayer(world, "anna");
  Object.assign(world.players.get("anna"), { x, y: 0 });
  return world;
};

test("others are shown between two states, two states late", () => {
  const seen = new Interpolation();
  for (let state = 0; state < 5; state += 1) seen.take(at(state * 3, state * 10), 1000 + state * PERIOD);
  const [x] = seen.places(1000 + 4 * PERIOD + PERIOD / 2).get("anna");
  assert.ok(Math.abs(x - 25) < 0.01, `${x}`);
});

test("a message that came late moves nobody back or aside", () => {
  const seen = new Interpolation();
  for (let state = 0; state < 5; state += 1) {
    seen.take(at(state * 3, state * 10), 1000 + state * PERIOD + (state === 3 ? 40 : 0));
  }
  const [x] = seen.places(1000 + 4 * PERIOD + PERIOD / 2).get("anna");
  assert.ok(Math.abs(x - 25) < 0.01, `${x}`);
  assert.equal(seen.take(at(6, 0), 2000), false);
});

test("without a next state they wait at the last one", () => {
  const seen = new Interpolation();
  seen.take(at(3, 10), 1000);
  assert.deepEqual(seen.places(9000).get("anna"), [10, 0]);
});

test("another host may go on from an earlier tick", () => {
  const seen = new Interpolation();
  seen.take(at(30, 10), 1000);
  seen.restart();
  assert.equal(seen.newest.players.get("anna").x, 10);
  assert.equal(seen.take(at(27, 12), 5000), true);
  assert.equal(seen.places(5000).get("anna")[0], 12);
});

// Plays a host `delay` steps away: inputs reach it so late, and its states come back as late.
function played({ delay, total, inputAt, disturb = () => {} }) {
  const host = newWorld(1);
  addPlayer(host, "anna");
  const own = new Prediction();
  own.correct(host.players.get("anna"));
  const [up, down] = [[], []];
  const errors = [];
  for (let now = 0; now < total; now += 1) {
    const input = inputAt(now);
    if (input) {
      own.steer(input[0], input[1] / 100, input[2] / 100, input[3] === 1);
      up.push([now + delay, input]);
    }
    while (up.length && up[0][0] <= now) takeInput(host, "anna", up.shift()[1]);
    disturb(host.players.get("anna"), now);
    step(host);
    if (now % STEPS_PER_STATE === 0) down.push([now + delay, copied(host)]);
    own.advance();
    while (down.length && down[0][0] <= now) own.correct(down.shift()[1].players.get("anna"));
    const { x, y } = host.players.get("anna");
    errors.push(Math.hypot(own.place[0] - x, own.place[1] - y));
  }
  return errors;
}

const turns = (now) => (now % 40 === 0 ? [now / 40 + 1, now % 80 ? 0 : 100, now % 80 ? -100 : 0, 0] : null);

test("one's own puck answers at once and ends where the host has it", () => {
  const stop = (now) => (now < 200 ? turns(now) : now === 200 ? [99, 0, 0, 0] : null);
  const errors = played({ delay: 6, total: 500, inputAt: stop });
  assert.ok(errors[20] > 1); // ahead of the host, which has not heard of it for as long
  assert.ok(errors.at(-1) < 0.5, `${errors.at(-1)}`);
});

test("without delay prediction and host agree", () => {
  const errors = played({ delay: 0, total: 300, inputAt: turns });
  assert.ok(Math.max(...errors) < 0.1, `${Math.max(...errors)}`);
});

test("a push that only the host knows of is learnt from it", () => {
  const errors = played({
    delay: 6, total: 400, inputAt: (now) => (now === 0 ? [1, 0, 0, 0] : null),
    disturb: (anna, now) => now === 100 && (anna.vx += 6),
  });
  assert.ok(Math.max(...errors) > 20);
  assert.ok(errors.at(-1) < 1, `${errors.at(-1)}`);
});
