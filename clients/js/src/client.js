// The connection and everything that hangs on it.

import { io } from "socket.io-client";
import msgpack from "socket.io-msgpack-parser";
import { packable } from "./binary.js";
import { Clock } from "./clock.js";
import { Emitter } from "./emitter.js";
import { GameError } from "./errors.js";
import { Lobby } from "./lobby.js";
import { Ping } from "./ping.js";
import { Resume } from "./resume.js";
import { Room } from "./room.js";
import { Network } from "./simulate.js";

const FIRST_EXCHANGES = 8;
const FIRST_EVERY_MS = 150;
const EXCHANGE_EVERY_MS = 5000;
const SLACK_BYTES = 2048; // over its bound by less a message is refused by the server, by more the connection is closed
const RELAYED = ["state", "update", "input", "broadcast", "direct", "snapshot"];

export class Client extends Emitter {
  id = "";
  connected = false;
  settled = false; // connected, and what is left of the room is known
  limits = {};
  room = null;
  socket = null;
  clock = new Clock();
  ping = new Ping();
  lobby = new Lobby(this);
  #url;
  #options;
  #resume;
  #kept; // what an earlier page left, until the first CONNECT
  #pid = null;
  #opening = null; // {promise, resolve, reject} of `connect()`
  #closing = null; // why the server says it closes
  #entering = 0; // requests under way that end in a room
  #seated = false; // this connection was told a room
  #network = null;
  #round = 0; // of connections
  #hiddenTold = false;
  #timer;

  constructor(url, options = {}) {
    super();
    this.#url = url;
    this.#options = options;
    this.name = options.name ?? null;
    this.#resume = new Resume(options.storage, `gameroom ${url ?? ""}`);
    this.#kept = this.#resume.take();
  }

  // -- the connection ------------------------------------------------------------------------------

  connect() {
    if (this.#opening) return this.#opening.promise;
    const opening = (this.#opening = {});
    opening.promise = new Promise((resolve, reject) => Object.assign(opening, { resolve, reject }));
    opening.promise.catch(() => {});
    if (this.socket) this.socket.connect();
    else this.#open();
    return opening.promise;
  }

  #open() {
    const { parser = "msgpack", io: options } = this.#options;
    const chosen = parser === "msgpack" ? msgpack : parser === "json" ? undefined : parser;
    const socket = (this.socket = io(...(this.#url === undefined ? [] : [this.#url]), {
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      ...(chosen && { parser: chosen }),
      ...options,
      forceNew: true,
      auth: (give) => give(this.#auth()),
    }));
    socket.onAny((name, ...args) => this.#heard(name, args));
    socket.on("disconnect", (reason) => this.#lost(reason));
    socket.on("connect_error", (error) => {
      if (!socket.active) this.#over(new GameError(error.data?.code ?? "unauthorized", error.message));
    });
    socket.io.on("open", () => {
      this.#simulated();
      socket.io.engine.on("upgrade", () => this.#simulated());
    });
    globalThis.document?.addEventListener("visibilitychange", () => this.#hint());
  }

  #auth() {
    const { token, canHost } = this.#options;
    const auth = { recover: true, seq: true };
    if (this.name !== null) auth.name = this.name;
    if (token !== undefined) auth.token = token;
    if (canHost === false) auth.can_host = false;
    // A page that was loaded anew knows nothing: with an offset that is none the server tells the room anew.
    if (!this.id && this.#kept.pid) Object.assign(auth, { pid: this.#kept.pid, offset: "" });
    return auth;
  }

  async #welcomed(welcome) {
    const { socket } = this;
    const former = this.id;
    const recovered = socket.recovered === true;
    this.id = welcome.id;
    this.limits = welcome.limits;
    this.connected = true;
    this.#seated = recovered;
    this.#closing = null;
    this.#pid = welcome.resume ?? this.#pid;
    this.#keep();
    for (const [name, ms] of [["reconnectionDelay", 1000], ["reconnectionDelayMax", 5000]]) {
      socket.io[name](this.#options.io?.[name] ?? ms);
    }
    this.clock.restart();
    this.ping.restart();
    if (former && former !== this.id) this.room?.end("lost");
    this.emit("connect", { welcome, recovered });
    // The answer stands behind all that the server tells of the room: then it is known whether there is one.
    const round = ++this.#round;
    while (!(await this.#exchange())) {
      await new Promise((resolve) => setTimeout(resolve, FIRST_EVERY_MS));
      if (!this.connected || round !== this.#round) return;
    }
    if (!this.connected || round !== this.#round) return;
    if (!this.#seated) this.room?.end("lost");
    this.settled = true;
    this.room?.resume();
    if (this.room?.leaving) this.room.leave().catch(() => {});
    this.#hint();
    this.lobby.resume().catch(() => {});
    this.#opening?.resolve(welcome);
    this.#flow();
    this.#measure(FIRST_EXCHANGES - 1);
  }

  #lost(reason) {
    const returns = this.socket.active;
    this.connected = this.settled = false;
    clearTimeout(this.#timer);
    this.room?.suspend();
    this.emit("disconnect", { reason, returns });
    if (!returns && reason === "io server disconnect") {
      this.#over(new GameError(this.#closing?.code ?? "closed", this.#closing?.message ?? "closed by the server"));
    }
  }

  // Over for good, unless `connect()` is called again.
  #over(error) {
    this.#opening?.reject(error);
    this.#opening = null;
    this.#kept = {};
    this.#pid = null;
    this.#resume.keep(null);
    this.room?.end("lost");
    this.emit("closed", error);
  }

  close() {
    if (!this.socket) return;
    this.room?.end("left");
    this.#over(new GameError("closed", "closed by this client"));
    this.socket.disconnect();
  }

  #keep() {
    this.#resume.keep(this.#pid && { pid: this.#pid, key: this.room?.key ?? this.#kept.key });
  }

  // -- what comes in -------------------------------------------------------------------------------

  #heard(name, args) {
    const [first] = args;
    this.emit("event", name, args);
    if (name === "welcome") this.#welcomed(first);
    else if (name === "create_success" || name === "join_success") this.#entered(first, name === "create_success");
    else if (name === "all-rooms") this.lobby.listed(first, args[1]);
    else if (name === "rooms-delta") this.lobby.changed(first);
    else if (name === "closing") this.#closing = first;
    else if (name === "replaced") this.#closing = { code: "replaced", message: "another connection took this seat" };
    else if (name === "draining") this.#draining(first);
    else if (name === "error") {
      if (RELAYED.includes(first.event)) this.report(new GameError(first.code, first.message, first.event));
    } else this.room?.hear(name, args);
  }

  #draining(about) {
    // The delays are spread by the server, so that not all come back at once.
    const ms = about.reconnect_in_ms;
    this.socket.io.reconnectionDelayMax(Math.max(ms, 5000)).reconnectionDelay(ms);
    this.emit("draining", about);
  }

  #entered(info, created, key) {
    const { room } = this;
    this.#seated = true;
    if (room?.id === info.id) {
      room.become(info);
      if (!this.#entering) room.hear("resync", [room]);
    } else {
      room?.end("left");
      const asked = this.#entering > 0;
      this.room = new Room(this, info, {
        key: key ?? (asked ? null : this.#kept.key),
        created: created && info.epoch,
        synced: asked,
      });
      if (this.settled) this.room.resume();
      this.emit("room", this.room);
      this.#flow();
      this.lobby.resume().catch(() => {});
    }
    this.#keep();
    return this.room;
  }

  // Lets the room's events through once whoever awaits it had its turn.
  #flow() {
    const { room } = this;
    if (room && this.settled && !this.#entering) setTimeout(() => room.flow());
  }

  // For the room that is over.
  exited(room) {
    if (this.room !== room) return;
    this.room = null;
    this.#kept.key = undefined;
    this.#keep();
    this.emit("room", null);
    this.lobby.resume().catch(() => {});
  }

  // Tells of an error that nobody awaits.
  report(error) {
    if (!this.emit("error", error) && error.code === "handler") console.error(error); // a mistake in the game
  }

  // -- requests ------------------------------------------------------------------------------------

  // Sends one event; `answered(error, answer)` gets the acknowledgement, or nothing if the connection breaks.
  emitTo(event, given, answered, timeoutMs) {
    const [args, wrong] = this.#packed(event, given);
    if (wrong) {
      if (RELAYED.includes(event)) this.report(wrong); // as the server tells what it refuses, awaited or not
      return answered?.(wrong);
    }
    const socket = timeoutMs ? this.socket.timeout(timeoutMs) : this.socket;
    if (!answered) return void socket.emit(event, ...args);
    socket.emit(event, ...args, (...answer) => {
      if (timeoutMs && answer.shift()) {
        const lost = !this.connected;
        const words = lost ? "the connection broke before the answer" : "no answer in time";
        return answered(new GameError(lost ? "disconnected" : "timeout", words, event));
      }
      const { ok, error } = answer[0];
      answered(ok ? null : new GameError(error.code, error.message, event), answer[0]);
    });
  }

  // Returns the arguments as they are packed, and a refusal of what would cost more than this one message: the server
  // closes for a frame far too large (1009), and a reliable message would come again with each new connection.
  #packed(event, given) {
    let args;
    let size = 0;
    try {
      args = packable(given);
      const parts = this.socket.io.encoder.encode({ type: 2, nsp: "/", data: [event, ...args] });
      for (const part of parts) size += part.byteLength ?? part.length;
    } catch (error) {
      return [args, new GameError("bad_request", `${event} cannot be packed: ${error.message}`, event, error)];
    }
    const most = this.limits[event === "snapshot" ? "snapshot_max" : "message"];
    const over = size > most + SLACK_BYTES;
    return [args, over ? new GameError("too_large", `${event} has ${size} bytes, ${most} are allowed`, event) : null];
  }

  request(event, ...args) {
    return new Promise((resolve, reject) => {
      if (!this.connected) return reject(new GameError("disconnected", "there is no connection", event));
      const answered = (error, answer) => (error ? reject(error) : resolve(answer));
      this.emitTo(event, args, answered, this.#options.timeoutMs ?? 10_000);
    });
  }

  async #enter(created, event, ...args) {
    this.#entering += 1;
    try {
      const answer = await this.request(event, ...args);
      const { room } = this;
      if (answer.room) return this.#entered(answer.room, created, answer.session_key);
      return room?.id === answer.id ? room : this.#entered(answer, created);
    } finally {
      this.#entering -= 1;
      this.#flow();
    }
  }

  create(options) {
    return this.#enter(true, "create", options);
  }
  join(id, options) {
    return this.#enter(false, "join", { id, ...options });
  }
  quickJoin(options = {}) {
    return this.#enter(false, "quick_join", options);
  }
  createSession(options = {}) {
    return this.#enter(true, "create_session", options);
  }
  async joinSession(key) {
    const room = await this.#enter(false, "join_session", key);
    room.key = key.toUpperCase();
    this.#keep();
    return room;
  }

  async login(name) {
    const { name: taken, type } = await this.request("login", { name });
    this.name = taken; // so that a new connection brings it along
    return { name: taken, type };
  }

  async logout() {
    await this.request("logout");
    this.name = null;
    this.room?.end("left");
  }

  async hint(about) {
    if (about.can_host !== undefined) this.#options = { ...this.#options, canHost: about.can_host };
    await this.request("hint", about);
  }

  async pings() {
    const { you, host } = await this.request("pings");
    return { you, host };
  }

  simulate(conditions) {
    this.#network ??= new Network();
    this.#network.set(conditions);
    this.#simulated();
    if (conditions.cut) this.socket?.io.engine.transport.ws?.close();
  }

  #simulated() {
    const transport = this.socket?.io.engine?.transport;
    if (this.#network && transport) this.#network.attach(transport);
  }

  #hint() {
    const { document } = globalThis;
    const hidden = document?.visibilityState === "hidden";
    if (this.settled && document && (hidden || this.#hiddenTold)) {
      this.#hiddenTold = hidden;
      this.hint({ hidden }).catch(() => {});
    }
  }

  // -- the clock -----------------------------------------------------------------------------------

  async #exchange() {
    const asked = performance.now();
    try {
      const answer = await this.request("clock", asked);
      const answered = performance.now();
      this.clock.add(asked, answer, answered);
      this.ping.add(answered - asked - (answer.sent - answer.received), answered);
      return true;
    } catch {
      return false;
    }
  }

  #measure(first) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      if (!this.connected) return;
      await this.#exchange();
      if (this.connected) this.#measure(Math.max(0, first - 1));
    }, first > 0 ? FIRST_EVERY_MS : EXCHANGE_EVERY_MS);
  }
}
