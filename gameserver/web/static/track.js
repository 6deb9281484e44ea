// Lets a room's track sound: each tact at its moment of the server's clock.

import { until } from "./clock.js";

let audio = null;

export function setSound(on) {
  if (on && !audio) audio = new AudioContext();
  if (audio) on ? audio.resume() : audio.suspend();
}

// Strikes a MIDI note when its moment comes; a rest (0) strikes nothing.
export function sound({ tact, value, at }, show) {
  const wait = Math.max(0, until(at));
  setTimeout(() => show(tact), wait);
  if (!audio || audio.state !== "running" || value === 0) return;
  const start = audio.currentTime + wait / 1000;
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.type = "triangle";
  tone.frequency.value = 440 * 2 ** ((value - 69) / 12);
  volume.gain.setValueAtTime(0.25, start);
  volume.gain.exponentialRampToValueAtTime(0.001, start + 0.9);
  tone.connect(volume).connect(audio.destination);
  tone.start(start);
  tone.stop(start + 0.9);
}
