// The log as it is written.

import { get } from "./api.js";
import { element } from "./dom.js";
import { counted } from "./words.js";

export const title = "Log";
const SHOWN = 1000;

export function show(root, { query, life }) {
  const field = (name, label) => element("input", { name, value: query.get(name) ?? "", placeholder: label, "aria-label": label, size: 14 });
  const event = element("input", { type: "search", name: "event", value: query.get("event") ?? "", placeholder: "Event, as host.* or console.action", "aria-label": "Event" });
  const level = element("select", { "aria-label": "Level" },
    [["", "every level"], ["info", "info and above"], ["warning", "warnings and errors"], ["error", "errors"]].map(([value, label]) => element("option", { value }, label)));
  level.value = query.get("level") ?? "";
  const room = field("room", "Room's id");
  const player = field("player", "Player's id");
  const pause = element("button", { type: "button", "aria-pressed": "false" }, "Pause");
  const told = element("span", { className: "dim", role: "status" });
  const lines = element("ol", { className: "log", tabIndex: 0, "aria-label": "Log lines, newest last" });
  let next = null;
  let dropped = 0;
  let paused = false;
  let round = 0;

  function anew() {
    next = null;
    dropped = 0;
    round += 1;
    lines.replaceChildren();
    again();
  }
  let typing = 0;
  for (const input of [event, level, room, player]) {
    input.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(anew, 250);
    });
  }
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
  });
  root.append(
    element("div", { className: "head" }, event, level, room, player, pause, element("span", { className: "space" }), told),
    lines,
  );
  const again = life.every(1000, async () => {
    if (paused) return;
    const mine = round;
    const news = await get("logs", { after: next, event: event.value.trim(), level: level.value, room: room.value.trim(), player: player.value.trim() });
    if (life.over || mine !== round) return;
    next = news.next;
    dropped += news.dropped;
    const atEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40;
    lines.append(...news.lines.map(line));
    while (lines.childElementCount > SHOWN) lines.firstElementChild.remove();
    if (atEnd) lines.scrollTop = lines.scrollHeight;
    told.textContent = `${counted(lines.childElementCount, "line")}${dropped ? ` · ${dropped} passed over` : ""}`;
  });
}

export function line(each) {
  const rest = Object.entries(each.facts)
    .filter(([, fact]) => fact !== null)
    .map(([name, fact]) => [" ", element("bdi", {}, `${name}=${typeof fact === "object" ? JSON.stringify(fact) : fact}`)]);
  return element("li", { className: each.level },
    element("span", { className: "dim" }, each.time.slice(11, 23)), " ",
    element("span", { className: "level" }, each.level), " ",
    element("span", { className: "event" }, each.event), rest);
}
