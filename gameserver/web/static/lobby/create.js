// The dialog that opens a room.

import { ask, byId, element } from "../dom.js";
import { words } from "../words.js";

// Offers the melodies that the server has; the first is chosen.
export async function offerMelodies() {
  const answer = await fetch("/tracks.json");
  if (!answer.ok) return;
  const options = (await answer.json()).map(({ track_id, title }) => element("option", { value: track_id, textContent: title }));
  byId("new-track").append(...options);
  if (options.length > 0) options[0].selected = true;
}

// The melody a room begins with unless another is chosen, or null.
export const firstMelody = () => Number(byId("new-track").options[1]?.value) || null;

export function listenToKind() {
  byId("create-form").onchange = () => {
    const kind = byId("create-form").elements.kind.value;
    byId("new-password-row").hidden = kind !== "password";
    byId("new-password").required = kind === "password";
  };
}

// Asks what room to open and opens it; resolves with the room, or null.
export async function create(client) {
  byId("new-title").value ||= words.titleOf(client.name ?? words.nameless).slice(0, 64);
  if (!(await ask(byId("create-dialog"), byId("create-cancel")))) return null;
  const kind = byId("create-form").elements.kind.value;
  const options = {
    title: byId("new-title").value.trim(),
    description: byId("new-description").value.trim(),
    max_players: Number(byId("new-seats").value) || 8,
    metadata: { game: "sparks" },
  };
  byId("new-title").value = "";
  if (byId("new-track").value) options.track_id = Number(byId("new-track").value);
  if (kind === "session") return client.createSession(options);
  if (kind === "private") options.private = true;
  if (kind === "password") options.password = byId("new-password").value;
  return client.create(options);
}
