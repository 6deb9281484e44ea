// What a game may write with the types of the contract, and what it may not. Only compiled, never run.

import { io, type Socket } from "socket.io-client";
import type {
  Answer,
  ClientToServerEvents,
  ErrorCode,
  Events,
  LobbyEntry,
  Requests,
  RoomView,
  ServerToClientEvents,
} from "../../clients/js/src/contract.js";

const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io();

// Both forms of `create` and `join`, with an ack and without.
socket.emit("create", 1, "Melody");
socket.emit("create", null, "Melody", "five tacts", 4, (answer) => {
  const told: string = answer.ok ? answer.id : answer.error.code;
  return told;
});
socket.emit("create", { title: "Arena", on_host_exit: "close", metadata: { mode: "ctf" } });
socket.emit("join", "68ffbdj0");
socket.emit("join", { id: "68ffbdj0", password: "x" }, (answer) => answer.ok && answer.players[0]?.phantoms);
socket.emit("leave");
socket.emit("seek", null, 3);
socket.emit("all-rooms", { subscribe: true, delta: true, filter: { sort: "ping" } });
socket.emit("all-rooms", (answer) => answer.ok && "rooms" in answer && answer.rooms.length);
socket.emit("update_room", { password: null });

// A running number may end a reliable event, and nothing else may.
socket.emit("input", { left: true });
socket.emit("broadcast", new Uint8Array(3), { n: 1 }, (answer) => answer.ok && answer.n);
socket.emit("direct", ["a", "b"], "hello", { n: 2 });
socket.emit("snapshot", { score: 1 }, { covers: 7 });

// What comes has its types.
socket.on("all-rooms", (rooms, info) => {
  const pings: (number | null)[] = rooms.map((room: LobbyEntry) => room.ping_ms);
  const total: number | undefined = info?.total;
  return [pings, total];
});
socket.on("input", (from, data, about) => [from.length, data, about?.seq]);
socket.on("become_host", ({ snapshot, inputs }) => inputs.map(([player, data, seq]) => [player.length, data, seq + 1, snapshot]));
socket.on("error", ({ code }) => {
  const known: ErrorCode = code;
  return known === "room_full";
});

// A client's own wrapper, written once for all requests.
function ask<E extends keyof Requests>(event: E, ...args: Requests[E]["args"]): Promise<Answer<Requests[E]["answer"]>> {
  return new Promise((resolve) => resolve({ ok: false, error: { code: "internal", message: `${event}${args.length}` } }));
}
async function play(): Promise<RoomView | undefined> {
  const made = await ask("create", { title: "Arena" });
  return made.ok ? made : undefined;
}
const first: Events["tact"] = [{ tact: 0, value: 60, at: 1 }];
void [play, first];

// @ts-expect-error: a title is needed
socket.emit("create", 1);
// @ts-expect-error: misspelt
socket.emit("create", { titel: "Arena" });
// @ts-expect-error: not one of the words
socket.emit("create", { title: "Arena", on_host_exit: "explode" });
// @ts-expect-error: null takes nothing away here
socket.emit("update_room", { title: null });
// @ts-expect-error: no such request
socket.emit("dance");
// @ts-expect-error: no running number on news
socket.emit("state", 1, { n: 1 });
// @ts-expect-error: it is a number
socket.emit("input", 1, { n: "1" });
// @ts-expect-error: a key, then data
socket.emit("update", { x: 1 });
// @ts-expect-error: no such event
socket.on("nothing", () => {});
// @ts-expect-error: a room that is listed has no members' list
socket.on("all-rooms", (rooms) => rooms[0]?.users);
// @ts-expect-error: no such code
const wrong: ErrorCode = "room_crowded";
void wrong;
