// The server's clock, by exchanges of four times (RFC 5905, section 8).

import { Emitter } from "./emitter.js";

const KEPT = 16;
const DRIFT = 50e-6; // how fast two clocks may part
const FIRST = 8; // so many exchanges set the clock; from then on it is only slewed
const SLEW = 0.005; // ms per ms: no ear hears it, and the clock never runs back
const STEP_MS = 50; // an error beyond this would sound wrong for ten seconds: the clock is set anew

export class Clock extends Emitter {
  boundMs = Infinity;
  #exchanges = [];
  #count = 0;
  #offset = 0; // applied now; add it to performance.now()
  #target = 0;
  #at = 0;

  get synced() {
    return this.#count > 0;
  }

  now() {
    const local = performance.now();
    return local + this.#slewed(local);
  }

  local(serverMs) {
    return serverMs - this.#slewed(performance.now());
  }

  until(serverMs) {
    return serverMs - this.now();
  }

  // What delays a message only ever adds. So the least of each way lies closest to the bare path, and the two
  // need not be of one exchange; an old one counts as wider by the drift since.
  add(asked, { received, sent }, answered) {
    this.#exchanges.push({ there: received - asked, back: answered - sent, at: answered });
    if (this.#exchanges.length > KEPT) this.#exchanges.shift();
    this.#count += 1;
    const least = (way) => Math.min(...this.#exchanges.map((each) => each[way] + DRIFT * (answered - each.at)));
    const there = least("there");
    const back = least("back");
    this.boundMs = Math.max(0, there + back) / 2;
    this.#slewed(answered);
    this.#target = (there - back) / 2;
    if (this.#count <= FIRST || Math.abs(this.#target - this.#offset) > STEP_MS) this.#offset = this.#target;
    this.emit("change", { offsetMs: this.#target, boundMs: this.boundMs });
  }

  // After a break: the way, even the server, may be another one.
  restart() {
    this.#exchanges = [];
  }

  #slewed(local) {
    const most = SLEW * Math.max(0, local - this.#at);
    this.#offset += Math.max(-most, Math.min(most, this.#target - this.#offset));
    this.#at = Math.max(this.#at, local);
    return this.#offset;
  }
}
