// One game in one tab: sends where its player steers, shows what the host says, and is host when its turn comes.

import { chime } from "../sound.js";
import { pilot } from "./autopilot.js";
import { Controls } from "./controls.js";
import { Hosting } from "./host.js";
import { Interpolation } from "./interpolation.js";
import { Prediction } from "./prediction.js";
import { Picture } from "./render.js";
import { FULL_STEERING, STEP_MS } from "./rules.js";
import { load } from "./saving.js";

const INPUT_MS = 50; // between two inputs
const STALLED_MS = 600; // without a state
const PILOT_MS = 100;

export class Game {
  #room;
  #on;
  #hosting;
  #controls;
  #picture;
  #others = new Interpolation();
  #own = new Prediction();
  #names = new Map();
  #world = null; // the last one told
  #toldAt = 0;
  #wanted = [0, 0];
  #dash = false;
  #sent = null;
  #sentAt = 0;
  #steps = 0; // of the prediction, in ms
  #drawnAt = performance.now();
  #piloting = false;
  #pilotAt = 0;
  #frame = 0;
  #off;

  // `on` hears `world` of each state, `wentOn` how long the room waited for a new host's first one, `key` of other keys.
  constructor(room, { arena, dash, on }) {
    this.#room = room;
    this.#on = on;
    this.#picture = new Picture(arena);
    this.#controls = new Controls(arena, dash, {
      changed: (x, y, dashes) => this.#steer(x, y, dashes),
      key: (code) => on.key(code),
    });
    this.#off = [
      room.on("state", (data) => this.#told(load(data))),
      room.on("host_changed", () => this.#others.restart()),
      room.on("resync", () => this.#own.restart()),
    ];
    this.#hosting = new Hosting(room, { newest: () => this.#world, told: (world) => this.#told(world) });
    this.#frame = requestAnimationFrame((now) => this.#draw(now));
  }

  get piloting() {
    return this.#piloting;
  }

  // True while no state comes, though there should be one.
  get stalled() {
    return this.#world !== null && performance.now() - this.#toldAt > STALLED_MS;
  }

  pilot(on) {
    this.#piloting = on;
    if (!on) this.#steer(...this.#controls.direction, false);
  }

  beat() {
    this.#picture.ripple(performance.now());
  }

  handOver() {
    this.#hosting.handOver();
  }

  save() {
    this.#hosting.save();
  }

  stop() {
    cancelAnimationFrame(this.#frame);
    for (const off of this.#off) off();
    this.#hosting.stop();
    this.#controls.stop();
    this.#picture.stop();
  }

  #told(world) {
    if (world === null) return;
    const now = performance.now();
    if (!this.#others.take(world, now)) return;
    this.#celebrate(this.#world, world, now);
    const own = world.players.get(this.#room.client.id);
    if (own) this.#own.correct(own);
    const waited = this.#world === null ? null : now - this.#toldAt;
    this.#world = world;
    this.#toldAt = now;
    this.#names = new Map(this.#room.players.map(({ id, name }) => [id, name]));
    this.#on.world(world, waited);
  }

  #celebrate(before, after, now) {
    if (before === null || before.round !== after.round) return;
    for (const [id, player] of after.players) {
      const gained = player.score - (before.players.get(id)?.score ?? player.score);
      if (gained <= 0) continue;
      const gold = gained > 1;
      this.#picture.burst(player.x, player.y, gold, now);
      chime(id !== this.#room.client.id ? "other" : gold ? "gold" : "own");
    }
  }

  #steer(x, y, dashes) {
    this.#wanted = [Math.round(x * FULL_STEERING), Math.round(y * FULL_STEERING)];
    if (dashes && this.#own.cool === 0) this.#dash = true;
    this.#send(performance.now());
  }

  // Sends the steering if it changed, but not too often; what was held back is sent from the next frame.
  #send(now) {
    const changed = this.#sent === null || this.#dash || this.#wanted.some((value, axis) => value !== this.#sent[axis]);
    if (!changed || now - this.#sentAt < INPUT_MS) return;
    if (this.#world === null) return; // nor is anything said to a host that plays another game
    const n = Math.max(Date.now(), (this.#world?.players.get(this.#room.client.id)?.n ?? 0) + 1); // grows over reloads too
    const input = [n, ...this.#wanted, this.#dash ? 1 : 0];
    this.#own.steer(n, input[1] / FULL_STEERING, input[2] / FULL_STEERING, this.#dash);
    this.#sent = this.#wanted;
    this.#sentAt = now;
    this.#dash = false;
    if (this.#hosting.active) this.#hosting.input(input);
    else this.#room.input(input).catch(() => {}); // told by the connection's state
  }

  #draw(now) {
    this.#frame = requestAnimationFrame((next) => this.#draw(next));
    if (this.#piloting && now - this.#pilotAt > PILOT_MS && this.#world !== null) {
      this.#pilotAt = now;
      this.#steer(...pilot(this.#world, this.#room.client.id), false);
    }
    this.#send(now);
    this.#steps = Math.min(this.#steps + now - this.#drawnAt, 15 * STEP_MS);
    this.#drawnAt = now;
    for (; this.#steps >= STEP_MS; this.#steps -= STEP_MS) if (!this.stalled) this.#own.advance();
    const places = this.#others.places(now);
    const own = this.#room.client.id;
    if (this.#own.place !== null && places.has(own)) places.set(own, this.#own.place);
    this.#picture.draw({
      world: this.#world, places, names: this.#names, own, host: this.#room.host, stick: this.#controls.stick, now,
    });
  }
}
