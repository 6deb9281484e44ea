import assert from "node:assert/strict";
import { test } from "node:test";
import { Emitter, TrackPlayer } from "../src/index.js";
import { FakeClient } from "./support/fakes.js";
import { faked } from "./support/time.js";

const AHEAD = 1_700_000_000_000;
const LATENCY = 0.04; // from the audio clock to the ear, s

// An audio context whose clock began 500 ms after the page's, and what was struck in it.
class FakeAudio {
  state = "running";
  struck = [];
  outputLatency = LATENCY;

  constructor(time, output = true) {
    this.time = time;
    if (output) {
      this.getOutputTimestamp = () => ({ contextTime: this.currentTime - LATENCY, performanceTime: time.now });
    }
  }

  get currentTime() {
    return (this.time.now - 500) / 1000;
  }
}

const sound = (context, value, when) => {
  const note = { value, when, stopped: false, stop: () => (note.stopped = true) };
  context.struck.push(note);
  return note;
};

function playing(time, options = {}) {
  const room = new Emitter();
  room.client = new FakeClient();
  room.client.clock.add(time.now - 20, { received: time.now - 10 + AHEAD, sent: time.now - 10 + AHEAD }, time.now);
  const audio = new FakeAudio(time);
  const player = new TrackPlayer(room, { audioContext: audio, sound, ...options });
  return { room, audio, player };
}

const near = (actual, expected) => assert.ok(Math.abs(actual - expected) < 1e-6, `${actual}, not ${expected}`);

test("a tact is heard at its moment of the server's clock, its way to the ear counted in", (t) => {
  const time = faked(t);
  const { room, audio, player } = playing(time);
  const scheduled = [];
  player.on("scheduled", (each) => scheduled.push(each));

  room.emit("tact", { tact: 0, value: 60, at: AHEAD + time.now + 250 });

  near(audio.struck[0].when, audio.currentTime + 0.25 - LATENCY);
  assert.equal(scheduled[0].when, audio.struck[0].when);
  assert.equal(scheduled[0].at, AHEAD + time.now + 250);
});

test("two devices with other latencies and offsets are heard together", (t) => {
  const time = faked(t);
  const plain = playing(time);
  const late = playing(time, { offsetMs: -120 }); // wireless headphones: 120 ms behind

  for (const { room } of [plain, late]) room.emit("tact", { tact: 0, value: 60, at: AHEAD + time.now + 400 });

  near(plain.audio.struck[0].when - late.audio.struck[0].when, 0.12);
});

test("a browser without output times, or with nonsense, goes by the audio clock and its latency", (t) => {
  const time = faked(t);
  for (const output of [undefined, () => ({ contextTime: 0, performanceTime: 0 }), () => ({ contextTime: 9, performanceTime: 1 })]) {
    const audio = new FakeAudio(time, false);
    audio.getOutputTimestamp = output;
    const { room } = playing(time, { audioContext: audio });

    room.emit("tact", { tact: 0, value: 60, at: AHEAD + time.now + 250 });

    near(audio.struck[0].when, audio.currentTime + 0.25 - LATENCY);
  }
});

test("each tact is told at its moment, sound or not; a rest strikes nothing", async (t) => {
  const time = faked(t);
  const { room, audio, player } = playing(time, { audioContext: null });
  const told = [];
  player.on("tact", ({ tact }) => told.push([tact, time.now]));
  const began = time.now;

  room.emit("tact", { tact: 0, value: 60, at: AHEAD + began + 200 });
  player.audioContext = audio;
  room.emit("tact", { tact: 1, value: 0, at: AHEAD + began + 400 });
  await time.pass(1000);

  assert.deepEqual(told, [[0, began + 200], [1, began + 400]]);
  assert.deepEqual(audio.struck, []);
});

test("a context that waits for a click sounds nothing yet", (t) => {
  const time = faked(t);
  const { room, audio } = playing(time);
  audio.state = "suspended";

  room.emit("tact", { tact: 0, value: 60, at: AHEAD + time.now + 200 });

  assert.deepEqual(audio.struck, []);
});

test("a pause silences what has not sounded yet, and only that", async (t) => {
  const time = faked(t);
  const { room, audio, player } = playing(time);
  const told = [];
  player.on("tact", ({ tact }) => told.push(tact));
  for (const tact of [0, 1, 2]) room.emit("tact", { tact, value: 60, at: AHEAD + time.now + 100 + 250 * tact });

  await time.pass(150);
  room.emit("track_state", { playing: false });
  await time.pass(1000);

  assert.deepEqual(told, [0]);
  assert.deepEqual(audio.struck.map(({ stopped }) => stopped), [false, true, true]);
});

test("a little late is played at once, much too late is left out", (t) => {
  const time = faked(t);
  const { room, audio } = playing(time);

  room.emit("tact", { tact: 0, value: 60, at: AHEAD + time.now - 50 });
  room.emit("tact", { tact: 1, value: 62, at: AHEAD + time.now - 500 });

  assert.deepEqual(audio.struck.map(({ value }) => value), [60]);
  assert.equal(audio.struck[0].when, audio.currentTime);
});

test("when the room is over nothing sounds any more", async (t) => {
  const time = faked(t);
  const { room, audio } = playing(time);
  room.emit("tact", { tact: 0, value: 60, at: AHEAD + time.now + 300 });

  room.emit("closed", "left");
  room.emit("tact", { tact: 1, value: 60, at: AHEAD + time.now + 600 });

  assert.deepEqual(audio.struck.map(({ stopped }) => stopped), [true]);
});

test("the plain tone has the note's pitch, starts at its moment and ends by itself", (t) => {
  const time = faked(t);
  const calls = [];
  const node = (more = {}) => ({ connect: (next) => next, ...more });
  const audio = Object.assign(new FakeAudio(time), {
    destination: node(),
    createOscillator: () =>
      node({
        frequency: { set value(hz) { calls.push(["hz", hz]); } },
        start: (when) => calls.push(["start", when]),
        stop: (when) => calls.push(["stop", when]),
      }),
    createGain: () => node({ gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} } }),
  });
  const { room } = playing(time, { audioContext: audio, sound: undefined });

  room.emit("tact", { tact: 0, value: 81, at: AHEAD + time.now + 250 });

  const when = audio.currentTime + 0.25 - LATENCY;
  assert.deepEqual(calls.map(([name]) => name), ["hz", "start", "stop"]);
  near(calls[0][1], 880);
  near(calls[1][1], when);
  near(calls[2][1], when + 0.9);
});
