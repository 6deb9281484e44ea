// The host's part: restore, play on, hand in snapshots; and stop when somebody else is host.

import { GameError } from "./errors.js";

const NEW = { snapshot: null, snapshot_epoch: null, snapshot_age_ms: null, inputs: [], tail: null, truncated: 0 };

const SOON = ["onTick", "takeSnapshot"]; // what they return is of this moment

export class HostRole {
  active = false;
  #room;
  #handlers;
  #reign = 0; // counts beginnings and ends: what was begun under an earlier one is void
  #seq = 0; // of the last input in the game
  #early = []; // inputs that came while the game was being restored
  #timers = [];

  constructor(room, handlers) {
    this.#room = room;
    this.#handlers = handlers;
  }

  // `given` is what `become_host` carries; null for who has just opened the room.
  async begin(given) {
    const { snapshot, inputs, ...about } = given ?? { ...NEW, epoch: this.#room.epoch };
    const { epoch } = about;
    this.#halt();
    const reign = this.#reign;
    const list = inputs.map(([player, data, seq]) => ({ player, data, seq }));
    if (list.length) this.#seq = list.at(-1).seq;
    const restored = this.#call("onBecomeHost", snapshot, list, about);
    if (restored.failed) return; // not ready: the server gives the game to the next one
    if (restored.value?.then) {
      try {
        await restored.value;
      } catch (error) {
        return this.#failed(error, "onBecomeHost");
      }
    }
    try {
      if (given && reign === this.#reign) await this.#room.client.request("host_ready", { epoch });
    } catch {
      return; // too late, or the connection is lost: whoever is host is told anew
    }
    if (reign !== this.#reign) return;
    this.active = true;
    for (const [player, data, seq] of this.#early.splice(0)) this.input(player, data, seq);
    this.save().catch(() => {});
    let last = performance.now();
    const { tickMs = 50, snapshotEveryMs = 1000 } = this.#handlers;
    const tick = () => {
      const now = performance.now();
      const { value } = this.#room.client.connected ? this.#call("onTick", now - last) : {};
      last = now;
      if (value !== undefined && this.active) this.#room.state(value);
    };
    const save = () => this.#room.client.connected && this.save().catch(() => {});
    this.#timers = [setInterval(tick, tickMs), setInterval(save, snapshotEveryMs)];
  }

  input(player, data, seq) {
    if (!this.active) return void this.#early.push([player, data, seq]);
    this.#seq = seq ?? this.#seq;
    this.#call("onInput", player, data, seq);
  }

  async save() {
    if (!this.active) return;
    const { failed, value } = this.#call("takeSnapshot");
    if (!failed && value !== undefined) await this.#room.snapshot(value, this.#seq);
  }

  // Somebody else is host.
  lose(about) {
    const was = this.active;
    this.#halt();
    if (was) this.#call("onLoseHost", about);
  }

  end() {
    this.#halt();
  }

  stop() {
    this.#room.release(this);
    this.#halt();
  }

  #halt() {
    this.#reign += 1;
    this.active = false;
    this.#early = [];
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
  }

  #call(name, ...args) {
    try {
      const value = this.#handlers[name]?.(...args);
      if (name !== "onBecomeHost") value?.then?.(null, (error) => this.#failed(error, name));
      if (SOON.includes(name) && value?.then) throw new TypeError("must return its answer, not a promise of it");
      return { value };
    } catch (error) {
      this.#failed(error, name);
      return { failed: true };
    }
  }

  #failed(error, name) {
    this.#room.client.report(new GameError("handler", `${name}: ${error?.message ?? error}`, null, error));
  }
}
