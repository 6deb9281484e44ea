// The list of rooms: what the server says of each, and one's own ping added.

import { byId, chip, element, pingBadge } from "./dom.js";
import { words } from "./words.js";

const GOOD_MS = 60;
const FAIR_MS = 150;
let rooms = [];
const cards = new Map();

export const bandOf = (ms) => (ms === null ? null : ms < GOOD_MS ? "good" : ms < FAIR_MS ? "fair" : "poor");

export function setRooms(list) {
  rooms = list;
}

// Renders anew, keeping each room's card, so that neither focus nor place jumps under a hand.
export function renderList(own, current, join) {
  const sought = byId("search").value.trim().toLowerCase();
  const shown = rooms.filter((room) => `${room.title}\n${room.description}`.toLowerCase().includes(sought));
  const players = rooms.reduce((sum, room) => sum + room.players, 0);
  byId("count").textContent = words.roomsAndPlayers(rooms.length, players);
  byId("no-rooms").hidden = shown.length > 0;
  byId("no-rooms").textContent = rooms.length ? words.noMatch : words.noRooms;

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
    fill(card, room, own, current, join);
    if (list.children[place] !== card.item) list.insertBefore(card.item, list.children[place] ?? null);
  });
}

function newCard() {
  const card = {
    title: element("h3"),
    description: element("p", { className: "faint" }),
    facts: element("p", { className: "chips" }),
    ping: element("p", { className: "ping-line" }),
    button: element("button", { textContent: words.join }),
  };
  card.item = element(
    "li",
    {},
    element("div", { className: "what" }, card.title, card.description, card.facts),
    card.ping,
    card.button,
  );
  return card;
}

function fill(card, room, own, current, join) {
  card.title.textContent = room.title;
  card.description.textContent = room.description;
  card.description.hidden = !room.description;
  card.facts.replaceChildren(
    ...[
      chip(`${room.players}/${room.max_players}`, "seats"),
      chip(room.host ? words.hostedBy(room.host.name ?? words.nameless) : words.noHost),
      room.state === "open" ? null : chip(words[room.state]),
      room.locked ? chip(words.locked) : null,
      room.protected ? chip(words.protected) : null,
      room.players >= room.max_players ? chip(words.full) : null,
      room.track_id === null ? null : chip(words.track(room.track_id)),
    ].filter(Boolean),
  );
  card.facts.firstChild.title = words.seatsTaken(room.players, room.max_players);

  const known = room.ping_ms !== null && own !== null;
  const total = known ? Math.round(room.ping_ms) + Math.round(own) : null; // as its parts are shown
  card.ping.replaceChildren(
    pingBadge(known ? words.ms(total) : "?", bandOf(total), words),
    element("span", {
      className: "faint",
      textContent: known ? words.total(Math.round(room.ping_ms), Math.round(own)) : words.unknownPing,
    }),
  );
  card.button.disabled = current !== null || !room.joinable;
  card.button.setAttribute("aria-label", words.joinRoom(room.title));
  card.button.onclick = () => join(room);
  card.item.classList.toggle("mine", current === room.id);
}
