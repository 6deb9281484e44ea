// The page: a lobby, and one room at a time.

import { Client, bandOf } from "gameroom-client";

import { ask, byId, refused, toast } from "./dom.js";
import { forget, invitation } from "./invitation.js";
import { create, firstMelody, listenToKind, offerMelodies } from "./lobby/create.js";
import { renderList } from "./lobby/list.js";
import { keepName, nameToBeginWith, newName } from "./names.js";
import { RoomView, sayOver } from "./room/room.js";
import { listenForFirstTouch } from "./sound.js";
import { choose, inMs, language, speak, words } from "./words.js";

const LAST_WORDS = ["stale_host", "not_host", "not_in_room"]; // of a host that does not know yet that it is none any more

const client = new Client(undefined, { name: nameToBeginWith(language) });
const TYPING_MS = 300; // after the last letter

let view = null;
let state = "connecting";

function showStatus() {
  const own = client.ping.ms;
  byId("status").dataset.state = state;
  byId("status").dataset.band = state === "connected" ? (bandOf(own) ?? "unknown") : "unknown";
  if (byId("status-text").textContent !== words[state]) byId("status-text").textContent = words[state]; // said aloud
  byId("own-ping").textContent = state === "connected" && own !== null ? words.yourPing(inMs(own)) : "";
  byId("again").hidden = state !== "over";
}

const showRooms = () => view === null && renderList(client.lobby.rooms, client.lobby.total, client.ping.ms, join);

// Asks for the rooms that are sought: a list is bounded, a search goes through all that there are.
function subscribe() {
  const text = byId("search").value.trim();
  client.lobby.subscribe(text === "" ? {} : { filter: { text } }).then(showRooms, () => {}); // asked again when connected
}

let typing = 0;

function search() {
  showRooms(); // what is here already
  clearTimeout(typing);
  typing = setTimeout(() => view === null && subscribe(), TYPING_MS);
}

function show(room) {
  if (view !== null) view.stop();
  view = null;
  byId("lobby").hidden = room !== null;
  byId("room").hidden = room === null;
  if (room === null) {
    subscribe();
    return;
  }
  view = new RoomView(room);
  room.on("closed", sayOver);
  byId("arena").focus({ preventScroll: true });
  byId("arena").scrollIntoView({ block: "nearest" }); // a phone held sideways does not show all of the page
}

// Carries out what a click asked for; a refusal is shown.
async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    refused(error);
    return null;
  }
}

async function join({ id, protected: locked }) {
  if (!locked) return attempt(() => client.join(id));
  byId("password").value = "";
  if (!(await ask(byId("password-dialog"), byId("password-cancel")))) return null;
  return attempt(() => client.join(id, { password: byId("password").value }));
}

// Into the nearest room of this game, or one of one's own, with a melody.
async function quickJoin() {
  const track_id = firstMelody();
  const room = await client.quickJoin({ metadata: { game: "sparks" }, ...(track_id === null ? {} : { track_id }) });
  await begin(room);
  // A room of one's own is named after its player alone: in a list of rooms that says little.
  if (room.isHost && room.info.title === client.name) await room.change({ title: words.titleOf(client.name).slice(0, 64) });
}

// Who opens a room with a melody lets it play.
async function begin(room) {
  if (room?.isHost && room.track !== null && room.players.length === 1) await room.play();
}

async function enter(typed) {
  if (typed.length === 8) await client.join(typed.toLowerCase());
  else await client.joinSession(typed.toUpperCase());
  view?.render(); // the key is known only now
}

async function comeIn() {
  await client.connect();
  const invited = invitation();
  forget();
  if (client.room === null && invited !== null) await enter(invited.key ?? invited.id);
}

function listen() {
  byId("quick").onclick = () => attempt(quickJoin);
  byId("create").onclick = () => attempt(async () => begin(await create(client)));
  byId("by-key").onsubmit = (event) => {
    event.preventDefault();
    attempt(() => enter(byId("key").value.trim()));
  };
  byId("login").onsubmit = (event) => {
    event.preventDefault();
    attempt(async () => {
      const { name } = await client.login(byId("name").value.trim());
      keepName(name);
      byId("name").value = name;
      toast(words.named(name));
    });
  };
  byId("again").onclick = () => {
    state = "connecting";
    showStatus();
    attempt(() => client.connect());
  };
  byId("search").oninput = search;
  byId("language").onchange = () => {
    choose(byId("language").value);
    say();
  };
}

function say() {
  speak();
  showStatus();
  showRooms();
  view?.render();
}

client.on("connect", () => {
  state = "connected";
  showStatus();
});
client.on("disconnect", ({ returns }) => {
  state = returns ? "lost" : "over";
  showStatus();
});
client.on("closed", (error) => {
  state = "over"; // also where there never was a connection
  showStatus();
  if (error.code === "replaced") toast(words.replaced);
  else refused(error);
  if (error.code === "name_invalid") byId("name").value = client.name = newName(language); // the kept one will not do
});
client.on("draining", () => toast(words.draining));
client.on("error", (error) => LAST_WORDS.includes(error.code) || refused(error));
client.on("room", show);
client.lobby.on("rooms", showRooms);
client.ping.on("change", () => {
  showStatus();
  showRooms();
});

byId("name").value = client.name;
byId("language").value = language;
say();
listen();
listenToKind();
listenForFirstTouch();
attempt(offerMelodies);
attempt(comeIn).then(() => client.room === null && show(null));
