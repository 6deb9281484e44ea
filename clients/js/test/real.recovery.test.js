// Connections that break, pages that are loaded anew, servers that are restarted: against the real server.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Client } from "../src/index.js";
import { Server } from "./support/server.js";
import { Storage, code, once, players, waitFor } from "./support/players.js";

const FLAGS = ["--requests-burst", "200", "--reconnect-window-seconds", "20"];
const QUICK = { reconnectionDelay: 50, reconnectionDelayMax: 100 };
let server;
before(async () => (server = await Server.start({ flags: FLAGS })));
after(() => server.stop());

// Anna hosts, Bo is in her room; `got` is what reaches her.
async function seated(t, options = {}, at = () => server) {
  const seat = players(t, at);
  const anna = await seat("Anna", { io: QUICK });
  const bo = await seat("Bo", { io: QUICK, ...options });
  const hosted = await anna.create({ title: "Arena" });
  const room = await bo.join(hosted.id);
  const got = [];
  hosted.on("input", (player, data) => got.push(data));
  return { anna, bo, hosted, room, got };
}

test("over connections that break again and again nothing is lost and nothing doubled, both ways", async (t) => {
  const { bo, hosted, room, got } = await seated(t);
  const heard = [];
  room.on("broadcast", (player, data) => heard.push(data));
  const { id } = bo;
  let recoveries = 0;
  bo.on("connect", ({ recovered }) => (recoveries += recovered));

  const sent = [];
  for (let number = 0; number < 60; number++) {
    sent.push(room.input(number), hosted.broadcast(number));
    if (number % 15 === 5) {
      await waitFor(() => bo.connected);
      bo.simulate({ cut: true }); // amid the traffic: what is on its way either way is gone
      await once(bo, "disconnect");
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await Promise.all(sent);
  await waitFor(() => heard.length >= 60);

  const all = Array.from({ length: 60 }, (_, number) => number);
  await waitFor(() => got.length >= 60);
  assert.deepEqual(got, all);
  assert.deepEqual(heard, all);
  assert.equal(bo.id, id);
  assert.ok(recoveries >= 1, `${recoveries}`);
});

test("what is said while there is no connection arrives when there is one again", async (t) => {
  const { bo, room, got } = await seated(t);
  bo.simulate({ cut: true });
  await once(bo, "disconnect");

  await Promise.all([room.input("one"), room.input("two")]);

  await waitFor(() => got.length === 2);
  assert.deepEqual(got, ["one", "two"]);
});

test("a page that is loaded anew has its seat, its room and its key, and its messages count on", async (t) => {
  const storage = new Storage();
  const seat = players(t, () => server);
  const anna = await seat("Anna");
  const hosted = await anna.createSession();
  const got = [];
  hosted.on("input", (player, data) => got.push(data));
  const page = new Client(server.url, { name: "Bo", storage });
  await page.connect();
  const room = await page.joinSession(hosted.key);
  for (const data of [1, 2, 3]) await room.input(data);

  page.socket.io.engine.close(); // the page goes, without a goodbye
  page.socket.disconnect();
  const anew = new Client(server.url, { name: "Bo", storage });
  t.after(() => anew.close());
  await anew.connect();

  assert.equal(anew.id, page.id);
  assert.equal(anew.room.id, hosted.id);
  assert.equal(anew.room.key, hosted.key);
  await Promise.all([4, 5, 6].map((data) => anew.room.input(data)));
  await waitFor(() => got.length === 6);
  assert.deepEqual(got, [1, 2, 3, 4, 5, 6]);
});

test("a host whose page is loaded anew is given its game back", async (t) => {
  const storage = new Storage();
  const page = new Client(server.url, { name: "Anna", storage });
  await page.connect();
  const room = await page.create({ title: "Alone" });
  const role = room.hostRole({ onBecomeHost() {}, takeSnapshot: () => ({ score: 42 }) });
  await role.save();
  role.stop();
  page.socket.io.engine.close();
  page.socket.disconnect();

  const anew = new Client(server.url, { name: "Anna", storage });
  t.after(() => anew.close());
  await anew.connect();
  const given = await new Promise((resolve) =>
    anew.room.hostRole({ onBecomeHost: (snapshot) => resolve(snapshot), takeSnapshot: () => ({ score: 42 }) }),
  );

  assert.deepEqual(given, { score: 42 });
});

test("who said goodbye comes back as somebody else", async (t) => {
  const storage = new Storage();
  const { bo, hosted, room } = await seated(t, { storage });
  const { id } = bo;
  const left = once(hosted, "player_left");

  bo.close();

  assert.equal((await left)[0].reason, "left");
  assert.equal(room.closed, "left");
  await bo.connect();
  assert.notEqual(bo.id, id);
  assert.equal(bo.room, null);
});

test("a second page with the same right takes the seat over, and both know", async (t) => {
  const storage = new Storage();
  const { bo } = await seated(t, { storage });

  const second = new Client(server.url, { name: "Bo", storage, io: QUICK });
  t.after(() => second.close());
  await second.connect();

  assert.equal(second.id, bo.id);
  assert.equal(second.room.title, "Arena");
});

test("a seat that was not kept long enough is told to be lost, and what waited is given back", async (t) => {
  const brief = await Server.start({ flags: [...FLAGS, "--reconnect-window-seconds", "0.4", "--host-grace-seconds", "0.2"] });
  t.after(() => brief.stop());
  const { bo, hosted, room } = await seated(t, { io: { reconnectionDelay: 4000, reconnectionDelayMax: 4000, randomizationFactor: 0 } }, () => brief);
  const { id } = bo;
  const left = once(hosted, "player_left");
  const closed = once(room, "closed");

  bo.simulate({ cut: true });
  await once(bo, "disconnect");
  const waiting = code(room.input("too late"));

  assert.equal((await left)[0].reason, "lost");
  assert.deepEqual(await closed, ["lost", null]);
  assert.equal(await waiting, "left");
  assert.notEqual(bo.id, id);
});

test("after a restart of the server everybody has the seat it had, and the host its game", async (t) => {
  const first = await Server.start({ flags: FLAGS });
  let now = first;
  t.after(() => now.stop());
  const { anna, bo, hosted, room, got } = await seated(t, {}, () => first);
  const game = [];
  const given = [];
  const role = hosted.hostRole({
    onBecomeHost: (snapshot, inputs) => {
      given.push(snapshot);
      game.push(...inputs.map(({ data }) => data));
    },
    onInput: (player, data) => game.push(data),
    takeSnapshot: () => [...game],
    snapshotEveryMs: 50,
  });
  await room.input("before");
  await waitFor(() => got.includes("before"));
  const resync = once(room, "resync");
  await role.save(); // a snapshot that holds it

  await first.end("SIGKILL");
  now = await Server.start({ directory: first.directory, port: first.port, flags: FLAGS });
  await resync;
  await waitFor(() => given.length === 2);
  await room.input("after");
  await waitFor(() => game.includes("after"));

  assert.deepEqual(given, [null, ["before"]]);
  assert.deepEqual(game, ["before", "after"]);
  assert.equal(bo.room, room);
  assert.equal(hosted.isHost, true);
  assert.ok(room.epoch > 1);
  assert.equal(anna.room, hosted);
});

test("a simulated bad network slows a game and breaks nothing", async (t) => {
  const { bo, room, got } = await seated(t);
  bo.simulate({ latency: 60, jitter: 20, drop: 0.05 });

  const began = performance.now();
  await Promise.all(Array.from({ length: 20 }, (_, number) => room.input(number)));

  assert.ok(performance.now() - began >= 55); // one round trip at least
  await waitFor(() => got.length === 20);
  assert.deepEqual(got, Array.from({ length: 20 }, (_, number) => number));
});

test("a client that is frozen hears nothing, and all of it afterwards", async (t) => {
  const { bo, hosted, room } = await seated(t);
  const heard = [];
  room.on("broadcast", (player, data) => heard.push(data));

  bo.simulate({ freeze: true });
  for (const data of [1, 2, 3]) await hosted.broadcast(data);
  const frozen = [...heard];
  bo.simulate({});
  await waitFor(() => heard.length === 3);

  assert.deepEqual(frozen, []);
  assert.deepEqual(heard, [1, 2, 3]);
});
