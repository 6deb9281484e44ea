// The server now and lately.

import { get, post } from "./api.js";
import { ask, element, toast } from "./dom.js";
import { line } from "./logs.js";
import { plot } from "./plot.js";
import { ago, count, counted } from "./words.js";

export const title = "Overview";

const PLOTS = [
  { title: "Connections and players", names: ["connections", "players"], whole: true },
  { title: "Rooms", names: ["rooms", "migrating"], labels: ["rooms", "waiting for a host's word"], whole: true },
  { title: "Messages per second", names: ["messages_per_s", "deliveries_per_s", "requests_per_s"], labels: ["relay messages in", "deliveries out", "requests"] },
  { title: "Bytes of relay messages read per second", names: ["bytes_per_s"], labels: ["bytes"], whole: true },
  { title: "Relay latency inside the server", names: ["relay_p50_ms", "relay_p99_ms"], labels: ["half within", "99 % within"], unit: " ms" },
  { title: "Lateness of the event loop", names: ["lag_p50_ms", "lag_max_ms"], labels: ["half within", "worst below"], unit: " ms" },
  { title: "Elections and changes of host", names: ["elections", "migrations"], labels: ["elections", "changes that ended"], whole: true },
  { title: "Refused, left out, parked", names: ["refusals", "drops", "parked"], labels: ["refusals", "news left out", "inputs parked"], whole: true },
];
const STEPS = { "1s": { label: "10 minutes", rows: 600 }, "10s": { label: "2 hours", rows: 720 } };

export function show(root, { life }) {
  let step = "1s";
  let at = [];
  let figures = {};
  const tiles = element("div", { className: "tiles" });
  const buttons = Object.entries(STEPS).map(([name, { label }]) => {
    const button = element("button", { type: "button", "aria-pressed": String(name === step) }, label);
    button.addEventListener("click", () => {
      step = name;
      at = [];
      figures = {};
      buttons.forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
      again();
    });
    return button;
  });
  const drain = element("button", { type: "button", className: "danger" }, "Drain…");
  drain.addEventListener("click", async () => {
    const sure = await ask({
      title: "Drain the server?",
      text: "It opens no more rooms, says that it is not ready, and tells every player to come back later. Nothing undoes this but a restart.",
      ok: "Drain",
    });
    if (sure === null) return;
    try {
      const { told } = await post("drain");
      toast(`The server drains; ${counted(told, "player")} told.`);
      now();
    } catch (error) {
      toast(error.message);
    }
  });
  const grid = element("div", { className: "grid" });
  root.append(
    element("div", { className: "head" }, element("h1", {}, "Overview"), ...buttons, element("span", { className: "space" }), drain),
    tiles,
    grid,
  );
  const plots = PLOTS.map(({ title, names, labels = names, unit, whole }) => {
    const card = element("section", { className: "card" });
    grid.append(card);
    return plot(card, life, { title, unit, whole, series: labels.map((label, number) => ({ label, colour: number + 1 })) });
  });
  const troubles = element("ol", { className: "log", "aria-label": "Newest warnings and errors" });
  grid.append(element("section", { className: "card" }, element("h2", {}, element("a", { href: "#/logs?level=warning" }, "Newest warnings and errors")), troubles));
  life.every(3000, async () => {
    const { lines } = await get("logs", { level: "warning", limit: 20 });
    if (life.over) return;
    troubles.replaceChildren(...(lines.length ? lines.reverse().map(line) : [element("li", { className: "dim" }, "none lately")]));
  });

  const now = life.every(2000, async () => {
    const seen = await get("overview");
    if (life.over) return;
    const tile = (value, label, kind = "") => element("div", { className: "tile" }, element("b", { className: kind }, value), element("span", {}, label));
    tiles.replaceChildren(
      tile(count(seen.connections), `connections of ${count(seen.max_connections)}`),
      tile(count(seen.players), "players"),
      tile(count(seen.rooms), `rooms of ${count(seen.max_rooms)}`),
      tile(count(seen.migrating), "rooms wait for a host"),
      tile(seen.storage_degraded ?? "fine", `storage, ${count(seen.storage_waiting)} waiting`, seen.storage_degraded ? "bad" : ""),
      tile(count(seen.probes_per_s), "latency probes per second"),
      tile(ago((seen.now - seen.started_at) / 1000), `up, version ${seen.version}, ${seen.loop}`),
      tile(seen.ready ? "ready" : seen.reasons.join(", "), "readiness", seen.ready ? "good" : "warn"),
    );
    drain.disabled = seen.draining;
  });

  const again = life.every(1000, async () => {
    const asked = step;
    const news = await get("history", { step: asked, after: at.at(-1) ?? 0 });
    if (life.over || asked !== step) return;
    const most = STEPS[step].rows;
    at = at.concat(news.at).slice(-most);
    for (const { name, values } of news.series) figures[name] = (figures[name] ?? []).concat(values).slice(-most);
    PLOTS.forEach(({ names }, number) => plots[number].set(at, ...names.map((name) => figures[name])));
  });
}
