// What the console's views are made of.

import { byId, element } from "/static/elements.js";

export { byId, element, toast } from "/static/elements.js";

// Asks before something that cannot be undone; resolves with null, or with what was written ("" without a question).
export function ask({ title, text, ok, label = "" }) {
  const dialog = byId("ask");
  byId("ask-title").textContent = title;
  byId("ask-text").textContent = text;
  byId("ask-ok").textContent = ok;
  byId("ask-label").hidden = !label;
  byId("ask-label").querySelector("span").textContent = label;
  byId("ask-input").value = "";
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener(
      "close",
      () => resolve(dialog.returnValue === "ok" ? byId("ask-input").value : null),
      { once: true },
    ),
  );
}

export const facts = (pairs) =>
  element(
    "dl",
    { className: "facts" },
    pairs.map(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]),
  );
