// The game: what follows from the players' steering, step by step. No clock, no chance but the world's own
// and nothing of the page, so a world that is saved here and loaded elsewhere goes on the same.

import { draw } from "./chance.js";
import { move, steer } from "./motion.js";
import {
  ARENA, BOUNCE, FULL_STEERING, GOAL, GOLD_CHANCE, GOLD_WORTH, PUCK, ROUND_REST, SEATS, SPARK, SPARK_EVERY,
  SPARKS_AT_LEAST, SPARKS_PER_PLAYER,
} from "./rules.js";

// A world without players. The seed decides all chance in it.
export function newWorld(seed) {
  return { tick: 0, chance: seed >>> 0, round: 1, rest: 0, winner: null, players: new Map(), sparks: [] };
}

// Seats a player, unless it sits already: on the first free colour, inside the rim.
export function addPlayer(world, id) {
  if (world.players.has(id)) return;
  const taken = new Set([...world.players.values()].map(({ seat }) => seat));
  let seat = 0;
  while (taken.has(seat)) seat += 1;
  const angle = ((seat % SEATS) / SEATS) * 2 * Math.PI - Math.PI / 2;
  world.players.set(id, {
    x: Math.cos(angle) * ARENA * 0.6, y: Math.sin(angle) * ARENA * 0.6, vx: 0, vy: 0, ax: 0, ay: 0,
    cool: 0, n: 0, held: 0, score: 0, wins: 0, seat, away: false,
  });
}

// Makes the players of the world those of the room; who is not connected drifts.
export function seatPlayers(world, members) {
  const ids = new Set(members.map(({ id }) => id));
  for (const id of world.players.keys()) if (!ids.has(id)) world.players.delete(id);
  for (const { id, connected } of members) {
    addPlayer(world, id);
    const player = world.players.get(id);
    player.away = !connected;
    if (player.away) steer(player, 0, 0, false);
  }
}

// Takes a player's input [n, x, y, dash]; one that is malformed, from nobody or older than the last changes nothing.
export function takeInput(world, id, input) {
  const player = world.players.get(id);
  if (!player || !isInput(input) || input[0] <= player.n) return false;
  const [n, x, y, dash] = input;
  const length = Math.max(FULL_STEERING, Math.hypot(x, y)); // nobody pulls harder than full
  player.n = n;
  player.held = 0;
  steer(player, x / length, y / length, dash === 1);
  return true;
}

const isInput = (input) =>
  Array.isArray(input) && input.length === 4 && input.every(Number.isSafeInteger) &&
  Math.abs(input[1]) <= FULL_STEERING && Math.abs(input[2]) <= FULL_STEERING;

// Moves the world by one step.
export function step(world) {
  world.tick += 1;
  for (const player of world.players.values()) {
    player.held += 1;
    move(player);
  }
  bump([...world.players.values()]);
  if (world.rest > 0) return rest(world);
  collect(world);
  grow(world);
}

function rest(world) {
  world.rest -= 1;
  if (world.rest > 0) return;
  world.round += 1;
  world.winner = null;
  for (const player of world.players.values()) player.score = 0;
}

function bump(players) {
  players.forEach((one, place) => {
    for (const other of players.slice(place + 1)) collide(one, other);
  });
}

function collide(one, other) {
  const dx = other.x - one.x;
  const dy = other.y - one.y;
  const distance = Math.hypot(dx, dy);
  if (distance >= 2 * PUCK) return;
  const [nx, ny] = distance === 0 ? [1, 0] : [dx / distance, dy / distance];
  const overlap = (2 * PUCK - distance) / 2;
  one.x -= nx * overlap;
  one.y -= ny * overlap;
  other.x += nx * overlap;
  other.y += ny * overlap;
  const closing = (one.vx - other.vx) * nx + (one.vy - other.vy) * ny;
  if (closing <= 0) return;
  const push = ((1 + BOUNCE) / 2) * closing; // equal masses
  one.vx -= push * nx;
  one.vy -= push * ny;
  other.vx += push * nx;
  other.vy += push * ny;
}

function collect(world) {
  world.sparks = world.sparks.filter((spark) => {
    const taker = nearest(world, spark);
    if (taker === null) return true;
    const player = world.players.get(taker);
    player.score += spark.gold ? GOLD_WORTH : 1;
    if (player.score >= GOAL && world.winner === null) {
      player.wins += 1;
      world.winner = taker;
      world.rest = ROUND_REST;
    }
    return false;
  });
  if (world.winner !== null) world.sparks = [];
}

// Returns who touches the spark, the nearest first, or null.
function nearest(world, spark) {
  let taker = null;
  let least = PUCK + SPARK;
  for (const [id, player] of world.players) {
    const distance = Math.hypot(player.x - spark.x, player.y - spark.y);
    if (!player.away && distance < least) [taker, least] = [id, distance];
  }
  return taker;
}

function grow(world) {
  const wanted = SPARKS_AT_LEAST + SPARKS_PER_PLAYER * world.players.size;
  if (world.winner !== null || world.tick % SPARK_EVERY !== 0 || world.sparks.length >= wanted) return;
  const angle = draw(world) * 2 * Math.PI;
  const distance = Math.sqrt(draw(world)) * (ARENA - 2 * PUCK);
  const gold = draw(world) < GOLD_CHANCE;
  world.sparks.push({ x: Math.round(Math.cos(angle) * distance), y: Math.round(Math.sin(angle) * distance), gold });
}
