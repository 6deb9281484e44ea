// All rooms.

import { at } from "./api.js";
import { element } from "./dom.js";
import { list } from "./table.js";
import { ago, ms, short } from "./words.js";

export const title = "Rooms";
const KINDS = { listed: "", private: "private", session: "by key" };

export function show(root, place) {
  list(root, place, {
    path: "rooms",
    rows: "rooms",
    hint: "Search titles, ids, members",
    sort: "created",
    descending: true,
    filters: [{ name: "state", label: "State", options: [["", "any state"], ...["open", "started", "migrating", "waiting"].map((each) => [each, each])] }],
    columns: [
      { label: "Room", sort: "title", text: true, cell: (row) => element("a", { href: `#/rooms/${row.id}`, title: row.id }, row.title) },
      { label: "State", sort: "state", cell: (row) => element("span", { className: row.state === "migrating" || row.state === "waiting" ? "warn" : "" }, row.state) },
      { label: "Players", sort: "players", number: true, cell: (row) => `${row.seats} / ${row.max_players}` },
      { label: "Host", cell: (row) => (row.host ? element("a", { href: `#/players/${at(row.host)}`, title: row.host }, row.host_name ?? short(row.host)) : "nobody") },
      { label: "Host's ping", sort: "host_ping", number: true, cell: (row) => ms(row.host_ping_ms) },
      { label: "Reigns", sort: "epoch", number: true, optional: true, cell: (row) => String(row.epoch) },
      { label: "Age", sort: "created", number: true, optional: true, cell: (row) => ago((Date.now() - row.created_at) / 1000) },
      { label: "Id", optional: true, cell: (row) => element("span", { className: "mono dim" }, row.id) },
      { label: "", optional: true, cell: (row) => KINDS[row.kind] },
    ],
  });
}
