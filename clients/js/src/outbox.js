// Reliable messages on their way: each has a running number and is said again until the server took it.

import { GameError } from "./errors.js";

const MOST = 4096;

export const gone = (reason, event) => new GameError("left", `you are not in the room any more: ${reason}`, event);

export class Outbox {
  #send;
  #waiting = [];
  #n = 0;
  #open = false;
  #synced;
  #round = 0; // of connections: an answer to an earlier one counts no more
  #over = null; // why there is no room any more

  // `send(event, args, answered)` says one message; `synced` is false where an earlier page of this player may
  // have numbered messages in this room: then the first one asks alone how far it came.
  constructor(send, synced) {
    this.#send = send;
    this.#synced = synced;
  }

  put(event, ...args) {
    const promise = new Promise((resolve, reject) => {
      if (this.#over) return reject(gone(this.#over, event));
      if (this.#waiting.length >= MOST) {
        return reject(new GameError("unsent", `${MOST} messages wait for the connection already`, event));
      }
      this.#waiting.push({ event, args, n: ++this.#n, tries: 0, flying: false, resolve, reject });
      this.#pump();
    });
    promise.catch(() => {}); // who does not await a message is told by the client's `error`
    return promise;
  }

  // The connection stands, the seat is ours: what was not acknowledged goes out again, in order.
  open() {
    this.#open = true;
    this.#pump();
  }

  close() {
    this.#open = false;
    this.#round += 1;
    for (const entry of this.#waiting) entry.flying = false;
  }

  // The server knows no number any more: what is unacknowledged may have arrived or not.
  forget() {
    this.#fail(
      this.#waiting.filter((entry) => entry.tries),
      (entry) => new GameError("unconfirmed", "the server was restarted; this may have arrived or not", entry.event),
    );
  }

  end(reason) {
    this.close();
    this.#over = reason;
    this.#fail(this.#waiting, (entry) => gone(reason, entry.event));
  }

  #fail(entries, error) {
    this.#waiting = this.#waiting.filter((entry) => !entries.includes(entry));
    for (const entry of entries) entry.reject(error(entry));
  }

  #pump() {
    if (!this.#open) return;
    const round = this.#round;
    for (const entry of this.#synced ? this.#waiting.slice() : this.#waiting.slice(0, 1)) {
      if (entry.flying) continue;
      entry.flying = true;
      entry.tries += 1;
      this.#send(entry.event, [...entry.args, { n: entry.n }], (error, answer) => {
        if (round === this.#round && this.#waiting.includes(entry)) this.#answered(entry, error, answer);
      });
    }
  }

  #answered(entry, error, answer) {
    if (answer?.repeat && !this.#synced && (entry.tries === 1 || answer.n > entry.n)) {
      this.#n = answer.n; // an earlier page came so far: go on from there
      for (const each of this.#waiting) each.n = ++this.#n;
      entry.flying = false;
      entry.tries = 0;
    } else {
      this.#waiting.splice(this.#waiting.indexOf(entry), 1);
      if (error) entry.reject(error);
      else entry.resolve();
    }
    if (!error) this.#synced = true;
    this.#pump();
  }
}
