// Who plays: colour, name, sparks, ping, and what the host may do.

import { bandOf } from "gameroom-client";

import { byId, chip, element, pingBadge, refused } from "../dom.js";
import { colourOf } from "../game/colours.js";
import { words } from "../words.js";

const rows = new Map();

// Renders the members by score, keeping each one's row, so that the focus stays where it is.
export function renderMembers(room, world, distances) {
  const list = byId("members");
  const scoreOf = ({ id }) => world?.players.get(id)?.score ?? 0;
  const shown = [...room.players].sort((one, other) => scoreOf(other) - scoreOf(one));
  const ids = new Set(shown.map(({ id }) => id));
  for (const [id, row] of rows) {
    if (ids.has(id)) continue;
    row.item.remove();
    rows.delete(id);
  }
  shown.forEach((player, place) => {
    let row = rows.get(player.id);
    if (!row) rows.set(player.id, (row = newRow()));
    fill(row, room, player, world?.players.get(player.id), distances.of(player));
    if (list.children[place] !== row.item) list.insertBefore(row.item, list.children[place] ?? null);
  });
}

function newRow() {
  const row = {
    dot: element("span", { className: "dot" }),
    name: element("span", { className: "name" }),
    marks: element("span", { className: "chips" }),
    score: element("span", { className: "score" }),
    ping: element("span"),
    make: element("button", { className: "small" }),
    remove: element("button", { className: "small quiet" }),
  };
  row.tools = element("span", { className: "tools" }, row.make, row.remove);
  row.item = element("li", {}, row.dot, row.name, row.marks, row.score, row.ping, row.tools);
  return row;
}

function fill(row, room, player, played, pingMs) {
  const name = player.name ?? words.nameless;
  row.item.dataset.player = player.id;
  row.item.dataset.score = played?.score ?? 0;
  row.item.dataset.seat = played?.seat ?? "";
  row.item.className = player.connected ? "" : "away";
  row.dot.style.background = played ? colourOf(played.seat) : "transparent";
  write(row.name, name);
  const marks = [
    player.id === room.client.id ? [words.you, "own"] : null,
    player.id === room.host ? [words.host, "host"] : null,
    player.connected ? null : [words.away, ""],
    played?.wins ? [`♛ ${played.wins}`, "wins", words.wins(played.wins)] : null,
  ].filter(Boolean);
  if (row.marked !== (row.marked = JSON.stringify(marks))) {
    row.marks.replaceChildren(...marks.map(([text, kind, title]) => Object.assign(chip(text, kind), { title: title ?? "" })));
  }
  write(row.score, `${played?.score ?? 0}`);
  row.score.title = words.score(played?.score ?? 0);
  const ping = player.connected ? pingBadge(pingMs, bandOf(pingMs)) : element("span", { className: "ping gone" });
  if (!row.ping.isEqualNode(ping)) row.ping.replaceWith((row.ping = ping));
  row.tools.hidden = !room.isHost || player.id === room.client.id;
  write(row.make, words.makeHostShort);
  write(row.remove, words.removeShort);
  row.make.setAttribute("aria-label", words.makeHost(name));
  row.remove.setAttribute("aria-label", words.remove(name));
  row.make.disabled = !player.connected;
  row.make.onclick = () => room.transferHost(player.id).catch(refused);
  row.remove.onclick = () => room.kick(player.id).catch(refused);
}

function write(where, text) {
  if (where.textContent !== text) where.textContent = text;
}
