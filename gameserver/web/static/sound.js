// What is heard: one audio clock, opened by the first click or key as browsers want it, and a few plain tones.

import { byId } from "./dom.js";
import { browser } from "./kept.js";
import { words } from "./words.js";

const LOUD = 0.5;
let context = null;
let master = null;
let muted = browser.get("muted") === "yes";
const waiting = new Set();

export const audio = () => context;

// Calls back as soon as there is an audio clock; returns what takes that back.
export function whenAudible(listener) {
  waiting.add(listener);
  return () => waiting.delete(listener);
}

function open() {
  if (context !== null) {
    if (context.state !== "running") context.resume().catch(() => {});
    return;
  }
  try {
    context = new AudioContext({ latencyHint: "interactive" });
  } catch {
    return; // no sound on this device; the game goes on without
  }
  master = context.createGain();
  master.gain.value = muted ? 0 : LOUD;
  master.connect(context.destination);
  for (const listener of waiting) listener(context);
}

export function listenForFirstTouch() {
  for (const event of ["pointerdown", "pointerup", "keydown"]) document.addEventListener(event, open, { capture: true });
}

export function toggleMute() {
  muted = !muted;
  browser.set("muted", muted ? "yes" : "no");
  if (master) master.gain.setTargetAtTime(muted ? 0 : LOUD, context.currentTime, 0.02);
  renderMute();
}

export function renderMute() {
  byId("mute").textContent = muted ? words.soundOff : words.soundOn;
  byId("mute").classList.toggle("on", !muted); // its words say so already
}

// Strikes a MIDI note of the melody at a moment of the audio clock.
export function strike(_context, note, when) {
  return tone(440 * 2 ** ((note - 69) / 12), when, { form: "triangle", loud: 0.35, lasts: 0.9 });
}

// A short tone at once: for what happens in the game.
export function chime(kind) {
  if (context === null || context.state !== "running") return;
  const now = context.currentTime;
  if (kind === "gold") tone(1568, now + 0.06, { form: "sine", loud: 0.12, lasts: 0.3 });
  tone(kind === "other" ? 660 : 1175, now, { form: "sine", loud: kind === "other" ? 0.03 : 0.1, lasts: 0.2 });
}

function tone(hertz, when, { form, loud, lasts }) {
  const oscillator = context.createOscillator();
  const volume = context.createGain();
  oscillator.type = form;
  oscillator.frequency.value = hertz;
  volume.gain.setValueAtTime(0, when);
  volume.gain.linearRampToValueAtTime(loud, when + 0.008); // no click
  volume.gain.exponentialRampToValueAtTime(0.001, when + lasts);
  oscillator.connect(volume).connect(master);
  oscillator.start(when);
  oscillator.stop(when + lasts);
  return oscillator;
}
