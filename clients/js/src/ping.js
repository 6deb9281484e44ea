// This player's own ping: what the next half minute's round trip is expected to be.

import { Emitter } from "./emitter.js";

const HALF_LIFE_MS = 120_000; // a sample counts half after so long
const SOFTENING_MS = 5; // added before the logarithm: below it differences are noise
const GOOD_MS = 60;
const FAIR_MS = 150;

export const bandOf = (ms) => (ms === null ? null : ms <= GOOD_MS ? "good" : ms <= FAIR_MS ? "fair" : "poor");

export class Ping extends Emitter {
  ms = null;
  jitterMs = 0;
  #sum = 0;
  #weight = 0;
  #last = null;
  #at = 0;

  get band() {
    return bandOf(this.ms);
  }

  add(roundTripMs, now = performance.now()) {
    // The mean of logarithms: a single spike moves it little, a lasting change moves it within a minute.
    const kept = this.#weight && 0.5 ** ((now - this.#at) / HALF_LIFE_MS);
    this.#sum = this.#sum * kept + Math.log(roundTripMs + SOFTENING_MS);
    this.#weight = this.#weight * kept + 1;
    this.#at = now;
    if (this.#last !== null) this.jitterMs += (Math.abs(roundTripMs - this.#last) - this.jitterMs) / 16; // RFC 3550, 6.4.1
    this.#last = roundTripMs;
    this.ms = Math.max(0, Math.exp(this.#sum / this.#weight) - SOFTENING_MS);
    this.emit("change", this.ms);
  }

  // On a new connection, maybe over another network, the former estimate counts half.
  restart() {
    this.#sum /= 2;
    this.#weight /= 2;
    this.#last = null;
  }
}
