import assert from "node:assert/strict";
import { test } from "node:test";
import { Network } from "../src/simulate.js";
import { faked } from "./support/time.js";

// A WebSocket between us and an echo that is nowhere: what was sent, what was heard, and when.
function wired(time, conditions) {
  const sent = [];
  const heard = [];
  const began = time.now;
  const ws = {
    readyState: 1,
    send: (data) => sent.push([data, time.now - began]),
    onmessage: ({ data }) => heard.push([data, time.now - began]),
  };
  const network = new Network();
  network.set(conditions);
  network.attach({ ws });
  return { ws, sent, heard, network };
}

test("without conditions everything passes at once", (t) => {
  const { ws, sent, heard } = wired(faked(t), {});

  ws.send("a");
  ws.onmessage({ data: "b" });

  assert.deepEqual([sent, heard], [[["a", 0]], [["b", 0]]]);
});

test("latency is added to the round trip, half of it each way", async (t) => {
  const time = faked(t);
  const { ws, sent, heard } = wired(time, { latency: 80 });

  ws.send("a");
  ws.onmessage({ data: "b" });
  await time.pass(39);
  assert.deepEqual([sent, heard], [[], []]);
  await time.pass(3);

  assert.deepEqual([sent.length, heard.length], [1, 1]);
});

test("jitter shakes the times and never the order", async (t) => {
  const time = faked(t);
  const chances = [0.9, 1, 0.1, 1, 0.5, 1];
  const { ws, sent } = wired(time, { jitter: 100, random: () => chances.shift() });

  for (const data of ["a", "b", "c"]) ws.send(data);
  await time.pass(300);

  assert.deepEqual(sent.map(([data]) => data), ["a", "b", "c"]);
  assert.ok(sent[0][1] >= 90 && sent[2][1] <= 110);
});

test("what is lost comes late, and holds up what is behind it, as over TCP", async (t) => {
  const time = faked(t);
  const chances = [0.5, 0.01, 0.5, 0.5, 0.5]; // the first is lost once
  const { ws, sent } = wired(time, { latency: 50, drop: 0.1, random: () => chances.shift() });

  ws.send("a");
  ws.send("b");
  await time.pass(270);
  assert.deepEqual(sent, []);
  await time.pass(30);

  assert.deepEqual(sent.map(([data]) => data), ["a", "b"]);
});

test("frozen, nothing passes until it is over", async (t) => {
  const time = faked(t);
  const { ws, sent, heard, network } = wired(time, { freeze: true });

  ws.send("a");
  ws.onmessage({ data: "b" });
  await time.pass(60_000);
  assert.deepEqual([sent, heard], [[], []]);
  network.set({});

  assert.deepEqual([sent[0][0], heard[0][0]], ["a", "b"]);
});

test("what a closed connection still held is gone", async (t) => {
  const time = faked(t);
  const { ws, sent } = wired(time, { latency: 80 });

  ws.send("a");
  ws.readyState = 3;
  await time.pass(100);

  assert.deepEqual(sent, []);
});
