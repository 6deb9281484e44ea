import assert from "node:assert/strict";
import { test } from "node:test";
import { Room } from "../src/index.js";
import { FakeClient, hostChanged, info, member, room } from "./support/fakes.js";

const at = "room0001";
const ids = (made) => made.players.map(({ id }) => id);
const failed = (promise) => promise.then(() => null, (error) => error.code);

test("the room stays true by what is told of it", () => {
  const made = room({ track: { track_id: 1, tact: 0, track_values: [60, 62], playerInterval: null, next_at: null } });
  const changes = [];
  made.on("change", ({ info }) => changes.push(info));

  made.hear("player_joined", [{ id: at, player: member("cleo") }, "offset"]);
  assert.deepEqual(ids(made), ["anna", "bo", "cleo"]);
  made.hear("player_disconnected", [{ id: at, player_id: "bo", until: 0 }]);
  assert.equal(made.players[1].connected, false);
  made.hear("player_reconnected", [{ id: at, player_id: "bo" }]);
  assert.equal(made.players[1].connected, true);
  made.hear("player_left", [{ id: at, player_id: "bo", reason: "left" }]);
  assert.deepEqual(made.info.users, ["anna", "cleo"]);
  made.hear("track_state", [{ id: at, track_id: 1, tact: 1, playing: true, playerInterval: 250, next_at: 9, by: null }]);
  assert.deepEqual([made.track.tact, made.track.playerInterval, made.track.next_at], [1, 250, 9]);
  made.hear("track_ended", [{ id: at }]);
  assert.equal(made.track.playerInterval, null);
  made.hear("room_updated", [info({ title: "Finale" })]);
  assert.equal(made.title, "Finale");
  made.hear("successors", [{ host: "anna", next: ["bo"] }]);
  assert.deepEqual(made.successors, ["bo"]);

  assert.equal(changes.length, 8);
  assert.equal(new Set(changes.slice(0, 7)).size, 7); // each a new object
});

test("a change of host is told with its candidates' pings, and is over when the new host is ready", () => {
  const made = room();

  made.hear("host_changed", [hostChanged("bo", 2, { candidates: [{ id: "bo", ping_ms: 12, score: 13 }] })]);
  assert.deepEqual([made.host, made.isHost, made.epoch, made.info.state], ["bo", false, 2, "migrating"]);
  assert.deepEqual(made.players.map(({ role, ping_ms }) => [role, ping_ms]), [["CLIENT", null], ["HOST", 12]]);
  made.hear("host_ready", [{ host: "bo", epoch: 2, forced: false }]);
  assert.equal(made.info.state, "open");
  made.hear("host_changed", [hostChanged(null, 2)]);
  assert.equal(made.info.state, "waiting");
});

test("a started session goes on as one under its next host", () => {
  const made = room();

  made.hear("session_started", [{ session_key: "ABC234", options: null, started_at: 0, users: [] }]);
  made.hear("host_changed", [hostChanged("bo", 2)]);
  made.hear("host_ready", [{ host: "bo", epoch: 2, forced: false }]);

  assert.equal(made.info.state, "started");
});

test("what comes before whoever awaits the room had its turn is kept, in order", () => {
  const made = new Room(new FakeClient(), info(), { created: 1, synced: true });
  made.hear("state", [1]);
  made.hear("broadcast", ["bo", "hello", "offset"]);

  const heard = [];
  made.on("state", (data) => heard.push(data));
  made.on("broadcast", (...args) => heard.push(args));
  made.flow();
  made.hear("state", [2]);

  assert.deepEqual(heard, [1, ["bo", "hello"], 2]);
});

test("an acknowledgement keeps its place behind what came before it", async () => {
  const client = new FakeClient();
  const made = new Room(client, info(), { created: 1, synced: true });
  made.resume();
  const heard = [];
  made.on("input", (player, data) => heard.push(data));
  const done = made.input("mine").then(() => heard.push("acknowledged"));

  made.hear("input", ["anna", "mine", { seq: 1 }]);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(heard, []);
  made.flow();
  await done;

  assert.deepEqual(heard, ["mine", "acknowledged"]);
});

test("what belongs to another room is passed over", () => {
  const made = room();

  made.hear("player_left", [{ id: "another0", player_id: "bo", reason: "left" }]);

  assert.deepEqual(ids(made), ["anna", "bo"]);
});

test("listeners get an event's own arguments, never the offset behind them", () => {
  const made = room();
  const heard = [];
  for (const name of ["update", "input", "direct", "snapshot"]) made.on(name, (...args) => heard.push([name, ...args]));

  made.hear("update", ["bo", "aim", "left", null]);
  made.hear("input", ["bo", 1, { seq: 7 }, "offset"]);
  made.hear("input", ["bo", 2, "offset"]);
  made.hear("direct", ["bo", { a: 1 }, "offset"]);
  made.hear("snapshot", [{ b: 1 }, { epoch: 1, age_ms: 5 }]);

  assert.deepEqual(heard, [
    ["update", "bo", "aim", "left"],
    ["input", "bo", 1, { seq: 7 }],
    ["input", "bo", 2, {}],
    ["direct", "bo", { a: 1 }],
    ["snapshot", { b: 1 }, { epoch: 1, age_ms: 5 }],
  ]);
});

test("of news sent without a connection only the newest of each kind goes out afterwards", async () => {
  const made = room();
  const { client } = made;
  client.settled = false;

  for (const data of [1, 2]) await made.state(data);
  for (const data of [1, 2]) await made.update("aim", data);
  await made.update("mood", "calm");
  assert.deepEqual(client.sent, []);
  client.settled = true;
  made.resume();

  assert.deepEqual(client.sent, [["state", 2], ["update", "aim", 2], ["update", "mood", "calm"]]);
});

test("a restart of the server is told once: what is said after it is not given up with the next change", async () => {
  const made = room();
  const { client } = made;
  client.slow = true;
  const before = failed(made.broadcast("before"));
  made.become(info({ n: null }));
  assert.equal(await before, "unconfirmed");

  const after = failed(made.broadcast("after"));
  made.hear("player_joined", [{ id: at, player: member("cleo") }]);
  client.answer();

  assert.equal(await after, null);
});

test("who is no host and sends a state is refused by the server itself", async () => {
  const made = room({ host: "bo" });
  made.client.refusals.state = "not_host";

  assert.equal(await failed(made.state(1)), "not_host");
});

test("kicked, closed or left: the room is over once, and nothing waits for it", async () => {
  for (const [name, about, reason] of [
    ["kicked", { id: at, reason: "rude" }, "kicked"],
    ["room_closed", { id: at, reason: "host_left" }, "host_left"],
  ]) {
    const made = room();
    const ends = [];
    made.on("closed", (...args) => ends.push(args));
    made.client.slow = true;
    const waiting = failed(made.input(1));

    made.hear(name, [about]);
    made.hear(name, [about]);

    assert.deepEqual(ends, [[reason, about]]);
    assert.equal(made.closed, reason);
    assert.equal(await waiting, "left");
    assert.equal(await failed(made.update("aim", 1)), "left");
    assert.equal(made.client.room, null);
  }
});

test("leaving a room that one is in no more is leaving it", async () => {
  const made = room();
  made.client.refusals.leave = "not_in_room";

  await made.leave();
  await made.leave();

  assert.equal(made.closed, "left");
  assert.deepEqual(made.client.of("leave"), [[at]]);
});

test("requests name the room or the member", async () => {
  const made = room();

  await Promise.all([made.play(), made.pause(), made.seek(3), made.kick("bo"), made.start()]);
  await Promise.all([made.change({ locked: true }), made.transferHost("bo")]);

  assert.deepEqual(made.client.sent, [
    ["play", at],
    ["pause", at],
    ["seek", at, 3],
    ["kick", "bo", null],
    ["proccess_check", null],
    ["update_room", { locked: true }],
    ["transfer_host", "bo"],
  ]);
});
