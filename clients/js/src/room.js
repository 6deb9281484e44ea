// A room this client is in: kept true by what the server tells, and the way to its members.

import { Emitter } from "./emitter.js";
import { HostRole } from "./host.js";
import { Outbox, gone } from "./outbox.js";

const players = (info, change) => ({ ...info, players: info.players.map(change) });
const seated = (info, list) => ({ ...info, players: list, users: list.map((player) => player.id) });
const connected = (info, id, now) => players(info, (each) => (each.id === id ? { ...each, connected: now } : each));
const track = (info, change) => info.track && { ...info, track: { ...info.track, ...change } };

// What each event makes of the room; the others change nothing.
const CHANGES = {
  room_updated: (info, updated) => updated,
  player_joined: (info, { player }) =>
    seated(info, [...info.players.filter(({ id }) => id !== player.id), player]),
  player_left: (info, { player_id }) => seated(info, info.players.filter(({ id }) => id !== player_id)),
  player_disconnected: (info, { player_id }) => connected(info, player_id, false),
  player_reconnected: (info, { player_id }) => connected(info, player_id, true),
  host_changed: (info, { host, epoch, candidates }) => ({
    ...players(info, (each) => ({
      ...each,
      role: each.id === host ? "HOST" : "CLIENT",
      ping_ms: candidates.find(({ id }) => id === each.id)?.ping_ms ?? each.ping_ms,
    })),
    host,
    epoch,
    state: host === null ? "waiting" : "migrating",
  }),
  host_ready: (info, about, room) => ({ ...info, state: room.started ? "started" : "open" }),
  session_started: (info) => ({ ...info, state: "started" }),
  track_state: (info, { tact, playerInterval, next_at, track_id }) =>
    track(info, { tact, playerInterval, next_at, track_id }),
  track_ended: (info) => track(info, { playerInterval: null, next_at: null }),
};

// How many arguments are the event's own: a recorded one carries an offset behind them.
const ARGUMENTS = { update: 3, input: 3, broadcast: 2, direct: 2, snapshot: 2 };

export class Room extends Emitter {
  successors = [];
  closed = null;
  started = false; // its session was set to work
  leaving = false; // it was asked for, maybe over a connection that is gone
  #held = []; // what came before whoever awaits the room had its turn
  #outbox;
  #news = new Map(); // the newest of what was sent while there was no connection
  #role = null;
  #given = null; // the last `become_host` that no role has taken

  constructor(client, info, { key, created, synced }) {
    super();
    this.client = client;
    this.key = key ?? null;
    this.#outbox = new Outbox((event, args, answered) => {
      // An acknowledgement keeps its place behind what the server said before it.
      client.emitTo(event, args, (...answer) => this.#inTurn(() => answered(...answer)));
    }, synced);
    this.created = created;
    this.become(info);
  }

  get id() {
    return this.info.id;
  }
  get title() {
    return this.info.title;
  }
  get players() {
    return this.info.players;
  }
  get me() {
    return this.info.players.find(({ id }) => id === this.client.id) ?? null;
  }
  get host() {
    return this.info.host;
  }
  get isHost() {
    return this.info.host === this.client.id;
  }
  get epoch() {
    return this.info.epoch;
  }
  get track() {
    return this.info.track;
  }

  // -- what members say ----------------------------------------------------------------------------

  input(data) {
    return this.#outbox.put("input", data);
  }
  broadcast(data) {
    return this.#outbox.put("broadcast", data);
  }
  direct(to, data) {
    return this.#outbox.put("direct", to, data);
  }

  update(key, data) {
    return this.#tell(`update ${key}`, "update", [key, data]);
  }

  state(data) {
    return this.#tell("state", "state", [data]);
  }

  async snapshot(data, covers) {
    await this.client.request("snapshot", data, ...(covers === undefined ? [] : [{ covers }]));
  }

  // Acknowledging twenty a second would cost more than they do: refusals come as the client's `error`. Only
  // who is no host, and should know, asks and is told.
  #tell(slot, event, args) {
    const promise = (async () => {
      if (this.closed) throw gone(this.closed, event);
      if (event === "state" && !this.isHost) await this.client.request(event, ...args);
      else if (this.client.settled) this.client.emitTo(event, args);
      else this.#news.set(slot, [event, args]);
    })();
    promise.catch(() => {}); // as with reliable messages, nobody needs to await it
    return promise;
  }

  hostRole(handlers) {
    this.#role?.stop();
    const role = (this.#role = new HostRole(this, handlers));
    // Who opened the room is host without being told; anyone else is given the game.
    const first = this.created && this.epoch === this.created;
    if (this.isHost && (this.#given || first)) role.begin(this.#given);
    this.#given = null;
    return role;
  }

  // For a role that stops.
  release(role) {
    if (this.#role === role) this.#role = null;
  }

  // -- requests ------------------------------------------------------------------------------------

  async leave() {
    if (this.closed) return;
    this.leaving = true;
    try {
      await this.client.request("leave", this.id);
    } catch (error) {
      if (error.code !== "not_in_room") throw error;
    }
    this.end("left");
  }

  async #ask(...request) {
    await this.client.request(...request);
  }
  play() {
    return this.#ask("play", this.id);
  }
  pause() {
    return this.#ask("pause", this.id);
  }
  seek(tact) {
    return this.#ask("seek", this.id, tact);
  }
  start(options = null) {
    return this.#ask("proccess_check", options);
  }
  kick(player, reason = null) {
    return this.#ask("kick", player, reason);
  }
  change(changes) {
    return this.#ask("update_room", changes);
  }
  transferHost(player) {
    return this.#ask("transfer_host", player);
  }

  // -- for the client ------------------------------------------------------------------------------

  hear(name, args) {
    this.#inTurn(() => this.#take(name, args));
  }

  #inTurn(call) {
    if (this.#held) this.#held.push(call);
    else call();
  }

  // Whoever awaits the room has had its turn.
  flow() {
    while (this.#held?.length) this.#held.shift()();
    this.#held = null;
  }

  // The whole room, told anew; `n` is null, that once, where the server was restarted.
  become({ n, ...info }) {
    this.info = info;
    if (info.state === "started") this.started = true;
    if (n === null) this.#outbox.forget();
  }

  // The connection stands and the seat is ours.
  resume() {
    this.#outbox.open();
    for (const [event, args] of this.#news.values()) this.client.emitTo(event, args);
    this.#news.clear();
  }

  suspend() {
    this.#outbox.close();
  }

  end(reason, about = null) {
    if (this.closed) return;
    this.closed = reason;
    this.#outbox.end(reason);
    this.#role?.end();
    this.#role = null;
    this.client.exited(this);
    this.emit("closed", reason, about);
  }

  #take(name, args) {
    const [first] = args;
    if (this.closed || (first?.id !== undefined && first.id !== this.id && name in CHANGES)) return;
    if (name === "kicked") return this.end("kicked", first);
    if (name === "room_closed") return this.end(first.reason, first);
    if (name === "leave_success") return this.end("left");
    if (name === "become_host") return this.#reign(first);
    if (name === "snapshot_request") return void (first.epoch === this.epoch && this.#role?.save().catch(() => {}));
    const info = CHANGES[name]?.(this.info, first, this);
    if (info) this.become(info);
    if (name === "successors") this.successors = first.next;
    if ((name === "host_changed" || name === "resync") && !this.isHost) {
      this.#given = null;
      this.#role?.lose(name === "resync" ? null : first);
    }
    if (name === "input") {
      const about = typeof args[2] === "object" && args[2] ? args[2] : {};
      this.#role?.input(args[0], args[1], about.seq);
      this.emit(name, args[0], args[1], about);
    } else {
      this.emit(name, ...args.slice(0, ARGUMENTS[name] ?? 1));
    }
    if (name === "resync" || name === "successors" || info) this.emit("change", this);
  }

  #reign(given) {
    if (given.epoch < this.epoch || !this.isHost) return;
    if (this.#role) this.#role.begin(given);
    else this.#given = given;
  }
}
