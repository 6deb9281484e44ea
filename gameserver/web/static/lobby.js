// The page: a stock Socket.IO client that watches the lobby and plays in one room at a time.

import { forget, measure, ping } from "./clock.js";
import { ask, byId, toast } from "./dom.js";
import { bandOf, renderList, setRooms } from "./list.js";
import * as room from "./room.js";
import { speak, words } from "./words.js";

const MEASURE_EVERY_MS = 5000;
const FIRST_MEASURES_MS = [0, 500, 1500]; // the first one is late while the page still loads

speak();
const nameKept = localStorage.getItem("name");
const auth = nameKept ? { name: nameKept } : {};
const socket = io({ auth });
byId("name").value = nameKept ?? "";

const render = () => renderList(ping(), room.current(), join);

// Sends a request; a refusal is shown, an answer is returned.
async function request(event, ...args) {
  try {
    const answer = await socket.timeout(10_000).emitWithAck(event, ...args);
    if (answer.ok) return answer;
    toast(words.refusals[answer.error.code] ?? answer.error.message);
    return { ok: false, code: answer.error.code };
  } catch {
    toast(words.refused);
    return { ok: false, code: null };
  }
}

function showStatus(state) {
  byId("status").dataset.state = state;
  const own = ping();
  const text = state === "connected" && own !== null ? ` · ${words.yourPing(Math.round(own))}` : "";
  byId("status-text").textContent = words[state] + text;
  byId("status").dataset.band = state === "connected" ? (bandOf(own) ?? "unknown") : "unknown";
}

async function measured() {
  if (!socket.connected) return;
  await measure(socket).catch(() => {});
  if (!socket.connected) return;
  showStatus("connected");
  render();
}

// Entering a room ends the list; here it stays in view beside the room.
const watch = () => socket.emit("all-rooms", { subscribe: true });

async function entered(answer, key) {
  if (!answer.ok) return;
  room.enter(answer.room ?? answer, socket.id, key);
  watch();
  render();
}

async function join({ id, protected: locked }) {
  if (!locked) return entered(await request("join", { id }));
  byId("password").value = "";
  if (await ask(byId("password-dialog"), byId("password-cancel"))) {
    return entered(await request("join", { id, password: byId("password").value }));
  }
}

async function create() {
  if (!(await ask(byId("create-dialog"), byId("create-cancel")))) return;
  const form = byId("create-form");
  const kind = form.elements.kind.value;
  const options = { title: byId("new-title").value.trim(), description: byId("new-description").value.trim() };
  if (byId("new-seats").value) options.max_players = Number(byId("new-seats").value);
  if (byId("new-track").value) options.track_id = Number(byId("new-track").value);
  if (kind === "session") {
    options.type = "default";
    options.ph_users = Number(byId("new-phantoms").value);
    const answer = await request("create_session", options);
    return entered(answer, answer.session_key);
  }
  if (kind === "private") options.private = true;
  if (kind === "password") options.password = byId("new-password").value;
  return entered(await request("create", options));
}

async function byKey(event) {
  event.preventDefault();
  const typed = byId("key").value.trim();
  if (typed.length === 8) return entered(await request("join", { id: typed.toLowerCase() }));
  return entered(await request("join_session", typed), typed.toUpperCase());
}

async function login(event) {
  event.preventDefault();
  const name = byId("name").value.trim();
  const answer = await request("login", { name });
  if (!answer.ok) return;
  auth.name = answer.name; // so that a new connection brings it along
  byId("name").value = answer.name;
  localStorage.setItem("name", answer.name);
}

socket.on("connect", () => {
  forget();
  if (!socket.recovered) room.left();
  showStatus("connected");
  watch();
  for (const delay of FIRST_MEASURES_MS) setTimeout(measured, delay);
});
socket.on("disconnect", () => showStatus("lost"));
socket.on("connect_error", () => showStatus("lost"));
socket.on("all-rooms", (list) => {
  setRooms(list);
  render();
});
room.follow(socket, render);

byId("quick").onclick = async () => entered(await request("quick_join", {}));
byId("create").onclick = create;
byId("by-key").onsubmit = byKey;
byId("login").onsubmit = login;
byId("search").oninput = render;
byId("create-form").onchange = () => {
  const kind = byId("create-form").elements.kind.value;
  byId("new-password-row").hidden = kind !== "password";
  byId("new-password").required = kind === "password";
  byId("new-phantoms-row").hidden = kind !== "session";
};
setInterval(measured, MEASURE_EVERY_MS);
showStatus("connecting");
render();
