// One player: its connection, and its round trips by source.

import { at, get, post } from "./api.js";
import { ask, element, facts, toast } from "./dom.js";
import { aligned, plot } from "./plot.js";
import { ago, called, clock, ms, share, short } from "./words.js";

export const title = "Player";

export function show(root, { argument: id, life }) {
  const heading = element("h1", {}, short(id));
  const state = element("span", { className: "badge" });
  const kick = element("button", { type: "button", className: "danger", hidden: true }, "Remove from its room…");
  const about = element("div");
  const latency = element("div");
  const kernel = element("p", { className: "dim" });
  const card = element("section", { className: "card" });
  let room = null;

  kick.addEventListener("click", async () => {
    const reason = await ask({ title: "Remove this player from its room?", text: "It is told, loses its seat and cannot come back into that room.", ok: "Remove", label: "Reason, told to the player" });
    if (reason === null) return;
    try {
      await post(`rooms/${at(room)}/kick`, { player_id: id, reason: reason || null });
      toast("Done.");
      look();
    } catch (error) {
      toast(error.message);
    }
  });
  root.append(
    element("div", { className: "head" }, element("a", { href: "#/players" }, "‹ Players"), heading, state,
      element("span", { className: "space" }), element("a", { href: `#/logs?player=${at(id)}` }, "Its log"), kick),
    element("div", { className: "two" },
      element("section", { className: "card" }, element("h2", {}, "Player"), about),
      element("section", { className: "card" }, element("h2", {}, "Latency"), latency)),
    card,
  );
  const drawn = plot(card, life, {
    title: "Round trips by source (ms)", unit: " ms", height: 320, together: "player",
    series: [
      { label: "probe, network alone", colour: 1, gaps: true },
      { label: "probe, as read", colour: 3, gaps: true },
      { label: "heartbeat: network and page", colour: 2, gaps: true },
      { label: "timed out", colour: 5, points: true },
    ],
  });
  card.append(kernel);

  const look = life.every(2000, async () => {
    const player = await get(`players/${at(id)}`).catch((error) => {
      if (error.status === 404) [state.textContent, state.className, kick.hidden] = ["gone", "badge warn", true];
      throw error;
    });
    if (life.over) return;
    room = player.room;
    heading.textContent = called(player.id, player.name);
    state.textContent = player.connected ? "here" : "away";
    state.className = `badge ${player.connected ? "good" : "warn"}`;
    kick.hidden = room === null;
    const wire = player.connection;
    about.replaceChildren(facts([
      ["Id", element("span", { className: "mono" }, player.id)],
      ["Room", room ? element("a", { href: `#/rooms/${room}` }, player.room_title || room) : "none"],
      ["Role", player.host ? "host" : room ? "member" : "–"],
      ["Can host", player.can_host ? "yes" : "no"],
      ["Page", player.hidden ? "in the background" : "in front"],
      ["Login", player.signed_login ? "signed" : "a bare name"],
      ...(wire
        ? [
            ["Connection", `${wire.transport}, ${wire.parser}, ${wire.address}`],
            ["Connected for", ago(wire.opened_s)],
            ["Messages from it", String(wire.messages)],
            ["Waits to be read", `${wire.backlog_bytes} bytes`],
          ]
        : [["Connection", player.away_until ? `away; its place is kept until ${clock(player.away_until)}` : "none"]]),
    ]));
    const seen = player.latency;
    latency.replaceChildren(facts([
      ["Ping", ms(seen.ping_ms)],
      ["Score (elects the host)", ms(seen.score)],
      ["Jitter", ms(seen.jitter_ms)],
      ["95 % within", ms(seen.p95_ms)],
      ["Lost probes", share(seen.loss)],
      ["Its page adds", ms(seen.client_lag_ms)],
      ["Answers", String(seen.samples)],
      ["Last answer", seen.age_s === null ? "never" : `${ago(seen.age_s)} ago`],
      ["Probed every", `${seen.interval_s.toFixed(1)} s`],
      ["Measured by", seen.by_heartbeat_alone ? "heartbeats alone" : "WebSocket pings"],
    ]));
  });

  life.every(2000, async () => {
    const pings = await get(`players/${at(id)}/pings`);
    if (life.over) return;
    const of = (source) => pings.trips.find((each) => each.source === source);
    const probe = of("probe");
    const heartbeat = of("heartbeat");
    const lost = [...probe.timeouts, ...heartbeat.timeouts];
    const [times, values] = aligned([
      { at: probe.at, ms: probe.network_ms },
      { at: probe.at, ms: probe.rtt_ms },
      { at: heartbeat.at, ms: heartbeat.rtt_ms },
      { at: lost, ms: lost.map(() => 0) },
    ]);
    drawn.set(times, ...values);
    kernel.textContent = pings.kernel
      ? `The kernel's figures of the next hop: shortest round trip ${ms(pings.kernel.min_rtt_ms)}, ${pings.kernel.retransmits} segments sent again.`
      : "The kernel has no figures of this connection.";
  });
}
