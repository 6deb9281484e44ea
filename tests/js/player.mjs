// Plays stock Socket.IO clients for tests that are written elsewhere.
//
// Reads one JSON command a line from stdin and writes one JSON report a line to stdout. A command with
// an `id` is answered by a line with that id; what a player hears comes as it comes, in its order.
// What JSON cannot say travels as {"$binary": base64}, {"$date": ms}, {"$number": "NaN"},
// {"$bigint": digits} and {"$undefined": true}. Ends when stdin ends.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(import.meta.url);
const msgpack = require("socket.io-msgpack-parser");
const players = new Map();

// Which installed package holds which version of the client.
const here = new URL(".", import.meta.url);
const installed = new Map();
for (const name of Object.keys(JSON.parse(readFileSync(new URL("package.json", here))).dependencies)) {
  if (!name.startsWith("socket.io-client")) continue;
  const { version } = JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, here)));
  installed.set(version, name);
}

function spell(value) {
  if (value === undefined) return { $undefined: true };
  if (typeof value === "bigint") return { $bigint: String(value) };
  if (typeof value === "number" && !Number.isFinite(value)) return { $number: String(value) };
  if (value === null || typeof value !== "object") return value;
  if (value instanceof Date) return { $date: value.getTime() };
  if (value instanceof ArrayBuffer) return { $binary: Buffer.from(value).toString("base64") };
  if (ArrayBuffer.isView(value)) {
    return { $binary: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64") };
  }
  if (Array.isArray(value)) return value.map(spell);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, spell(inner)]));
}

function read(value) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(read);
  if ("$binary" in value) return Buffer.from(value.$binary, "base64");
  if ("$date" in value) return new Date(value.$date);
  if ("$number" in value) return Number(value.$number);
  if ("$bigint" in value) return BigInt(value.$bigint);
  if ("$undefined" in value) return undefined;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, read(inner)]));
}

function say(report) {
  process.stdout.write(JSON.stringify(report) + "\n");
}

function heard(player, event, args) {
  say({ player, event, args: args.map(spell), at: performance.timeOrigin + performance.now() });
}

const commands = {
  versions() {
    return [...installed.keys()];
  },

  connect({ player, version, parser, url, options, auth }) {
    const { io } = require(installed.get(version));
    const socket = io(url, {
      forceNew: true,
      ...(parser === "msgpack" ? { parser: msgpack } : {}),
      ...(auth ? { auth } : {}),
      ...options,
    });
    players.set(player, socket);
    socket.on("connect", () => heard(player, "@connect", [socket.id, socket.recovered]));
    socket.on("disconnect", (reason) => heard(player, "@disconnect", [reason]));
    socket.on("connect_error", (error) => heard(player, "@connect_error", [error.message, error.data]));
    socket.onAny((event, ...args) => heard(player, event, args));
  },

  // With `ack`, answers what the server acknowledged.
  emit({ player, event, args, ack }) {
    const socket = players.get(player);
    if (!ack) return void socket.emit(event, ...read(args));
    return new Promise((resolve) => socket.emit(event, ...read(args), (...answer) => resolve(answer)));
  },

  // Sends an event whose name the client itself would refuse; the parser is still the stock one.
  smuggle({ player, data, ack }) {
    const socket = players.get(player);
    const packet = { type: 2, data: read(data), nsp: "/", options: {} };
    if (!ack) return void socket.packet(packet);
    packet.id = socket.ids++;
    return new Promise((resolve) => {
      socket.acks[packet.id] = Object.assign((...answer) => resolve(answer), { withError: false });
      socket.packet(packet);
    });
  },

  status({ player }) {
    const socket = players.get(player);
    return { id: socket.id, connected: socket.connected, transport: socket.io.engine?.transport?.name };
  },

  disconnect({ player }) {
    players.get(player).disconnect();
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, do: name, ...rest } = JSON.parse(line);
  Promise.resolve()
    .then(() => commands[name](rest))
    .then(
      (answer) => say({ id, answer: spell(answer) }),
      (error) => say({ id, failed: String(error.stack ?? error) }),
    );
}
for (const socket of players.values()) socket.disconnect();
