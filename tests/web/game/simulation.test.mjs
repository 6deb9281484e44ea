// The rules of Sparks.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ARENA, DASH, GOAL, PUCK, ROUND_REST } from "../../../gameserver/web/static/game/rules.js";
import { load, save } from "../../../gameserver/web/static/game/saving.js";
import {
  addPlayer, newWorld, seatPlayers, step, takeInput,
} from "../../../gameserver/web/static/game/simulation.js";
import { pilot } from "../../../gameserver/web/static/game/autopilot.js";

const world = (...ids) => {
  const made = newWorld(7);
  for (const id of ids) addPlayer(made, id);
  return made;
};
const steps = (made, count) => {
  for (let done = 0; done < count; done += 1) step(made);
};
const driven = (made, count, ids) => {
  for (let n = 1; n <= count; n += 1) {
    for (const id of ids) {
      const [x, y] = pilot(made, id);
      takeInput(made, id, [n, Math.round(x * 100), Math.round(y * 100), n % 50 === 0 ? 1 : 0]);
    }
    step(made);
  }
};

test("the same seed and the same inputs make the same game", () => {
  const [one, other] = [world("anna", "bo"), world("anna", "bo")];
  driven(one, 600, ["anna", "bo"]);
  driven(other, 600, ["anna", "bo"]);
  assert.deepEqual(save(one), save(other));
  assert.ok(one.players.get("anna").score + one.players.get("bo").score > 0);
});

test("a world that is saved and loaded goes on the same, to the rounding", () => {
  const one = world("anna", "bo");
  driven(one, 300, ["anna", "bo"]);
  const other = load(JSON.parse(JSON.stringify(save(one))));
  assert.deepEqual(save(other), save(one));
  steps(one, 30);
  steps(other, 30);
  const [at, against] = [one.players.get("anna"), other.players.get("anna")];
  assert.ok(Math.hypot(at.x - against.x, at.y - against.y) < 0.5);
  assert.deepEqual(one.sparks, other.sparks);
});

test("an older input, a stranger's and a malformed one change nothing", () => {
  const made = world("anna");
  assert.equal(takeInput(made, "anna", [2, 100, 0, 0]), true);
  const before = save(made);
  for (const input of [
    [2, 0, 0, 0], [1, 0, 0, 0], [3, 1e9, 0, 0], [3, NaN, 0, 0], [3, 0.5, 0, 0], [3, 0, 0], "left", null, { n: 3 },
    [3, "100", 0, 0],
  ]) {
    assert.equal(takeInput(made, "anna", input), false, JSON.stringify(input));
  }
  assert.equal(takeInput(made, "bo", [1, 100, 0, 0]), false);
  assert.deepEqual(save(made), before);
});

test("nobody pulls harder than full, whatever the direction", () => {
  const made = world("anna", "bo");
  takeInput(made, "anna", [1, 100, 100, 0]);
  const { ax, ay } = made.players.get("anna");
  assert.ok(Math.hypot(ax, ay) <= 1 + 1e-9);
});

test("nobody leaves the arena", () => {
  const made = world("anna");
  for (let n = 1; n < 400; n += 1) {
    takeInput(made, "anna", [n, 100, n % 100, 1]);
    step(made);
    const { x, y } = made.players.get("anna");
    assert.ok(Math.hypot(x, y) <= ARENA - PUCK + 1e-6);
  }
});

test("two that meet part again, and no speed comes from nowhere", () => {
  const made = world("anna", "bo");
  const [anna, bo] = made.players.values();
  Object.assign(anna, { x: -60, y: 0, vx: 8, vy: 0 });
  Object.assign(bo, { x: 60, y: 0, vx: 0, vy: 0 });
  steps(made, 20);
  assert.ok(bo.vx > 0);
  assert.ok(Math.hypot(anna.x - bo.x, anna.y - bo.y) >= 2 * PUCK - 1e-6);
  assert.ok(Math.abs(anna.vx) + Math.abs(bo.vx) < 8);
});

test("a dash needs a rest", () => {
  const made = world("anna");
  const anna = made.players.get("anna");
  takeInput(made, "anna", [1, 100, 0, 1]);
  assert.equal(anna.vx, DASH);
  takeInput(made, "anna", [2, 100, 0, 1]);
  assert.equal(anna.vx, DASH);
});

test("a spark goes to the nearer one of two", () => {
  const made = world("anna", "bo");
  const [anna, bo] = made.players.values();
  Object.assign(anna, { x: -30, y: 0 });
  Object.assign(bo, { x: 25, y: 0 });
  made.sparks = [{ x: 0, y: 0, gold: true }];
  step(made);
  assert.deepEqual([anna.score, bo.score, made.sparks.length], [0, 3, 0]);
});

test("who is away drifts, collects nothing and keeps its score", () => {
  const made = world("anna");
  const anna = made.players.get("anna");
  anna.score = 5;
  takeInput(made, "anna", [1, 100, 0, 0]);
  seatPlayers(made, [{ id: "anna", connected: false }]);
  made.sparks = [{ x: Math.round(anna.x), y: Math.round(anna.y), gold: false }];
  step(made);
  assert.deepEqual([anna.score, anna.ax, made.sparks.length], [5, 0, 1]);
});

test("the players are those of the room, each with a colour of its own", () => {
  const made = world("anna", "bo", "cleo");
  seatPlayers(made, [{ id: "cleo", connected: true }, { id: "dan", connected: true }]);
  assert.deepEqual([...made.players].map(([id, { seat }]) => [id, seat]), [["cleo", 2], ["dan", 0]]);
});

test("a round is won at the goal, and after a rest the next one begins at nothing", () => {
  const made = world("anna", "bo");
  const [anna, bo] = made.players.values();
  anna.score = GOAL - 1;
  bo.score = 4;
  made.sparks = [{ x: Math.round(anna.x), y: Math.round(anna.y), gold: false }];
  step(made);
  assert.deepEqual([made.winner, anna.score, anna.wins], ["anna", GOAL, 1]);
  steps(made, ROUND_REST);
  assert.deepEqual([made.winner, made.round, anna.score, bo.score, anna.wins], [null, 2, 0, 0, 1]);
});

test("no world is made of what is none", () => {
  const good = save(world("anna"));
  assert.notEqual(load(good), null);
  const broken = (change) => {
    const copy = structuredClone(good);
    change(copy);
    return copy;
  };
  for (const data of [
    null, undefined, 7, "world", {}, [], [1],
    broken((copy) => (copy[0] = 2)),
    broken((copy) => (copy[1] = -1)),
    broken((copy) => (copy[5] = {})),
    broken((copy) => (copy[6][0][1] = NaN)),
    broken((copy) => (copy[6][0][1] = 1e9)),
    broken((copy) => (copy[6][0][0] = 5)),
    broken((copy) => (copy[6][0][12] = 1.5)),
    broken((copy) => (copy[7] = [[1, 2]])),
    broken((copy) => (copy[7] = Array(2000).fill([0, 0, 0]))),
  ]) {
    assert.equal(load(data), null, JSON.stringify(data));
  }
});
