// A world as plain data, small enough for twenty messages a second, and back. What comes from elsewhere is checked:
// nothing says that the host is honest.

import { ARENA } from "./rules.js";

const FORM = 1;
const FAR = ARENA * 2;
const FAST = 1000;

const rounded = (value) => Math.round(value * 1000) / 1000;

// Returns the whole world: [form, tick, chance, round, rest, winner, players, sparks].
export function save(world) {
  return [
    FORM, world.tick, world.chance, world.round, world.rest, world.winner,
    [...world.players].map(([id, p]) => [
      id, rounded(p.x), rounded(p.y), rounded(p.vx), rounded(p.vy), rounded(p.ax), rounded(p.ay),
      p.cool, p.n, p.held, p.score, p.wins, p.seat, p.away ? 1 : 0,
    ]),
    world.sparks.map(({ x, y, gold }) => [x, y, gold ? 1 : 0]),
  ];
}

// Returns the world that was saved, or null if this is none.
export function load(data) {
  if (!Array.isArray(data) || data.length !== 8 || data[0] !== FORM) return null;
  const [, tick, chance, round, rest, winner, players, sparks] = data;
  if (![tick, chance, round, rest].every(isCount)) return null;
  if (winner !== null && typeof winner !== "string") return null;
  if (!isListOf(players, isPlayer, 64) || !isListOf(sparks, isSpark, 1000)) return null;
  return {
    tick, chance, round, rest, winner,
    players: new Map(players.map(([id, x, y, vx, vy, ax, ay, cool, n, held, score, wins, seat, away]) => [
      id, { x, y, vx, vy, ax, ay, cool, n, held, score, wins, seat, away: away === 1 },
    ])),
    sparks: sparks.map(([x, y, gold]) => ({ x, y, gold: gold === 1 })),
  };
}

const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const isWithin = (bound) => (value) => Number.isFinite(value) && Math.abs(value) <= bound;
const isListOf = (list, isOne, most) => Array.isArray(list) && list.length <= most && list.every(isOne);
const isSpark = (spark) => isListOf(spark, isWithin(FAR), 3) && spark.length === 3;
const isPlayer = (player) =>
  Array.isArray(player) && player.length === 14 && typeof player[0] === "string" &&
  player.slice(1, 3).every(isWithin(FAR)) && player.slice(3, 5).every(isWithin(FAST)) &&
  player.slice(5, 7).every(isWithin(1.01)) && player.slice(7).every(isCount);
