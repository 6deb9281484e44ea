// One's own puck answers at once: it is moved here by the same rules, and led back to where the host says it is.
//
// The host's state says which input it had applied and for how many steps (`n`, `held`). That names one moment of this
// puck's own history, whatever the way there and back took; the difference at that moment is the error.

import { move, steer } from "./motion.js";

const KEPT = 180; // three seconds of steps
const SNAP = 120; // an error so large (a collision here, a jump there) is not smoothed
const GENTLY = 0.25; // of the error, per state
const PARTS = ["x", "y", "vx", "vy"];

export class Prediction {
  #puck = null;
  #step = 0;
  #history = new Map(); // where it was and how fast, by step
  #inputs = new Map(); // the step at which an input was given, by its number

  get place() {
    return this.#puck === null ? null : [this.#puck.x, this.#puck.y];
  }

  get cool() {
    return this.#puck?.cool ?? 0;
  }

  // Steers at once; `n` is the number under which the host is told.
  steer(n, ax, ay, dash) {
    if (this.#puck === null) return;
    this.#inputs.set(n, this.#step);
    if (this.#inputs.size > KEPT) this.#inputs.delete(this.#inputs.keys().next().value);
    steer(this.#puck, ax, ay, dash);
  }

  advance() {
    if (this.#puck === null) return;
    move(this.#puck);
    this.#step += 1;
    this.#history.set(this.#step, { ...this.#puck });
    this.#history.delete(this.#step - KEPT);
  }

  // Takes what the host says of this player.
  correct(told) {
    if (this.#puck === null) {
      this.#puck = { ...told };
      return;
    }
    const then = this.#history.get((this.#inputs.get(told.n) ?? NaN) + told.held);
    const compared = then ?? this.#puck; // long ago: only the present can be compared
    const large = Math.hypot(told.x - compared.x, told.y - compared.y) > SNAP;
    const share = large ? 1 : GENTLY;
    const shift = PARTS.map((part) => (told[part] - compared[part]) * share);
    for (const puck of [this.#puck, ...this.#history.values()]) {
      PARTS.forEach((part, place) => (puck[part] += shift[place]));
    }
  }

  // Forgets everything: another room, or another seat.
  restart() {
    this.#puck = null;
    this.#history.clear();
    this.#inputs.clear();
  }
}
