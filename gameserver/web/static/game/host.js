// The host's part: this tab runs the simulation for everybody, and hands it over when it goes.

import { STEP_MS, STEPS_PER_STATE } from "./rules.js";
import { load, save } from "./saving.js";
import { newWorld, seatPlayers, step, takeInput } from "./simulation.js";

const SNAPSHOT_MS = 500;
const MOST_STEPS = 15; // made up for at once after a pause: a quarter of a second

export class Hosting {
  #room;
  #newest;
  #told;
  #world = null;
  #role;
  #ticker = new Worker("/static/game/ticker.js");
  #last = 0;

  // `newest` returns the last world this player has seen or null; `told` hears of each state.
  constructor(room, { newest, told }) {
    this.#room = room;
    this.#newest = newest;
    this.#told = told;
    this.#ticker.onmessage = () => this.#tick(performance.now());
    this.#role = room.hostRole({
      snapshotEveryMs: SNAPSHOT_MS,
      onBecomeHost: (snapshot, inputs) => this.#begin(snapshot, inputs),
      onInput: (player, data) => takeInput(this.#world, player, data),
      takeSnapshot: () => save(this.#world),
      onLoseHost: () => this.#end(),
    });
    room.on("change", () => this.active && seatPlayers(this.#world, room.players));
  }

  get active() {
    return this.#world !== null && this.#role.active;
  }

  // Takes an input of this tab's own player.
  input(data) {
    takeInput(this.#world, this.#room.client.id, data);
  }

  // The page is about to stop: whoever is next should not have to find out by waiting.
  handOver() {
    if (!this.active) return;
    const next = this.#room.successors[0];
    this.#role.save().catch(() => {});
    if (next !== undefined) this.#room.transferHost(next).catch(() => {});
  }

  save() {
    if (this.active) this.#role.save().catch(() => {});
  }

  stop() {
    this.#role.stop();
    this.#end();
    this.#ticker.terminate();
  }

  #begin(snapshot, inputs) {
    this.#world = this.#restored(snapshot) ?? newWorld(crypto.getRandomValues(new Uint32Array(1))[0]);
    seatPlayers(this.#world, this.#room.players);
    for (const { player, data } of inputs) takeInput(this.#world, player, data);
    this.#last = performance.now();
    this.#ticker.postMessage(STEP_MS * STEPS_PER_STATE);
  }

  // The snapshot, or the last state this player has seen: a state is the whole world too, and often newer.
  #restored(snapshot) {
    const [kept, seen] = [load(snapshot), this.#newest()];
    if (kept === null || seen === null) return kept ?? copied(seen);
    return seen.tick > kept.tick ? copied(seen) : kept;
  }

  #end() {
    this.#world = null;
    this.#ticker.postMessage(0);
  }

  #tick(now) {
    if (!this.active) return;
    const due = Math.floor((now - this.#last) / STEP_MS);
    this.#last += due * STEP_MS;
    for (let done = 0; done < Math.min(due, MOST_STEPS); done += 1) step(this.#world);
    const state = save(this.#world);
    this.#room.state(state).catch(() => {}); // another is host already: it will be told
    this.#told(load(state));
  }
}

const copied = (world) => (world === null ? null : load(save(world)));
