// How far each player is from the server. The room tells it once, when somebody comes; from then on each tab tells the
// others what the server measured of it. It only informs: hosts are chosen by the server's own figures.

const EVERY_MS = 3000;
const KEY = "ping";
const FARTHEST_MS = 60_000;

export class Distances {
  #room;
  #told = new Map();
  #timer;
  #off;
  #changed;

  // `changed` is called when a figure is new.
  constructor(room, changed) {
    this.#room = room;
    this.#changed = changed;
    this.#off = room.on("update", (from, key, data) => key === KEY && this.#take(from, data));
    this.#tell();
    this.#timer = setInterval(() => this.#tell(), EVERY_MS);
  }

  // Returns a player's ping in milliseconds, or null while nobody knows it.
  of(player) {
    return this.#told.get(player.id) ?? player.ping_ms;
  }

  stop() {
    clearInterval(this.#timer);
    this.#off();
  }

  async #tell() {
    const { client } = this.#room;
    try {
      const { you } = await client.pings();
      if (you?.ping_ms == null) return;
      this.#take(client.id, you.ping_ms);
      await this.#room.update(KEY, you.ping_ms);
    } catch {} // without a connection there is none
  }

  #take(from, ms) {
    if (!Number.isFinite(ms) || ms < 0 || ms > FARTHEST_MS) return; // nothing says that the others are honest
    this.#told.set(from, ms);
    this.#changed();
  }
}
