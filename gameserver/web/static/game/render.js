// Draws the arena: a round pond, its sparks and who steers there.

import { colourOf } from "./colours.js";
import { ARENA, PUCK, SPARK } from "./rules.js";

const RIPPLE_MS = 900;
const BURST_MS = 450;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class Picture {
  #canvas;
  #pen;
  #ink = {};
  #ripples = []; // when each began
  #bursts = []; // where sparks were taken, and when
  #night = matchMedia("(prefers-color-scheme: dark)");
  #dip = () => (this.#ink = inks(this.#canvas));

  constructor(canvas) {
    this.#canvas = canvas;
    this.#pen = canvas.getContext("2d");
    this.#dip();
    this.#night.addEventListener("change", this.#dip);
  }

  stop() {
    this.#night.removeEventListener("change", this.#dip);
  }

  // A note sounds: a ring runs outward.
  ripple(now) {
    if (!calm.matches) this.#ripples.push(now);
  }

  burst(x, y, gold, now) {
    if (!calm.matches) this.#bursts.push({ x, y, gold, now });
  }

  // Draws the world with everybody at these places; `own` and `host` are ids, `stick` a drag in page pixels.
  draw({ world, places, names, own, host, stick, now }) {
    this.#fit();
    const pen = this.#pen;
    const scale = this.#canvas.width / (2 * ARENA + 8);
    pen.setTransform(scale, 0, 0, scale, this.#canvas.width / 2, this.#canvas.height / 2);
    this.#water(now);
    for (const spark of world?.sparks ?? []) this.#spark(spark, now);
    this.#burstsAt(now);
    for (const [id, [x, y]] of places) {
      const player = world.players.get(id);
      if (player) this.#puck({ ...player, x, y, name: names.get(id) ?? "", own: id === own, host: id === host });
    }
    if (stick !== null) this.#drag(stick);
  }

  #fit() {
    const { width } = this.#canvas.getBoundingClientRect();
    const wanted = Math.round(width * Math.min(2, devicePixelRatio));
    if (wanted > 0 && this.#canvas.width !== wanted) [this.#canvas.width, this.#canvas.height] = [wanted, wanted];
  }

  #water(now) {
    const pen = this.#pen;
    pen.clearRect(-ARENA - 4, -ARENA - 4, 2 * ARENA + 8, 2 * ARENA + 8);
    pen.fillStyle = this.#ink.water;
    disc(pen, 0, 0, ARENA).fill();
    pen.lineWidth = 1.5;
    pen.strokeStyle = this.#ink.ring;
    for (const part of [0.25, 0.5, 0.75]) disc(pen, 0, 0, ARENA * part).stroke();
    this.#ripples = this.#ripples.filter((began) => now - began < RIPPLE_MS);
    for (const began of this.#ripples) {
      const part = (now - began) / RIPPLE_MS;
      pen.globalAlpha = (1 - part) ** 2;
      pen.lineWidth = 10 * (1 - part) + 1;
      pen.strokeStyle = this.#ink.ripple;
      disc(pen, 0, 0, Math.max(1, (ARENA - 8) * part ** 0.7)).stroke();
    }
    pen.globalAlpha = 1;
    pen.lineWidth = 4;
    pen.strokeStyle = this.#ink.rim;
    disc(pen, 0, 0, ARENA).stroke();
  }

  #spark({ x, y, gold }, now) {
    const pen = this.#pen;
    const size = (gold ? 1.7 : 1) * SPARK * (calm.matches ? 1 : 1 + 0.12 * Math.sin(now / 180 + x));
    pen.fillStyle = gold ? this.#ink.gold : this.#ink.spark;
    pen.beginPath();
    for (let corner = 0; corner < 8; corner += 1) {
      const radius = corner % 2 ? size * 0.42 : size * 1.25;
      pen.lineTo(x + Math.sin((corner * Math.PI) / 4) * radius, y - Math.cos((corner * Math.PI) / 4) * radius);
    }
    pen.fill();
  }

  #burstsAt(now) {
    const pen = this.#pen;
    this.#bursts = this.#bursts.filter(({ now: began }) => now - began < BURST_MS);
    for (const { x, y, gold, now: began } of this.#bursts) {
      const part = Math.max(0, now - began) / BURST_MS; // a frame's time may lie before what came since it began
      pen.globalAlpha = 1 - part;
      pen.strokeStyle = gold ? this.#ink.gold : this.#ink.spark;
      pen.lineWidth = 5 * (1 - part);
      disc(pen, x, y, SPARK + part * (gold ? 70 : 45)).stroke();
    }
    pen.globalAlpha = 1;
  }

  #puck({ x, y, vx, vy, seat, away, name, own, host }) {
    const pen = this.#pen;
    const colour = colourOf(seat);
    pen.globalAlpha = away ? 0.4 : 1;
    pen.strokeStyle = colour; // the wake shows where to
    pen.lineWidth = PUCK;
    pen.lineCap = "round";
    pen.save();
    pen.globalAlpha *= 0.25;
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(x - vx * 5, y - vy * 5);
    pen.stroke();
    pen.restore();
    pen.fillStyle = colour;
    disc(pen, x, y, PUCK).fill();
    if (own) {
      pen.lineWidth = 5;
      pen.strokeStyle = this.#ink.text;
      disc(pen, x, y, PUCK + 5).stroke();
    }
    if (host) this.#crown(x, y);
    pen.fillStyle = this.#ink.text;
    pen.font = `600 24px ${this.#ink.font}`;
    pen.textAlign = "center";
    pen.fillText(name.length > 14 ? `${name.slice(0, 13)}…` : name, x, y + PUCK + 30, 220);
    pen.globalAlpha = 1;
  }

  // The host's mark: its device sends to all.
  #crown(x, y) {
    const pen = this.#pen;
    pen.fillStyle = this.#ink.onPuck;
    pen.beginPath();
    for (const [dx, dy] of [[-13, 9], [-13, -8], [-6, 0], [0, -11], [6, 0], [13, -8], [13, 9]]) pen.lineTo(x + dx, y + dy);
    pen.fill();
  }

  #drag({ from, to }) {
    const box = this.#canvas.getBoundingClientRect();
    const scale = (2 * ARENA + 8) / box.width;
    const at = ([x, y]) => [(x - box.left - box.width / 2) * scale, (y - box.top - box.height / 2) * scale];
    const pen = this.#pen;
    pen.globalAlpha = 0.5;
    pen.strokeStyle = this.#ink.text;
    pen.lineWidth = 4;
    disc(pen, ...at(from), 60 * scale).stroke();
    pen.fillStyle = this.#ink.text;
    disc(pen, ...at(to), 22 * scale).fill();
    pen.globalAlpha = 1;
  }
}

function disc(pen, x, y, radius) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  return pen;
}

// The colours of the page's style, by day or by night.
function inks(canvas) {
  const style = getComputedStyle(canvas);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    water: of("water"), ring: of("water-ring"), rim: of("rim"), ripple: of("ripple"), spark: of("spark"), gold: of("gold"),
    text: of("ink"), onPuck: of("on-puck"), font: style.fontFamily,
  };
}
