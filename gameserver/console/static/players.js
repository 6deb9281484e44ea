// All players.

import { at } from "./api.js";
import { element } from "./dom.js";
import { list } from "./table.js";
import { ms, share, short } from "./words.js";

export const title = "Players";

export function show(root, place) {
  list(root, place, {
    path: "players",
    rows: "players",
    hint: "Search ids, names, rooms, addresses",
    sort: "name",
    filters: [{ name: "away", label: "Presence", options: [["", "here or away"], ["false", "here"], ["true", "away"]] }],
    columns: [
      { label: "Player", sort: "name", text: true, cell: (row) => element("a", { href: `#/players/${at(row.id)}`, title: row.id }, row.name ?? short(row.id)) },
      { label: "Room", sort: "room", cell: (row) => (row.room ? element("a", { href: `#/rooms/${row.room}` }, row.room) : "–") },
      { label: "Role", cell: (row) => (row.host ? "host" : row.room ? "member" : "–") },
      { label: "", cell: (row) => (row.connected ? "here" : element("span", { className: "warn" }, "away")) },
      { label: "Ping", sort: "ping", number: true, cell: (row) => ms(row.ping_ms) },
      { label: "Jitter", sort: "jitter", number: true, optional: true, cell: (row) => ms(row.jitter_ms) },
      { label: "Loss", sort: "loss", number: true, optional: true, cell: (row) => share(row.loss) },
      { label: "Address", optional: true, cell: (row) => element("span", { className: "mono dim" }, row.address) },
      { label: "Id", sort: "id", optional: true, cell: (row) => element("span", { className: "mono dim" }, row.id) },
    ],
  });
}
