// Every setting as it is in force; those that can be changed while the server runs.

import { at, get, patch } from "./api.js";
import { element, toast } from "./dom.js";

export const title = "Settings";
const WHEN = { at_once: "at once", new_connections: "for new connections", next_start: "at the next start" };

export function show(root, { life }) {
  const search = element("input", { type: "search", placeholder: "Search settings", "aria-label": "Search settings" });
  const running = element("button", { type: "button", "aria-pressed": "false" }, "Only what can be changed now");
  const told = element("span", { className: "dim", role: "status" });
  const body = element("tbody");
  let all = [];

  function draw() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const only = running.getAttribute("aria-pressed") === "true";
    const shown = all.filter((each) => (!only || each.takes_effect !== "next_start")
      && words.every((word) => `${each.name} ${each.about} ${each.group}`.toLowerCase().includes(word)));
    body.replaceChildren(...shown.map(row));
    told.textContent = `${shown.length} of ${all.length}`;
  }

  function row(each) {
    const act = element("td");
    if (each.takes_effect !== "next_start") {
      const button = element("button", { type: "button", className: "small", "aria-label": `Change ${each.name}` }, "Change…");
      button.addEventListener("click", () => edit(each, act));
      act.append(button);
    }
    const bounds = each.choices?.join(" | ") ?? (each.least === null ? "" : `${each.least} to ${each.most}`);
    return element("tr", {},
      element("td", { className: "mono" }, each.name),
      element("td", { className: "mono" }, each.value || "–"),
      act,
      element("td", {}, WHEN[each.takes_effect]),
      element("td", { className: "mono dim optional" }, each.default || "–"),
      element("td", { className: "mono dim optional" }, bounds),
      element("td", { className: "text dim" }, `${each.group}: ${each.about}`));
  }

  function edit(each, act) {
    const input = element("input", { value: each.value, size: 12, "aria-label": `New value of ${each.name}` });
    const save = element("button", { type: "submit", className: "small" }, "Save");
    const form = element("form", {}, input, " ", save);
    form.addEventListener("keydown", (event) => event.key === "Escape" && draw());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      save.disabled = true;
      try {
        const changed = await patch(`settings/${at(each.name)}`, { value: input.value });
        toast(`${changed.name}: ${changed.former} → ${changed.value}, ${WHEN[changed.takes_effect]}`);
        each.value = changed.value;
        draw();
      } catch (error) {
        toast(error.message);
        save.disabled = false;
        input.select();
      }
    });
    act.replaceChildren(form);
    input.select();
  }

  search.addEventListener("input", draw);
  running.addEventListener("click", () => {
    running.setAttribute("aria-pressed", String(running.getAttribute("aria-pressed") !== "true"));
    draw();
  });
  root.append(
    element("div", { className: "head" }, search, running, element("span", { className: "space" }), told),
    element("p", { className: "dim" }, "What is changed here holds until the server starts anew, or reads its settings again (HUP): write it into the settings file as well."),
    element("div", { className: "card wide" }, element("table", { className: "settings" },
      element("thead", {}, element("tr", {}, ["Setting", "In force", "", "A change counts", "Default", "Bounds", "About"].map((label, number) =>
        element("th", { scope: "col", className: number === 4 || number === 5 ? "optional" : "" }, label)))), body)),
  );
  get("settings").then((answer) => {
    all = answer.settings;
    if (!life.over) draw();
  }, (error) => toast(error.message));
}
