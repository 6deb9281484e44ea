// Rooms, sessions, lobby and refusals against the real server.

import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { GameError } from "../src/index.js";
import { Server } from "./support/server.js";
import { code, once, players, waitFor } from "./support/players.js";

let server;
before(async () => (server = await Server.start({ flags: ["--requests-burst", "200", "--lobby-interval-seconds", "0.2"] })));
after(() => server.stop());

for (const parser of ["msgpack", "json"]) {
  test(`two play in a room, in ${parser}`, async (t) => {
    const seat = players(t, () => server);
    const anna = await seat("Anna", { parser });
    const bo = await seat("Bo", { parser });
    const hosted = await anna.create({ title: "Arena", max_players: 2, metadata: { map: "ice" } });
    const room = await bo.join(hosted.id);

    assert.deepEqual([room.title, room.host, room.isHost, hosted.isHost], ["Arena", anna.id, false, true]);
    await waitFor(() => hosted.players.length === 2);
    assert.deepEqual(hosted.players.map(({ name }) => name), ["Anna", "Bo"]);
    assert.equal(room.me.name, "Bo");

    const input = once(hosted, "input");
    const state = once(room, "state");
    const update = once(hosted, "update");
    const direct = once(hosted, "direct");
    const broadcast = once(room, "broadcast");
    const bytes = Uint8Array.of(1, 2, 3);
    await Promise.all([
      room.input({ move: "left" }),
      room.direct(anna.id, "psst"),
      room.update("aim", "north"),
      hosted.state({ x: 1, bytes }),
      hosted.broadcast("go"),
    ]);
    assert.deepEqual(await input, [bo.id, { move: "left" }, { seq: 1 }]);
    assert.deepEqual(await direct, [bo.id, "psst"]);
    assert.deepEqual(await update, [bo.id, "aim", "north"]);
    assert.deepEqual(await broadcast, [anna.id, "go"]);
    const [heard] = await state;
    assert.deepEqual([heard.x, ...new Uint8Array(heard.bytes)], [1, 1, 2, 3]);

    await room.leave();
    assert.deepEqual([bo.room, room.closed], [null, "left"]);
    await waitFor(() => hosted.players.length === 1);
  });
}

test("what is sent right behind the answer to a join is not missed", async (t) => {
  const seat = players(t, () => server);
  const anna = await seat("Anna");
  const hosted = await anna.create({ title: "Arena", late_join: "snapshot" });
  await hosted.snapshot({ score: 7 }, 0);
  hosted.on("player_joined", () => hosted.broadcast("welcome"));
  const bo = await seat("Bo", { io: { transports: ["polling"] } }); // several events in one answer

  const room = await bo.join(hosted.id);
  const heard = [];
  room.on("snapshot", (...args) => heard.push(args[0]));
  room.on("broadcast", (...args) => heard.push(args[1]));

  await waitFor(() => heard.length === 2);
  assert.deepEqual(heard, [{ score: 7 }, "welcome"]);
});

test("a session is opened, joined by its key and started", async (t) => {
  const seat = players(t, () => server);
  const anna = await seat("Anna");
  const bo = await seat("Bo");
  const hosted = await anna.createSession({ ph_users: 1 });
  assert.match(hosted.key, /^[A-Z2-9]{6}$/);

  const room = await bo.joinSession(hosted.key.toLowerCase());
  const started = once(room, "session_started");
  await hosted.start({ round: 1 });

  assert.equal(room.key, hosted.key);
  assert.deepEqual(hosted.me.phantoms, [`${anna.id}#1`]);
  assert.deepEqual((await started)[0].options, { round: 1 });
  assert.equal(room.info.state, "started");
});

test("the lobby lists a room with the sum of both pings, and is kept up by changes", async (t) => {
  const seat = players(t, () => server);
  const anna = await seat("Anna");
  const bo = await seat("Bo");
  await bo.lobby.subscribe({ filter: { text: "listed" } });
  const hosted = await anna.create({ title: "Listed here" });

  // Until the list is of the ping that is known now; while the machine is busy, that changes.
  const isSum = ({ total_ms, ping_ms }) => total_ms !== null && Math.abs(total_ms - ping_ms - bo.ping.ms) < 5;
  const listed = () => bo.lobby.rooms.find(({ id }) => id === hosted.id);
  await waitFor(() => listed() && isSum(listed()) && listed().total_band === "good");
  await hosted.change({ title: "Listed anew" });
  await waitFor(() => bo.lobby.rooms.some(({ title }) => title === "Listed anew"));
  await hosted.leave();
  await waitFor(() => bo.lobby.rooms.length === 0);
});

test("quick join takes the room that there is, or opens one, whose host is its opener", async (t) => {
  const seat = players(t, () => server);
  const anna = await seat("Anna");
  const bo = await seat("Bo");
  const wanted = { metadata: { quick: "yes" } };

  const opened = await anna.quickJoin(wanted);
  const began = [];
  opened.hostRole({ onBecomeHost: (snapshot) => began.push(snapshot), takeSnapshot: () => 1 });
  const room = await bo.quickJoin(wanted);

  assert.equal(room.id, opened.id);
  assert.deepEqual(began, [null]);
});

test("wrong use is refused with the server's code", async (t) => {
  const seat = players(t, () => server);
  const anna = await seat("Anna");
  const bo = await seat("Bo");
  const nobody = await seat(undefined);
  const hosted = await anna.create({ title: "Arena", password: "secret", track_id: 1, control: "host" });
  const room = await bo.join(hosted.id, { password: "secret" });

  for (const [refused, expected] of [
    [() => room.state({}), "not_host"],
    [() => room.snapshot({}), "not_host"],
    [() => room.change({ locked: true }), "not_host"],
    [() => room.kick(anna.id), "not_host"],
    [() => room.transferHost(bo.id), "not_host"],
    [() => room.play(), "not_host"],
    [() => hosted.start(), "session_type"],
    [() => hosted.seek(99_999), "bad_request"],
    [() => room.direct("nobody", 1), "not_a_member"],
    [() => bo.create({ title: "Another" }), "already_in_room"],
    [() => nobody.join(hosted.id, { password: "wrong" }), "wrong_password"],
    [() => nobody.join("zzzzzzzz"), "room_not_found"],
    [() => nobody.createSession(), "not_logged_in"],
    [() => anna.login(""), "name_invalid"],
    [() => nobody.create({ title: "x", colour: "red" }), "bad_request"],
    [() => nobody.create({ title: "x", track_id: 999 }), "track_not_found"],
    [() => nobody.request("no_such_thing"), "unknown_event"],
    [() => nobody.request("clock", 1, 2, 3), "bad_request"],
  ]) {
    assert.equal(await code(refused()), expected);
  }
  await nobody.login("Cleo");
  assert.equal(await code(nobody.joinSession("AAAAAA")), "room_not_found");
  const error = await room.state({}).catch((refusal) => refusal);
  assert.ok(error instanceof GameError && error instanceof Error);
  assert.equal(error.event, "state");
});

test("a payload that is too large is refused, a little over or far, and the connection stands", async (t) => {
  const seat = players(t, () => server);
  const anna = await seat("Anna");
  const bo = await seat("Bo");
  const hosted = await anna.create({ title: "Arena" });
  const room = await bo.join(hosted.id);
  let lost = 0;
  for (const client of [anna, bo]) client.on("disconnect", () => (lost += 1));
  const { message, snapshot_max } = anna.limits;

  for (const bytes of [message + 100, message * 10]) {
    assert.equal(await code(room.input("x".repeat(bytes))), "too_large");
  }
  for (const bytes of [snapshot_max + 100, snapshot_max * 2]) {
    assert.equal(await code(hosted.snapshot("x".repeat(bytes))), "too_large");
  }
  assert.equal(await code(room.input(() => {})), "bad_request"); // nothing packs a function
  assert.equal(await code(room.broadcast("still here")), null);
  assert.equal(lost, 0);
});

test("what cannot be packed is refused like any wrong message, and holds up nothing behind it", async (t) => {
  const seat = players(t, () => server);
  const anna = await seat("Anna", { io: { reconnectionDelay: 50 } });
  const bo = await seat("Bo");
  const hosted = await anna.create({ title: "Arena" });
  const room = await bo.join(hosted.id);
  const heard = [];
  room.on("broadcast", (player, data) => heard.push(data));
  const told = [];
  anna.on("error", ({ code: refused, event }) => told.push(`${event} ${refused}`));
  const circle = {};
  circle.round = [circle];

  assert.equal(await code(hosted.input(circle)), "bad_request");
  assert.equal(await code(hosted.snapshot(circle)), "bad_request");
  assert.equal(await code(anna.request("update_room", circle)), "bad_request");
  await hosted.state(circle);
  const returned = once(anna, "connect");
  anna.simulate({ cut: true });
  const kept = hosted.broadcast(circle); // refused once there is a connection
  const later = hosted.broadcast("later");
  await returned;

  assert.equal(await code(kept), "bad_request");
  assert.equal(await code(later), null);
  await waitFor(() => heard.length > 0);
  assert.deepEqual(heard, ["later"]);
  assert.deepEqual(told, ["input", "snapshot", "state", "broadcast"].map((event) => `${event} bad_request`));
});

test("who closes its client has left its room", async (t) => {
  const anna = await players(t, () => server)("Anna");
  const room = await anna.create({ title: "Arena" });
  const closed = once(room, "closed");

  anna.close();

  assert.deepEqual(await closed, ["left", null]);
  assert.equal(anna.room, null);
});

test("who did not await a refused message is told by the client's error", async (t) => {
  const seat = players(t, () => server);
  const anna = await seat("Anna");
  const hosted = await anna.create({ title: "Arena" });
  const told = once(anna, "error");

  hosted.direct("nobody", 1);

  const [error] = await told;
  assert.deepEqual([error.code, error.event], ["not_a_member", "direct"]);

  const second = once(anna, "error");
  hosted.broadcast("x".repeat(anna.limits.message * 10)); // kept back here: it would cost the connection
  const [large] = await second;
  assert.deepEqual([large.code, large.event], ["too_large", "broadcast"]);
});

test("a kicked player is told why, and its room is over", async (t) => {
  const seat = players(t, () => server);
  const anna = await seat("Anna");
  const bo = await seat("Bo");
  const hosted = await anna.create({ title: "Arena" });
  const room = await bo.join(hosted.id);
  const closed = once(room, "closed");

  await hosted.kick(bo.id, "rude");

  assert.deepEqual(await closed, ["kicked", { id: hosted.id, reason: "rude" }]);
  assert.equal(bo.room, null);
  assert.equal(await code(bo.join(hosted.id)), "kicked");
});

test("a token that is none is refused at the door", async (t) => {
  const home = await mkdtemp(join(tmpdir(), "gameroom-"));
  const key = { kty: "oct", kid: "one", alg: "HS256", k: Buffer.alloc(32, 7).toString("base64url") };
  await writeFile(join(home, "keys.json"), JSON.stringify({ keys: [key] }), { mode: 0o600 });
  const strict = await Server.start({ directory: home, flags: ["--tokens", "required", "--token-keys", "keys.json"] });
  t.after(() => strict.stop());
  const seat = players(t, () => strict);

  assert.equal(await code(seat("Anna", { token: "forged" })), "unauthorized");
});

test("a request without a connection is refused, not kept", async (t) => {
  const anna = await players(t, () => server)("Anna");

  anna.close();

  assert.equal(await code(anna.create({ title: "Arena" })), "disconnected");
  await anna.connect();
  assert.equal(await code(anna.create({ title: "Arena" })), null);
});
