// The room one plays in: keeps the page true to it until it is over.

import { byId, chip, refused, toast } from "../dom.js";
import { Game } from "../game/game.js";
import { renderMute, toggleMute } from "../sound.js";
import { inSentence, words } from "../words.js";
import { Distances } from "./distances.js";
import { renderInvitation } from "./invite.js";
import { Melody } from "./melody.js";
import { renderMembers } from "./members.js";
import { Reigns } from "./reign.js";

const WAITED_MS = 100; // a gap shorter than this is the pace of the states
const FOREIGN_MS = 3000; // a host that says nothing we understand for so long plays another game

export class RoomView {
  #room;
  #game;
  #melody;
  #reigns;
  #distances;
  #world = null;
  #newReign = false;
  #since = performance.now();
  #off = new AbortController();
  #timer;

  constructor(room) {
    this.#room = room;
    this.#reigns = new Reigns(room);
    this.#game = new Game(room, {
      arena: byId("arena"),
      dash: byId("dash"),
      on: {
        world: (world, waited) => this.#told(world, waited),
        key: (code) => (code === "KeyP" ? this.#pilot() : code === "KeyM" ? toggleMute() : null),
      },
    });
    this.#distances = new Distances(room, () => this.#renderMembers());
    this.#melody = new Melody(room, () => this.#game.beat());
    room.on("change", () => this.render());
    room.on("host_changed", (change) => {
      this.#newReign = true;
      this.#reigns.changed(change);
    });
    for (const event of ["track_state", "track_ended"]) room.on(event, () => this.#melody.render());
    this.#listen();
    byId("pilot").setAttribute("aria-pressed", "false");
    this.render();
  }

  // Says everything anew: the room or the language changed.
  render() {
    const { info, isHost, key } = this.#room;
    this.#reigns.learn();
    byId("room-title").textContent = info.title;
    byId("room-description").textContent = info.description;
    byId("room-description").hidden = !info.description;
    const taken = info.players.reduce((sum, player) => sum + 1 + player.phantoms.length, 0);
    byId("room-facts").replaceChildren(
      ...[
        chip(words.seatsTaken(taken, info.max_players), "seats"),
        info.state === "open" ? null : chip(words[info.state]),
        info.private && key === null ? chip(words.privateRoom) : null,
        info.locked ? chip(words.locked) : null,
        info.protected ? chip(words.protected) : null,
      ].filter(Boolean),
    );
    byId("start").hidden = !(key !== null && isHost && info.state === "open");
    this.#renderMembers();
    renderInvitation(this.#room);
    renderMute();
    this.#reigns.render();
    this.#melody.render();
    this.#banner();
  }

  stop() {
    clearInterval(this.#timer);
    this.#off.abort();
    this.#game.stop();
    this.#melody.stop();
    this.#distances.stop();
    byId("members").replaceChildren();
  }

  #listen() {
    const on = (target, event, listener) => target.addEventListener(event, listener, { signal: this.#off.signal });
    on(byId("leave"), "click", () => this.#room.leave().catch(refused));
    on(byId("start"), "click", () => this.#room.start().catch(refused));
    on(byId("pilot"), "click", () => this.#pilot());
    on(byId("mute"), "click", toggleMute);
    on(document, "freeze", () => this.#game.handOver());
    on(window, "pagehide", () => this.#game.save());
    this.#timer = setInterval(() => this.#banner(), 200);
  }

  #renderMembers() {
    renderMembers(this.#room, this.#world, this.#distances);
  }

  #pilot() {
    this.#game.pilot(!this.#game.piloting);
    byId("pilot").setAttribute("aria-pressed", String(this.#game.piloting));
  }

  #told(world, waited) {
    this.#world = world;
    byId("arena").dataset.tick = world.tick;
    if (this.#newReign && waited !== null && waited > WAITED_MS) this.#reigns.wentOn(waited);
    this.#newReign = false;
    this.#renderMembers();
  }

  // What the arena has to say: the round's winner, or why nothing moves.
  #banner() {
    const winner = this.#world?.winner ?? null;
    const nameOf = (id) => inSentence(this.#room.players.find((player) => player.id === id)?.name ?? words.nameless);
    let text = "";
    if (!this.#room.client.connected) text = words.lost;
    else if (this.#room.info.state === "migrating" || this.#room.host === null) text = words.choosing;
    else if (this.#world === null && performance.now() - this.#since > FOREIGN_MS) text = words.otherGame;
    else if (this.#game.stalled) text = words.stalled;
    else if (winner !== null) text = winner === this.#room.client.id ? words.youWonRound : words.wonRound(nameOf(winner));
    if (byId("banner").textContent !== text) byId("banner").textContent = text;
    byId("banner").hidden = text === "";
  }
}

// Says why a room is over.
export const sayOver = (reason) => toast(words.closed[reason] ?? words.roomClosed);
