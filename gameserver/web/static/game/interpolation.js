// Where the pucks are between two states of the host: shown a little late, so that there is always a next one.

import { STEP_MS } from "./rules.js";

const DELAY_MS = 100; // two states
const KEPT = 12;

export class Interpolation {
  #worlds = []; // by tick
  #offset = null; // local time of tick 0, as the fastest of the newest messages told it
  #lags = [];

  // The newest world that was told, or null.
  get newest() {
    return this.#worlds.at(-1) ?? null;
  }

  // Takes a world at the local time it came. One that is older than the newest changes nothing.
  take(world, now) {
    if (this.newest !== null && world.tick <= this.newest.tick) return false;
    this.#worlds.push(world);
    this.#lags.push(now - world.tick * STEP_MS);
    if (this.#worlds.length > KEPT) this.#worlds.shift();
    if (this.#lags.length > KEPT) this.#lags.shift();
    this.#offset = Math.min(...this.#lags);
    return true;
  }

  // Another host tells from now on, by another clock and maybe from an earlier tick.
  restart() {
    this.#lags = [];
    const newest = this.newest;
    this.#worlds = newest === null ? [] : [{ ...newest, tick: -1 }];
  }

  // Returns where everybody is at this local time: by id, [x, y].
  places(now) {
    if (this.newest === null) return new Map();
    const tick = (now - DELAY_MS - this.#offset) / STEP_MS;
    const next = this.#worlds.findIndex((world) => world.tick > tick);
    if (next === -1) return placesOf(this.newest);
    if (next === 0) return placesOf(this.#worlds[0]);
    const [from, to] = [this.#worlds[next - 1], this.#worlds[next]];
    const part = from.tick < 0 ? 1 : (tick - from.tick) / (to.tick - from.tick);
    return new Map([...to.players].map(([id, { x, y }]) => {
      const before = from.players.get(id) ?? { x, y };
      return [id, [before.x + (x - before.x) * part, before.y + (y - before.y) * part]];
    }));
  }
}

const placesOf = (world) => new Map([...world.players].map(([id, { x, y }]) => [id, [x, y]]));
