// Small helpers over the document. Whatever players wrote goes in as text, never as markup.

export const byId = (id) => document.getElementById(id);

export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role") made.setAttribute(name, value);
    else if (value !== undefined) made[name] = value;
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return made;
}

let hiding = 0;

export function toast(text) {
  const shown = byId("toast");
  shown.textContent = text;
  shown.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => (shown.hidden = true), 6000);
}

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
