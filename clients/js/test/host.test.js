import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClient, becomeHost, hostChanged, room } from "./support/fakes.js";
import { faked } from "./support/time.js";

// A game that counts: its state is the list of what was applied to it.
function counting(more = {}) {
  const game = { applied: null, ticks: [], abouts: [], lost: [] };
  game.handlers = {
    onBecomeHost(snapshot, inputs, about) {
      game.applied = [...(snapshot ?? []), ...inputs.map(({ data }) => data)];
      game.abouts.push(about);
    },
    onInput: (player, data) => game.applied.push(data),
    onTick: (dtMs) => {
      game.ticks.push(dtMs);
      return game.applied.length;
    },
    takeSnapshot: () => [...game.applied],
    onLoseHost: (about) => game.lost.push(about),
    ...more,
  };
  return game;
}

// A room in which this client is a member that a migration can reach.
const joined = () => room({ created: false, host: "bo" });

function elect(made, epoch, ...given) {
  made.hear("host_changed", [hostChanged("anna", epoch, { previous: "bo" })]);
  made.hear("become_host", [becomeHost(epoch, ...given)]);
}

test("who opens a room is host at once, and hands in a first snapshot", async (t) => {
  const time = faked(t);
  const made = room();
  const game = counting();

  const role = made.hostRole(game.handlers);
  await time.settle();

  assert.equal(role.active, true);
  assert.deepEqual(made.client.sent, [["snapshot", [], { covers: 0 }]]); // nobody waits for its word
  assert.deepEqual(game.abouts, [
    { epoch: 1, snapshot_epoch: null, snapshot_age_ms: null, tail: null, truncated: 0 },
  ]);
});

test("the game goes on by ticks, its state to all, and a snapshot covers the inputs in it", async (t) => {
  const time = faked(t);
  const made = room();
  const game = counting({ tickMs: 50, snapshotEveryMs: 200 });
  made.hostRole(game.handlers);

  made.hear("input", ["bo", "left", { seq: 1 }, "offset"]);
  made.hear("input", ["bo", "right", { seq: 2 }, "offset"]);
  await time.pass(200);

  assert.deepEqual(game.ticks, [50, 50, 50, 50]);
  assert.deepEqual(made.client.of("state"), [[2], [2], [2], [2]]);
  assert.deepEqual(made.client.of("snapshot").at(-1), [["left", "right"], { covers: 2 }]);
});

test("who becomes host restores, applies what came since, says that it is ready, and plays on", async (t) => {
  const time = faked(t);
  const made = joined();
  const game = counting();
  const role = made.hostRole(game.handlers);
  assert.equal(role.active, false);

  elect(made, 2, ["a", "b"], [["cleo", "c", 3]]);
  await time.settle();
  made.hear("input", ["cleo", "d", { seq: 4 }]);
  await role.save();

  assert.deepEqual(game.applied, ["a", "b", "c", "d"]);
  assert.deepEqual(made.client.of("host_ready"), [[{ epoch: 2 }]]);
  assert.deepEqual(made.client.of("snapshot"), [
    [["a", "b", "c"], { covers: 3 }],
    [["a", "b", "c", "d"], { covers: 4 }],
  ]);
});

test("inputs that come while the game is restored wait for it, each applied once", async (t) => {
  const time = faked(t);
  const made = joined();
  let restored;
  const game = counting();
  const { onBecomeHost } = game.handlers;
  made.hostRole({
    ...game.handlers,
    onBecomeHost: (...given) => new Promise((resolve) => (restored = () => resolve(onBecomeHost(...given)))),
  });

  elect(made, 2, ["a"]);
  made.hear("input", ["cleo", "b", { seq: 2 }]);
  await time.settle();
  assert.deepEqual(made.client.of("host_ready"), []);
  restored();
  await time.settle();

  assert.deepEqual(game.applied, ["a", "b"]);
});

test("a role that is taken after the call gets the game as well", async (t) => {
  const time = faked(t);
  const made = joined();
  elect(made, 2, ["a"]);

  const game = counting();
  made.hostRole(game.handlers);
  await time.settle();

  assert.deepEqual(game.applied, ["a"]);
  assert.deepEqual(made.client.of("host_ready"), [[{ epoch: 2 }]]);
});

test("a reloaded host does not begin a new game over its own: it waits to be given it", async (t) => {
  const time = faked(t);
  const made = room({ created: false }); // its host, but this page did not open it
  const game = counting();

  made.hostRole(game.handlers);
  await time.pass(2000);
  assert.equal(game.applied, null);
  assert.deepEqual(made.client.sent, []);
  elect(made, 2, ["a"]);
  await time.settle();

  assert.deepEqual(game.applied, ["a"]);
});

test("when somebody else becomes host everything stops", async (t) => {
  const time = faked(t);
  const made = room();
  const game = counting();
  const role = made.hostRole(game.handlers);
  await time.pass(100);
  made.client.sent.length = 0;

  made.hear("host_changed", [hostChanged("bo", 2)]);
  made.hear("input", ["bo", "late", { seq: 9 }]);
  await time.pass(5000);

  assert.deepEqual(made.client.sent, []);
  assert.deepEqual(game.applied, []);
  assert.deepEqual(game.lost.map(({ epoch }) => epoch), [2]);
  assert.equal(role.active, false);
});

test("a host that learns only by a gap that it is none any more stops as well", async (t) => {
  const time = faked(t);
  const made = room();
  const game = counting();
  const role = made.hostRole(game.handlers);

  made.become({ ...made.info, host: "bo", epoch: 2 });
  made.hear("resync", [made]);
  await time.pass(1000);

  assert.equal(role.active, false);
  assert.deepEqual(game.lost, [null]);
});

test("a call of an earlier epoch is passed over", async (t) => {
  const time = faked(t);
  const made = joined();
  const game = counting();
  made.hostRole(game.handlers);
  made.hear("host_changed", [hostChanged("anna", 4)]);

  made.hear("become_host", [becomeHost(3, ["old"])]);
  await time.settle();

  assert.equal(game.applied, null);
});

test("a game that lost the role while it restored never says that it is ready", async (t) => {
  const time = faked(t);
  const made = joined();
  let restored;
  const role = made.hostRole({ ...counting().handlers, onBecomeHost: () => new Promise((resolve) => (restored = resolve)) });
  elect(made, 2, []);

  made.hear("host_changed", [hostChanged("bo", 3)]);
  restored();
  await time.pass(1000);

  assert.deepEqual(made.client.sent, []);
  assert.equal(role.active, false);
});

test("a game that cannot be restored is left to the next candidate, and the mistake is told", async (t) => {
  const time = faked(t);
  for (const broken of [
    () => {
      throw new Error("no such map");
    },
    () => Promise.reject(new Error("no such map")),
  ]) {
    const made = joined();
    made.hostRole({ ...counting().handlers, onBecomeHost: broken });

    elect(made, 2, ["a"]);
    await time.settle();

    assert.deepEqual(made.client.of("host_ready"), []);
    assert.deepEqual(made.client.reported.map(({ code, message }) => [code, message]), [
      ["handler", "onBecomeHost: no such map"],
    ]);
  }
});

test("who is ready too late does not play", async (t) => {
  const time = faked(t);
  const made = joined();
  made.client.refusals.host_ready = "stale_host";
  const role = made.hostRole(counting().handlers);

  elect(made, 2, ["a"]);
  await time.pass(1000);

  assert.equal(role.active, false);
  assert.deepEqual(made.client.of("state"), []);
});

test("the last snapshot is handed in when it is asked for, in this epoch only", async (t) => {
  const time = faked(t);
  const made = room();
  made.hostRole(counting().handlers);
  await time.settle();
  made.client.sent.length = 0;

  made.hear("snapshot_request", [{ epoch: 0, reason: "transfer", within_ms: 1000 }]);
  assert.deepEqual(made.client.sent, []);
  made.hear("snapshot_request", [{ epoch: 1, reason: "transfer", within_ms: 1000 }]);
  assert.deepEqual(made.client.of("snapshot"), [[[], { covers: 0 }]]);
});

test("the game stands still while there is no connection", async (t) => {
  const time = faked(t);
  const made = room();
  const game = counting();
  made.hostRole(game.handlers);
  await time.pass(100);
  const ticks = game.ticks.length;

  made.client.connected = false;
  await time.pass(3000);
  assert.equal(game.ticks.length, ticks);
  made.client.connected = true;
  await time.pass(100);

  assert.deepEqual(game.ticks.slice(ticks), [50, 50]);
});

test("a handler that throws is told, and the game goes on", async (t) => {
  const time = faked(t);
  const made = room();
  const game = counting({
    onInput() {
      throw new Error("bad move");
    },
  });
  const role = made.hostRole(game.handlers);

  made.hear("input", ["bo", "x", { seq: 1 }]);
  await time.pass(50);

  assert.equal(made.client.reported[0].message, "onInput: bad move");
  assert.equal(role.active, true);
  assert.equal(game.ticks.length, 1);
});

test("a snapshot or a state that is only promised is a mistake that is told, and nothing is sent", async (t) => {
  const time = faked(t);
  const made = room();
  const game = counting({
    onTick: async () => {
      throw new Error("bad tick");
    },
    takeSnapshot: async () => ["of another moment"],
    onInput: async () => {
      throw new Error("bad move");
    },
  });
  made.hostRole(game.handlers);

  made.hear("input", ["bo", "x", { seq: 1 }]);
  await time.pass(50);

  const told = made.client.reported.map((error) => error.message);
  assert.ok(told.includes("takeSnapshot: must return its answer, not a promise of it"), told);
  assert.ok(told.includes("onTick: must return its answer, not a promise of it"), told);
  assert.ok(told.includes("onTick: bad tick") && told.includes("onInput: bad move"), told);
  assert.deepEqual(made.client.of("snapshot"), []);
});

test("a role that is given back calls no handler, and another one can be taken", async (t) => {
  const time = faked(t);
  const made = room({}, new FakeClient());
  const first = counting();
  const second = counting();
  made.hostRole(first.handlers).stop();

  made.hostRole(second.handlers);
  made.hear("input", ["bo", "x", { seq: 1 }]);
  await time.pass(50);

  assert.deepEqual(first.applied, []);
  assert.deepEqual(first.ticks, []);
  assert.deepEqual(second.applied, ["x"]);
});
