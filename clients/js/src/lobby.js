// The list of rooms with what a player will feel in each: its host's ping plus one's own.

import { Emitter } from "./emitter.js";
import { bandOf } from "./ping.js";

export class Lobby extends Emitter {
  rooms = [];
  total = 0;
  #client;
  #entries = [];
  #version = 0;
  #wish = null; // how the list is wanted; null while it is not

  constructor(client) {
    super();
    this.#client = client;
    client.ping.on("change", () => this.#entries.length && this.#publish());
  }

  async subscribe(options = {}) {
    this.#wish = options;
    await this.resume();
    return this.rooms;
  }

  async unsubscribe() {
    this.#wish = null;
    if (this.#client.connected) await this.#client.request("all-rooms", { subscribe: false });
  }

  async refresh() {
    await this.#client.request("update-rooms");
    return this.rooms;
  }

  // For the client: the list is wanted, and the connection is new or the room is left.
  async resume() {
    if (!this.#wish || !this.#client.connected || (this.#client.room && !this.#wish.inRoom)) return;
    const { filter } = this.#wish;
    // Changes alone cannot keep an order that the server made.
    await this.#client.request("all-rooms", { subscribe: true, delta: !filter?.sort, ...(filter && { filter }) });
  }

  listed(entries, info) {
    this.#entries = entries;
    this.#version = info?.version ?? 0;
    this.total = info?.total ?? entries.length;
    this.#publish();
  }

  changed({ version, added, changed, removed }) {
    if (version !== this.#version + 1) return void this.refresh().catch(() => {});
    const gone = new Set([...removed, ...[...added, ...changed].map((entry) => entry.id)]);
    this.#entries = [...this.#entries.filter((entry) => !gone.has(entry.id)), ...added, ...changed];
    this.#version = version;
    this.total += added.length - removed.length;
    this.#publish();
  }

  #publish() {
    const own = this.#client.ping.ms;
    this.rooms = this.#entries.map((entry) => {
      const total = own === null || entry.ping_ms === null ? null : entry.ping_ms + own;
      return { ...entry, total_ms: total, total_band: bandOf(total) };
    });
    const rank = (room) => room.total_ms ?? Infinity;
    if (!this.#wish?.filter?.sort) {
      this.rooms.sort((a, b) => b.joinable - a.joinable || (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
    }
    this.emit("rooms", this.rooms);
  }
}
