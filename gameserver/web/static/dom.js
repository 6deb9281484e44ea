// Small helpers over the document. Everything players wrote goes in as text, never as markup.

export const byId = (id) => document.getElementById(id);

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter((child) => child !== null));
  return made;
}

export const chip = (text, kind = "") => element("span", { className: `chip ${kind}`, textContent: text });

// A ping with its band as colour and, for who sees no colours, as words.
export function pingBadge(text, band, words) {
  const badge = element("span", { className: `ping ${band ?? "unknown"}`, textContent: text });
  badge.title = band ? words[band] : words.unknownPing;
  return badge;
}

let hiding = 0;

export function toast(text) {
  const shown = byId("toast");
  shown.textContent = text;
  shown.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => (shown.hidden = true), 5000);
}

// Shows a dialog and resolves with true if its form was sent.
export function ask(dialog, cancel) {
  return new Promise((resolve) => {
    cancel.onclick = () => dialog.close("");
    dialog.returnValue = ""; // Escape leaves it as it is
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "sent"), { once: true });
    dialog.showModal();
  });
}
