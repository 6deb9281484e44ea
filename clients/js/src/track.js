// Lets a room's track sound. Tacts come ahead of their moment, and the audio clock keeps it.

import { Emitter } from "./emitter.js";

const PLAUSIBLE_S = 0.5; // some browsers' output time is nonsense: beyond this it is not believed
const LATE_S = 0.1; // a tact that is later than this is left out rather than played late

export class TrackPlayer extends Emitter {
  #room;
  #sound;
  #ahead = new Set(); // what has not sounded yet
  #offs;

  constructor(room, { audioContext = null, offsetMs = 0, sound = tone } = {}) {
    super();
    this.audioContext = audioContext;
    this.offsetMs = offsetMs;
    this.#room = room;
    this.#sound = sound;
    this.#offs = [
      room.on("tact", (tact) => this.#schedule(tact)),
      room.on("track_state", () => this.#silence()), // it stands, or goes on from elsewhere
      room.on("closed", () => this.stop()),
    ];
  }

  stop() {
    for (const off of this.#offs) off();
    this.#silence();
  }

  #schedule(tact) {
    const local = this.#room.client.clock.local(tact.at) + this.offsetMs;
    const each = { sound: undefined, timer: undefined };
    each.timer = setTimeout(() => {
      this.#ahead.delete(each);
      this.emit("tact", tact);
    }, local - performance.now());
    this.#ahead.add(each);
    const context = this.audioContext;
    if (context?.state !== "running" || tact.value === 0) return; // a rest strikes nothing
    const when = audioTime(context, local);
    if (when < context.currentTime - LATE_S) return;
    each.sound = this.#sound(context, tact.value, Math.max(when, context.currentTime));
    this.emit("scheduled", { ...tact, when });
  }

  #silence() {
    for (const { sound, timer } of this.#ahead) {
      clearTimeout(timer);
      sound?.stop();
    }
    this.#ahead.clear();
  }
}

// When the audio clock must start for what is heard at this moment of performance.now().
function audioTime(context, local) {
  const { currentTime } = context;
  const plain = currentTime + (local - performance.now()) / 1000;
  const { contextTime, performanceTime } = context.getOutputTimestamp?.() ?? {};
  const heard = contextTime + (local - performanceTime) / 1000; // its way out to the ear is counted in
  return performanceTime > 0 && Math.abs(heard - plain) < PLAUSIBLE_S ? heard : plain - (context.outputLatency || 0);
}

// A plain tone of this MIDI note.
function tone(context, value, when) {
  const oscillator = context.createOscillator();
  const volume = context.createGain();
  oscillator.type = "triangle";
  oscillator.frequency.value = 440 * 2 ** ((value - 69) / 12);
  volume.gain.setValueAtTime(0.25, when);
  volume.gain.exponentialRampToValueAtTime(0.001, when + 0.9);
  oscillator.connect(volume).connect(context.destination);
  oscillator.start(when);
  oscillator.stop(when + 0.9);
  return oscillator;
}
