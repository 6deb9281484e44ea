// Small helpers over the document. Everything players wrote goes in as text, never as markup.

import { inMs, words } from "./words.js";

export const byId = (id) => document.getElementById(id);

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter((child) => child !== null));
  return made;
}

export const chip = (text, kind = "") => element("span", { className: `chip ${kind}`, textContent: text });

// A ping with its band as colour, as shape and as words.
export function pingBadge(ms, band) {
  const badge = element("span", {
    className: `ping ${band ?? "unknown"}`,
    textContent: ms === null ? "?" : inMs(ms),
    title: band ? words[band] : words.unknownPing,
  });
  badge.append(element("span", { className: "sr-only", textContent: ` (${badge.title})` }));
  return badge;
}

const LONGEST_MS = 300;

// How much of a bar a ping takes: the root, so that short ones can be told apart and long ones still fit.
export const share = (ms) => Math.min(1, Math.sqrt(ms / LONGEST_MS));

let hiding = 0;

export function toast(text) {
  const shown = byId("toast");
  shown.textContent = text;
  shown.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => (shown.hidden = true), 5000);
}

// Shows a refusal in the page's language, or in the server's own words.
export const refused = (error) => toast(words.refusals[error.code] ?? (error.code ? error.message : words.refused));

let asked = Promise.resolve();

// Shows a dialog and resolves with true if its form was sent. One is over before the next is shown: a dialog
// that was closed tells so a little later.
export function ask(dialog, cancel) {
  asked = asked.then(() => answerOf(dialog, cancel));
  return asked;
}

function answerOf(dialog, cancel) {
  return new Promise((resolve) => {
    cancel.onclick = () => dialog.close("");
    dialog.returnValue = ""; // Escape leaves it as it is
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "sent"), { once: true });
    dialog.showModal();
  });
}
