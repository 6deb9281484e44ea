import assert from "node:assert/strict";
import { test } from "node:test";
import { Lobby } from "../src/index.js";
import { FakeClient } from "./support/fakes.js";

const entry = (id, ping_ms, more = {}) => ({ id, ping_ms, joinable: true, ...more });
const seen = (lobby) => lobby.rooms.map(({ id, total_ms, total_band }) => [id, total_ms && Math.round(total_ms), total_band]);

function lobby(own = 30) {
  const client = new FakeClient();
  if (own !== null) client.ping.add(own, 0);
  const made = new Lobby(client);
  client.lobby = made;
  return { client, lobby: made };
}

test("a room's ping is its host's plus one's own; nearest first, joinable before full, unknown last", () => {
  const { lobby: made } = lobby(30);

  made.listed([entry("far", 140), entry("full", 5, { joinable: false }), entry("new", null), entry("near", 20)]);

  assert.deepEqual(seen(made), [
    ["near", 50, "good"],
    ["far", 170, "poor"],
    ["new", null, null],
    ["full", 35, "good"],
  ]);
});

test("without an own ping no total is made up", () => {
  const { lobby: made } = lobby(null);

  made.listed([entry("near", 20)]);

  assert.deepEqual(seen(made), [["near", null, null]]);
});

test("a new own ping is a new list", () => {
  const { lobby: made, client } = lobby(null);
  made.listed([entry("near", 20)]);
  const told = [];
  made.on("rooms", (rooms) => told.push(Math.round(rooms[0].total_ms)));

  client.ping.add(70, 0);

  assert.deepEqual(told, [90]);
});

test("changes are put into the list", () => {
  const { lobby: made } = lobby(10);
  made.listed([entry("a", 10), entry("b", 20), entry("c", 30)], { version: 4, total: 3, next_cursor: null });

  made.changed({ version: 5, added: [entry("d", 5)], changed: [entry("b", 90)], removed: ["a"] });

  assert.deepEqual(seen(made), [["d", 15, "good"], ["c", 40, "good"], ["b", 100, "fair"]]);
  assert.equal(made.total, 3);
});

test("after a gap the whole list is asked for, and what came behind it is not believed", () => {
  const { lobby: made, client } = lobby(10);
  made.listed([entry("a", 10)], { version: 4, total: 1, next_cursor: null });

  made.changed({ version: 6, added: [], changed: [], removed: ["a"] });

  assert.deepEqual(client.sent, [["update-rooms"]]);
  assert.deepEqual(seen(made).map(([id]) => id), ["a"]);
});

test("an order that was asked for is the server's to make", async () => {
  const { lobby: made, client } = lobby(10);

  await made.subscribe({ filter: { sort: "title" } });
  made.listed([entry("b", 90), entry("a", 10)], { version: 1, total: 2, next_cursor: null });

  assert.deepEqual(client.sent, [["all-rooms", { subscribe: true, delta: false, filter: { sort: "title" } }]]);
  assert.deepEqual(seen(made).map(([id]) => id), ["b", "a"]);
});

test("the list is asked for again on each connection and after each room, as long as it is wanted", async () => {
  const { lobby: made, client } = lobby(10);
  client.connected = false;
  await made.subscribe();
  assert.deepEqual(client.sent, []);

  client.connected = true;
  await made.resume();
  client.room = {};
  await made.resume();
  client.room = null;
  await made.resume();
  await made.unsubscribe();
  await made.resume();

  assert.deepEqual(client.sent.map(([, options]) => options.subscribe), [true, true, false]);
});

test("who wants the list in a room as well gets it there", async () => {
  const { lobby: made, client } = lobby(10);
  client.room = {};

  await made.subscribe({ inRoom: true });

  assert.deepEqual(client.of("all-rooms"), [[{ subscribe: true, delta: true }]]);
});
