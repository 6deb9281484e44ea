// A client without a connection, and rooms in it.

import { Clock, Emitter, GameError, Ping, Room } from "../../src/index.js";

export class FakeClient extends Emitter {
  id = "anna";
  connected = true;
  settled = true;
  room = null;
  clock = new Clock();
  ping = new Ping();
  sent = []; // [event, ...args]: everything
  reported = [];
  refusals = {}; // event -> code
  answers = {}; // event -> what else the answer holds
  waiting = []; // answers that were not given yet, while `slow`
  slow = false;

  emitTo(event, args, answered) {
    this.sent.push([event, ...args]);
    if (!answered) return;
    const code = this.refusals[event];
    const answer = () => answered(code ? new GameError(code, code, event) : null, { ok: !code, ...this.answers[event] });
    if (this.slow) this.waiting.push(answer);
    else queueMicrotask(answer);
  }

  request(event, ...args) {
    return new Promise((resolve, reject) => {
      this.emitTo(event, args, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  }

  answer() {
    for (const each of this.waiting.splice(0)) each();
  }

  exited() {
    this.room = null;
  }

  report(error) {
    this.reported.push(error);
  }

  // What was sent under this name.
  of(name) {
    return this.sent.filter(([event]) => event === name).map(([, ...args]) => args);
  }
}

export const member = (id, more = {}) => ({
  id,
  name: id,
  role: "CLIENT",
  connected: true,
  ping_ms: null,
  phantoms: [],
  ...more,
});

export const info = (more = {}) => ({
  id: "room0001",
  title: "Round",
  track: null,
  users: ["anna", "bo"],
  players: [member("anna", { role: "HOST" }), member("bo")],
  host: "anna",
  epoch: 1,
  state: "open",
  ...more,
});

// A room that this client opened, unless `created` is false; everything flows.
export function room({ created = true, ...more } = {}, client = new FakeClient()) {
  const made = new Room(client, info(more), { key: null, created: created && 1, synced: true });
  client.room = made;
  made.resume();
  made.flow();
  return made;
}

export const hostChanged = (host, epoch, more = {}) => ({
  id: "room0001",
  host,
  previous: "anna",
  epoch,
  reason: "left",
  candidates: [],
  ...more,
});

export const becomeHost = (epoch, snapshot, inputs = []) => ({
  epoch,
  snapshot,
  snapshot_epoch: epoch - 1,
  snapshot_age_ms: 40,
  inputs,
  tail: "exact",
  truncated: 0,
});
