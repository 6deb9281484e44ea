// The list of rooms: what the server says of each, and how it will feel to play there.

import { byId, chip, element, pingBadge, share } from "../dom.js";
import { inMs, inSentence, words } from "../words.js";

const cards = new Map();

// Renders anew, keeping each room's card, so that neither focus nor place jumps under a hand.
export function renderList(rooms, total, own, join) {
  const sought = byId("search").value.trim().toLowerCase();
  const shown = rooms.filter((room) => `${room.title}\n${room.description}`.toLowerCase().includes(sought));
  const players = rooms.reduce((sum, room) => sum + room.players, 0);
  byId("count").textContent = total > rooms.length ? words.someRooms(rooms.length, total) : words.roomsAndPlayers(rooms.length, players);
  byId("no-rooms").hidden = shown.length > 0;
  byId("no-rooms").textContent = sought ? words.noMatch : words.noRooms;

  const list = byId("rooms");
  const ids = new Set(shown.map((room) => room.id));
  for (const [id, card] of cards) {
    if (ids.has(id)) continue;
    card.item.remove();
    cards.delete(id);
  }
  shown.forEach((room, place) => {
    let card = cards.get(room.id);
    if (!card) cards.set(room.id, (card = newCard()));
    fill(card, room, own, join);
    if (list.children[place] !== card.item) list.insertBefore(card.item, list.children[place] ?? null);
  });
}

function newCard() {
  const card = {
    title: element("h3"),
    description: element("p", { className: "faint" }),
    facts: element("p", { className: "chips" }),
    host: element("span", { className: "of-host" }),
    own: element("span", { className: "of-own" }),
    total: element("p", { className: "total" }),
    parts: element("p", { className: "faint small" }),
    button: element("button"),
  };
  const bar = element("div", { className: "way" }, card.host, card.own);
  bar.setAttribute("aria-hidden", "true"); // the words beside it say the same
  card.ping = element("div", { className: "sounding" }, card.total, bar, card.parts);
  const what = element("div", { className: "what" }, card.title, card.description, card.facts);
  card.item = element("li", {}, what, card.ping, card.button);
  return card;
}

function fill(card, room, own, join) {
  card.title.textContent = room.title;
  card.description.textContent = room.description;
  card.description.hidden = !room.description;
  card.facts.replaceChildren(...facts(room));
  fillPing(card, room, own);
  card.button.textContent = words.join;
  card.button.disabled = !room.joinable;
  card.button.setAttribute("aria-label", words.joinRoom(room.title));
  card.button.onclick = () => join(room);
}

function facts(room) {
  const seats = chip(`${room.players}/${room.max_players}`, "seats");
  seats.title = words.seatsTaken(room.players, room.max_players);
  return [
    seats,
    chip(room.host ? words.hostedBy(inSentence(room.host.name ?? words.nameless)) : words.noHost),
    room.state === "open" ? null : chip(words[room.state]),
    room.locked ? chip(words.locked) : null,
    room.protected ? chip(words.protected) : null,
    room.players >= room.max_players ? chip(words.full) : null,
    room.track_id === null ? null : chip(`♪ ${words.track(room.track_id)}`),
  ].filter(Boolean);
}

function fillPing(card, room, own) {
  const known = room.total_ms !== null;
  card.ping.dataset.band = room.total_band ?? "unknown";
  card.total.replaceChildren(pingBadge(room.total_ms, room.total_band));
  card.parts.textContent = known && own !== null ? words.parts(inMs(room.ping_ms), inMs(own)) : words.unknownPing;
  const whole = known ? share(room.total_ms) : 0;
  const ofHost = known && room.total_ms > 0 ? room.ping_ms / room.total_ms : 0;
  card.host.style.width = `${100 * whole * ofHost}%`;
  card.own.style.width = `${100 * whole * (1 - ofHost)}%`;
}
