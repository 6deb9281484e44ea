// One room: who is in it, how far away they are, and its story.

import { at, get, post } from "./api.js";
import { ask, element, facts, toast } from "./dom.js";
import { aligned, plot } from "./plot.js";
import { ago, called, clock, ms, precise, share, short } from "./words.js";

export const title = "Room";

export function show(root, { argument: id, life }) {
  const names = new Map();
  const named = (player) => called(player, names.get(player));
  const heading = element("h1", {}, id);
  const state = element("span", { className: "badge" });
  const close = element("button", { type: "button", className: "danger" }, "Close room…");
  const about = element("div");
  const members = element("tbody", { className: "members" });
  const story = element("ol", { className: "story", "aria-label": "Timeline" });
  const forgotten = element("p", { className: "dim", hidden: true });
  const pings = element("section", { className: "card" });
  const order = (label, path, body, question) => {
    const button = element("button", { type: "button", className: "small", "data-key": `${label} ${body.player_id}` }, label);
    button.addEventListener("click", () => carryOut(path, body, question));
    return button;
  };

  async function carryOut(path, body, question) {
    const said = await ask(question);
    if (said === null) return;
    try {
      const done = await post(`rooms/${at(id)}/${path}`, question.label ? { ...body, reason: said || null } : body);
      toast(done.detail ? `Ordered: ${done.detail}.` : "Done.");
      look();
      follow();
    } catch (error) {
      toast(error.message);
    }
  }

  close.addEventListener("click", () =>
    carryOut("close", {}, { title: "Close this room?", text: "It ends for everybody in it, at once.", ok: "Close room" }));

  function memberRow(each, view) {
    const who = element("a", { href: `#/players/${at(each.id)}`, title: each.id, "data-key": each.id }, each.name ?? short(each.id));
    const heir = view.successors.indexOf(each.id);
    const role = each.host ? "host" : heir >= 0 ? `successor ${heir + 1}` : "member";
    const marks = [!each.connected && "away", each.hidden && "in the background", !each.can_host && "cannot host"].filter(Boolean);
    const question = { title: `Remove ${named(each.id)}?`, text: "It is told, loses its seat and cannot come back into this room.", ok: "Remove", label: "Reason, told to the player" };
    const transfer = { title: `Make ${named(each.id)} host?`, text: "The present host is asked for its last snapshot first, where it keeps any.", ok: "Make host" };
    return element("tr", {},
      element("td", { className: "text" }, who),
      element("td", {}, each.host ? element("strong", {}, role) : role),
      element("td", {}, marks.length ? element("span", { className: "warn" }, marks.join(", ")) : "here"),
      element("td", { className: "number" }, ms(each.ping_ms)),
      element("td", { className: "number" }, ms(each.score)),
      element("td", { className: "number optional" }, ms(each.jitter_ms)),
      element("td", { className: "number optional" }, share(each.loss)),
      element("td", {}, each.host || !each.connected || !each.can_host ? null : order("Make host…", "host", { player_id: each.id }, transfer), " ",
        order("Remove…", "kick", { player_id: each.id }, question)),
    );
  }

  let looked;
  const seen = new Promise((resolve) => (looked = resolve));
  const look = life.every(2000, async () => {
    const view = await get(`rooms/${at(id)}`)
      .catch((error) => {
        if (error.status === 404) [state.textContent, state.className, close.hidden] = ["not known", "badge warn", true];
        throw error;
      })
      .finally(looked);
    if (life.over) return;
    for (const each of view.members) names.set(each.id, each.name);
    heading.textContent = view.title || id;
    state.textContent = view.state ?? "over";
    state.className = `badge ${view.state === "open" || view.state === "started" ? "good" : "warn"}`;
    close.hidden = view.state === null;
    const doors = [view.session && "by key", view.private && "private", view.locked && "locked", view.protected && "password"].filter(Boolean);
    about.replaceChildren(view.state === null
      ? facts([["Room", id], ["Over since", clock(view.closed_at)]])
      : facts([
          ["Room", id],
          ["Host", view.host ? named(view.host) : "nobody"],
          ["Reign", String(view.epoch)],
          ["Open for", ago((Date.now() - view.created_at) / 1000)],
          ["Seats", String(view.max_players)],
          ["Door", doors.join(", ") || "open"],
          ["When its host goes", view.on_host_exit === "close" ? "it ends" : `it goes on (${view.host_policy === "best" ? "under the best" : "under its host as long as that can be"})`],
          ["Inputs parked now", String(view.parked)],
          ["About", view.description || "–"],
        ]));
    const focused = members.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    members.replaceChildren(...view.members.map((each) => memberRow(each, view)));
    if (focused) [...members.querySelectorAll("[data-key]")].find((each) => each.dataset.key === focused)?.focus({ preventScroll: true });
  });

  let newest = 0;
  const changes = [];
  const follow = life.every(2000, async () => {
    await seen; // so that the first lines, too, have names
    const news = await get(`rooms/${at(id)}/timeline`, { after: newest });
    if (life.over) return;
    for (const event of news.events) if (event.name && !names.has(event.player)) names.set(event.player, event.name);
    forgotten.hidden = news.forgotten === 0;
    forgotten.textContent = `${news.forgotten} earlier lines are kept no more.`;
    for (const event of news.events) {
      if (event.number <= newest) continue;
      newest = event.number;
      story.prepend(line(event, names, named));
      if (event.election) changes.push(event.at);
    }
    drawn.mark(changes);
  });

  root.append(
    element("div", { className: "head" }, element("a", { href: "#/rooms" }, "‹ Rooms"), heading, state,
      element("span", { className: "space" }), element("a", { href: `#/logs?room=${at(id)}` }, "Its log"), close),
    element("div", { className: "two" },
      element("section", { className: "card wide" }, element("h2", {}, "Members"),
        element("table", {}, element("thead", {}, element("tr", {},
          ["Player", "Role", "", "Ping", "Score", "Jitter", "Loss", ""].map((label, number) =>
            element("th", { scope: "col", className: `${number >= 3 && number <= 6 ? "number" : ""} ${number === 5 || number === 6 ? "optional" : ""}` }, label)))), members)),
      element("section", { className: "card" }, element("h2", {}, "Room"), about)),
    element("div", { className: "two" },
      pings,
      element("section", { className: "card" }, element("h2", {}, "Why and when: its story, newest first"), story, forgotten)),
  );

  const drawn = plot(pings, life, { title: "Pings of all members (ms); broken lines: elections", unit: " ms", series: [], height: 330, together: "room" });
  let known = "";
  life.every(3000, async () => {
    const { series } = await get(`rooms/${at(id)}/pings`);
    if (life.over) return;
    const shown = series.filter((each) => each.at.length);
    for (const each of shown) if (each.name) names.set(each.player, each.name);
    const [times, values] = aligned(shown);
    const now = shown.map((each) => each.player + each.host).join();
    if (now === known) return drawn.set(times, ...values);
    known = now;
    drawn.rebuild(shown.map((each, number) => ({ label: (each.name ?? short(each.player)) + (each.host ? " (host)" : ""), colour: (number % 8) + 1, gaps: true })), times, values);
  });
}

function line(event, names, named) {
  const inner = element("div", {}, element("p", {}, inNames(event.text, names)));
  if (event.election && event.election.candidates.length) inner.append(ranking(event.election, named));
  return element("li", { className: event.kind }, element("time", {}, precise(event.at)), inner);
}

// The server speaks of players by their ids; people know them by their names.
const inNames = (text, names) =>
  text.split(/([\w-]+)/).map((word) => (names.get(word) ? called(word, names.get(word)) : word)).join("");

const ranking = (election, named) =>
  element("table", {},
    element("thead", {}, element("tr", {}, ["", "Candidate", "Ping", "Score"].map((label) => element("th", { scope: "col" }, label)))),
    element("tbody", {}, election.candidates.map((each, number) =>
      element("tr", {},
        element("td", {}, `${number + 1}.`),
        element("td", { title: each.id }, named(each.id) + (each.id === election.host ? " – host" : "")),
        element("td", { className: "number" }, ms(each.ping_ms)),
        element("td", { className: "number" }, each.score === null ? "never answered" : ms(each.score))))));
