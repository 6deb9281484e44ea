import assert from "node:assert/strict";
import { test } from "node:test";
import { Ping, bandOf } from "../src/index.js";

// Five seconds between two round trips, as the client measures.
function measured(...roundTrips) {
  const ping = new Ping();
  roundTrips.forEach((ms, place) => ping.add(ms, 5000 * place));
  return ping;
}

test("nothing is known before the first round trip", () => {
  assert.equal(new Ping().ms, null);
  assert.equal(new Ping().band, null);
});

test("one spike moves the ping little", () => {
  const ping = measured(...Array(20).fill(40), 900);

  assert.ok(ping.ms > 40 && ping.ms < 55, `${ping.ms}`);
});

test("a lasting change is seen within a few minutes", () => {
  const ping = measured(...Array(24).fill(40), ...Array(48).fill(120));

  assert.ok(ping.ms > 90, `${ping.ms}`);
});

test("after a reconnect what was known counts half", () => {
  const kept = measured(40, 40, 40, 40);
  const halved = measured(40, 40, 40, 40);

  halved.restart();
  kept.add(200, 20_000);
  halved.add(200, 20_000);

  assert.ok(halved.ms > kept.ms);
});

test("jitter is RFC 3550's running mean of how far successive round trips lie apart", () => {
  assert.equal(measured(40, 56).jitterMs, 1);
  assert.equal(measured(40, 56, 40).jitterMs, 1 + 15 / 16);
});

test("bands go up to 60 and up to 150 ms", () => {
  assert.deepEqual([60, 61, 150, 151, null].map(bandOf), ["good", "fair", "fair", "poor", null]);
  assert.equal(measured(20).band, "good");
});

test("each change is told", () => {
  const ping = new Ping();
  const told = [];
  ping.on("change", (ms) => told.push(Math.round(ms)));

  ping.add(30);

  assert.deepEqual(told, [30]);
});
