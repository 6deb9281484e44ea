// What the page is made of, in its language.

import { element, toast } from "./elements.js";
import { inMs, words } from "./words.js";

export { byId, element, toast } from "./elements.js";

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
