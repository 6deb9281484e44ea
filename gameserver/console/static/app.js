// Who is logged in, and which view is shown.

import { get, logIn, post, session } from "./api.js";
import { byId, element, toast } from "./dom.js";
import { Life } from "./life.js";
import * as logs from "./logs.js";
import * as overview from "./overview.js";
import * as player from "./player.js";
import * as players from "./players.js";
import * as room from "./room.js";
import * as rooms from "./rooms.js";
import * as settings from "./settings.js";

const VIEWS = { overview, rooms, room, players, player, logs, settings };
let life = null;
let beat = null;

function where() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const [name, argument] = path.split("/");
  const plural = { rooms: "room", players: "player" };
  const view = argument && Object.hasOwn(plural, name) ? plural[name] : name;
  const known = Object.hasOwn(VIEWS, view) && Boolean(argument) === Object.values(plural).includes(view);
  return { name: known ? name : "overview", view: known ? VIEWS[view] : overview, argument: argument && decoded(argument), query: new URLSearchParams(query) };
}

// An address that nobody's link made is taken as it stands.
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function show() {
  if (byId("top").hidden) return;
  const place = where();
  life?.end();
  life = new Life();
  const main = byId("main");
  main.replaceChildren();
  for (const link of document.querySelectorAll("#top nav a")) {
    if (link.hash === `#/${place.name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${place.view.title} · Console`;
  place.view.show(main, { argument: place.argument, query: place.query, life });
  main.focus({ preventScroll: true });
}

async function health() {
  const now = await get("overview");
  const badge = byId("health");
  badge.textContent = now.draining ? "draining" : now.ready ? "ready" : "not ready";
  badge.title = now.reasons.join(", ");
  badge.className = `badge ${now.ready ? "good" : now.draining ? "warn" : "bad"}`;
}

function enter() {
  byId("top").hidden = false;
  beat?.end();
  beat = new Life();
  beat.every(3000, health);
  show();
}

function login() {
  life?.end();
  beat?.end();
  byId("top").hidden = true;
  document.title = "Console";
  const said = element("p", { className: "bad", role: "alert" });
  const password = element("input", { type: "password", autocomplete: "current-password", required: true, name: "password" });
  const button = element("button", { type: "submit" }, "Log in");
  const form = element("form", { className: "login card" },
    element("h1", {}, "Console"),
    element("input", { type: "text", autocomplete: "username", value: "operator", hidden: true }), // for password managers
    element("label", {}, "Password", password),
    button,
    said,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      await logIn(password.value);
      enter();
    } catch (error) {
      said.textContent = error.message;
      password.select();
    } finally {
      button.disabled = false;
    }
  });
  byId("main").replaceChildren(form);
  password.focus();
}

byId("leave").addEventListener("click", async () => {
  try {
    await post("logout");
  } catch (error) {
    toast(error.message);
  }
  login();
});
window.addEventListener("hashchange", () => {
  byId("toast").hidden = true; // it spoke of the view that is left
  show();
});
window.addEventListener("console:logged-out", () => {
  if (!byId("top").hidden) {
    toast("The login has ended.");
    login();
  }
});
window.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.closest("input, select, textarea, dialog")) return;
  const search = document.querySelector("input[type=search]");
  if (search) {
    event.preventDefault();
    search.focus();
  }
});

try {
  await session();
  enter();
} catch {
  login();
}
