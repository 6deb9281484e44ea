// The room one is in: its members and its track, kept by the events that change them.

import { byId, chip, element, pingBadge, toast } from "./dom.js";
import { bandOf } from "./list.js";
import { setSound, sound } from "./track.js";
import { words } from "./words.js";

let room = null;
let key = null;
let me = null;

export const current = () => room?.id ?? null;

export function enter(entered, player, sessionKey = null) {
  const fresh = room?.id !== entered.id;
  if (fresh) key = sessionKey;
  room = entered;
  me = player;
  render();
  if (fresh) byId("room-title").focus();
}

export function left() {
  room = null;
  render();
}

const nameOf = (id) => room.players.find((player) => player.id === id)?.name ?? words.nameless;

// Keeps the room true; `changed` is called after each change.
export function follow(socket, changed) {
  const inRoom = (change) => (message) => {
    if (room === null || (message?.id !== undefined && message.id !== room.id)) return;
    change(message);
    if (room !== null) render();
    changed();
  };
  const mark = (connected) => ({ player_id }) => {
    for (const player of room.players) if (player.id === player_id) player.connected = connected;
  };
  socket.on("player_joined", inRoom(({ player }) => {
    room.players = [...room.players.filter(({ id }) => id !== player.id), player];
  }));
  socket.on("player_left", inRoom(({ player_id }) => {
    room.players = room.players.filter(({ id }) => id !== player_id);
  }));
  socket.on("player_disconnected", inRoom(mark(false)));
  socket.on("player_reconnected", inRoom(mark(true)));
  socket.on("room_updated", inRoom((updated) => (room = updated)));
  socket.on("host_changed", inRoom(({ host, epoch, candidates }) => {
    room.host = host;
    room.epoch = epoch;
    for (const player of room.players) {
      player.role = player.id === host ? "HOST" : "CLIENT";
      player.ping_ms = candidates.find(({ id }) => id === player.id)?.ping_ms ?? player.ping_ms;
    }
    if (host !== null) toast(host === me ? words.youHost : words.newHost(nameOf(host)));
  }));
  socket.on("session_started", inRoom(() => (room.state = "started")));
  socket.on("track_state", inRoom(({ tact, playerInterval, next_at }) => {
    room.track = { ...room.track, tact, playerInterval, next_at };
  }));
  socket.on("track_ended", inRoom(() => (room.track.playerInterval = null)));
  socket.on("tact", inRoom((tact) => sound(tact, (index) => (byId("tact").value = index + 1))));
  socket.on("kicked", inRoom(() => (left(), toast(words.kicked))));
  socket.on("room_closed", inRoom(() => (left(), toast(words.roomClosed))));
  socket.on("leave_success", inRoom(left));
  socket.on("logout_success", inRoom(left));

  byId("leave").onclick = () => socket.emit("leave");
  byId("play").onclick = () => socket.emit("play");
  byId("pause").onclick = () => socket.emit("pause");
  byId("start").onclick = () => socket.emit("proccess_check", null);
  byId("sound").onchange = ({ target }) => setSound(target.checked);
}

export function render() {
  byId("room").hidden = room === null;
  byId("actions").hidden = room !== null;
  if (room === null) return;
  byId("room-title").textContent = room.title;
  byId("room-description").textContent = room.description;
  byId("room-description").hidden = !room.description;
  const taken = room.players.reduce((sum, player) => sum + 1 + player.phantoms.length, 0);
  byId("room-facts").replaceChildren(
    ...[
      chip(key ? words.sessionKey(key) : words.roomId(room.id), "key"),
      chip(words.seatsTaken(taken, room.max_players), "seats"),
      room.state === "open" ? null : chip(words[room.state]),
      room.private && !key ? chip(words.privateRoom) : null,
      room.locked ? chip(words.locked) : null,
      room.protected ? chip(words.protected) : null,
    ].filter(Boolean),
  );
  byId("members").replaceChildren(...room.players.flatMap(member));
  byId("start").hidden = !(key && room.host === me && room.state === "open");
  byId("track").hidden = room.track === null;
  if (room.track === null) return;
  byId("tact").max = room.track.track_values.length;
  if (room.track.playerInterval === null) byId("tact").value = room.track.tact;
  byId("play").disabled = room.track.playerInterval !== null;
  byId("pause").disabled = room.track.playerInterval === null;
}

function member(player) {
  const ping = player.ping_ms;
  const own = element(
    "li",
    { className: player.connected ? "" : "away" },
    element("span", { className: "name", textContent: player.name ?? words.nameless }),
    player.id === me ? chip(words.you) : null,
    player.role === "HOST" ? chip(words.host, "host") : null,
    player.connected ? null : chip(words.away),
    pingBadge(ping === null ? "?" : words.ms(Math.round(ping)), bandOf(ping), words),
  );
  const phantoms = player.phantoms.map((phantom) => {
    const name = element("span", { className: "name", textContent: `+ ${phantom.slice(phantom.lastIndexOf("#"))}` });
    return element("li", { className: "phantom" }, name);
  });
  return [own, ...phantoms];
}
