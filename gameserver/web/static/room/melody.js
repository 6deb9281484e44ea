// The room's melody: its buttons, where it is, and the player that lets it sound.

import { TrackPlayer } from "gameroom-client";

import { byId, refused } from "../dom.js";
import { browser } from "../kept.js";
import { audio, strike, whenAudible } from "../sound.js";
import { words } from "../words.js";

export class Melody {
  #room;
  #player = null;
  #unheard;

  // `beat` is called at each note, when it sounds.
  constructor(room, beat) {
    this.#room = room;
    this.#unheard = whenAudible((context) => {
      if (this.#player) this.#player.audioContext = context;
    });
    byId("play").onclick = () => (this.#playing ? room.pause() : room.play()).catch(refused);
    byId("late").value = browser.get("late") ?? "0";
    byId("late").oninput = () => {
      browser.set("late", byId("late").value);
      this.render();
    };
    if (room.track !== null) {
      this.#player = new TrackPlayer(room, { audioContext: audio(), sound: strike });
      this.#player.on("tact", ({ tact, value }) => {
        byId("tact").value = tact + 1;
        if (value > 0) beat();
      });
    }
    this.render();
  }

  get #playing() {
    return this.#room.track?.playerInterval !== null;
  }

  render() {
    const track = this.#room.track;
    byId("melody").hidden = track === null;
    if (track === null) return;
    byId("play").textContent = this.#playing ? words.pause : words.play;
    byId("play").classList.toggle("on", this.#playing);
    byId("tact").max = track.track_values.length;
    if (!this.#playing) byId("tact").value = track.tact;
    byId("late-ms").textContent = words.ms(byId("late").value);
    if (this.#player) this.#player.offsetMs = -Number(byId("late").value);
  }

  stop() {
    this.#player?.stop();
    this.#unheard();
  }
}
