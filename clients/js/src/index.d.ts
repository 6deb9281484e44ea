/** A client for a room server of host-run games: lobby, rooms, host role, recovery, clock, tracks. */

import type { Socket } from "socket.io-client";
import type {
  Band,
  BecomeHost,
  ClientToServerEvents,
  ClockAnswer,
  CreateRoom,
  CreateSession,
  Done,
  DrainAnnounced,
  ErrorCode,
  Events,
  Hint,
  HostChanged,
  InputSeq,
  Kicked,
  Limits,
  LobbyEntry,
  LobbyFilter,
  PingsAnswer,
  PlayerId,
  PlayerView,
  QuickJoin,
  RequestName,
  Requests,
  RoomId,
  RoomIsClosed,
  RoomView,
  ServerToClientEvents,
  SessionKey,
  Tact,
  TrackView,
  UpdateRoom,
  UserType,
  Welcome,
} from "./contract.js";

export type * from "./contract.js";

/** What this package itself refuses or reports, beside the server's codes. */
export type ClientErrorCode =
  | "disconnected" // there is no connection now, or it broke before the answer; a request may have been done
  | "timeout" // no answer in time
  | "unconfirmed" // the server was restarted: a reliable message may have arrived or not
  | "unsent" // more reliable messages wait for the connection than may wait
  | "left" // the room is over for this client
  | "closed" // `close()` was called
  | "handler"; // a handler of the host role threw; `cause` holds what

/** A refusal: the server's code and words, and the event that was refused. */
export class GameError extends Error {
  readonly name: "GameError";
  readonly code: ErrorCode | ClientErrorCode;
  readonly event: string | null;
  constructor(code: ErrorCode | ClientErrorCode, message: string, event?: string | null, cause?: unknown);
}

/** Typed events: `on` returns a function that takes the listener off again. */
export class Emitter<Events extends { [name in keyof Events]: unknown[] }> {
  on<Name extends keyof Events>(event: Name, listener: (...args: Events[Name]) => void): () => void;
  once<Name extends keyof Events>(event: Name, listener: (...args: Events[Name]) => void): () => void;
  off<Name extends keyof Events>(event: Name, listener: (...args: Events[Name]) => void): void;
}

// -- the client ------------------------------------------------------------------------------------

/** Where the right to come back after a reload is kept: `sessionStorage`, or anything like it. */
export interface Keep {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface ClientOptions {
  /** A login, 1 to 32 characters; sessions need one. */
  name?: string;
  /** A signed login, where the operator demands one. */
  token?: string;
  /** False keeps this client from ever being elected host. */
  canHost?: boolean;
  /** How messages are packed; "msgpack" unless given. A parser of Socket.IO's own form works as well. */
  parser?: "msgpack" | "json" | object;
  /** What a reload comes back by: `sessionStorage` in a browser unless given; null keeps nothing. */
  storage?: Keep | null;
  /** How long a request waits for its answer, ms; 10,000 unless given. */
  timeoutMs?: number;
  /** Further options of socket.io-client, such as `transports` or `path`. */
  io?: Record<string, unknown>;
}

/** What a simulated network does; what is left out is off. */
export interface Conditions {
  /** Added to the round trip, ms. */
  latency?: number;
  /** Each way takes up to so much longer, at random, ms. Order is kept, as TCP keeps it. */
  jitter?: number;
  /** The share (0 to 1) of messages lost on the way: sent anew by TCP, they and all behind them come late. */
  drop?: number;
  /** Nothing passes either way, heartbeats included, until it is off again. */
  freeze?: boolean;
  /** Breaks the connection now, once, without a goodbye. */
  cut?: boolean;
  /** The chances, for a test that is the same each time; `Math.random` unless given. */
  random?: () => number;
}

export interface ClientEvents {
  /** Connected and welcomed; `recovered` if nothing was missed. */
  connect: [about: { welcome: Welcome; recovered: boolean }];
  /** The connection is lost; the client comes back by itself if `returns`. */
  disconnect: [about: { reason: string; returns: boolean }];
  /** Over for good: replaced by another connection, refused, or struck out. */
  closed: [error: GameError];
  /** The server stops soon; the client comes back after the delay it was given. */
  draining: [about: DrainAnnounced];
  /** The room this client is in now, or null: also one that a reload came back to. */
  room: [room: Room | null];
  /** A refused message of a room, whether its sender awaits it or not; a handler of the host role that threw. */
  error: [error: GameError];
  /** Whatever the server sends, by its name; for events this version does not know. */
  event: [name: string, args: unknown[]];
}

export class Client extends Emitter<ClientEvents> {
  /** `url` may be left out in a page that the server itself serves. Nothing is opened before `connect()`. */
  constructor(url?: string, options?: ClientOptions);

  /** This player's id; empty before the first connection. The same across recoveries. */
  readonly id: PlayerId;
  readonly connected: boolean;
  readonly name: string | null;
  /** The server's bounds (`welcome.limits`); empty before the first connection. */
  readonly limits: Readonly<Partial<Limits>>;
  readonly room: Room | null;
  readonly lobby: Lobby;
  readonly ping: Ping;
  readonly clock: Clock;
  /** The stock Socket.IO socket beneath, for events of your own server; null before `connect()`. */
  readonly socket: Socket<ServerToClientEvents, ClientToServerEvents> | null;

  /**
   * Connect and measure the clock once. Resolves when welcomed; by then `room` is set if this page came
   * back to one. Network failures are retried; a refusal of the server rejects.
   */
  connect(): Promise<Welcome>;
  /** Leave the room, say goodbye and stay away. */
  close(): void;

  login(name: string): Promise<{ name: string; type: UserType }>;
  logout(): Promise<void>;

  create(options: CreateRoom): Promise<Room>;
  join(id: RoomId, options?: { password?: string }): Promise<Room>;
  quickJoin(options?: QuickJoin): Promise<Room>;
  /** Opens a room that is joined by `room.key`; needs a login. */
  createSession(options?: CreateSession): Promise<Room>;
  joinSession(key: SessionKey): Promise<Room>;

  /** What the server should know of this device. `hidden` is told by itself where there is a document. */
  hint(about: Hint): Promise<void>;
  /** The server's cached pings of this player and its host. */
  pings(): Promise<PingsAnswer>;

  /** Any request by its wire name; rejects with GameError. */
  request<Name extends RequestName>(
    event: Name,
    ...args: Requests[Name]["args"]
  ): Promise<Requests[Name]["answer"] & Done>;

  /** Play on a bad network, for tests; `{}` ends it. WebSocket only; control pings still pass. */
  simulate(conditions: Conditions): void;
}

// -- the lobby -------------------------------------------------------------------------------------

/** A listed room with what a player will feel in it. */
export interface LobbyRoom extends LobbyEntry {
  /** The server's ping to the host plus one's own, ms; null while either is unknown. */
  total_ms: number | null;
  /** The band of the total. */
  total_band: Band | null;
}

export interface LobbyOptions {
  filter?: LobbyFilter;
  /** Keep the list coming while in a room; the server ends it there otherwise. */
  inRoom?: boolean;
}

export class Lobby extends Emitter<{ rooms: [rooms: LobbyRoom[]] }> {
  /** Joinable first, then by total ping, unknown last (or as `filter.sort` says). */
  readonly rooms: LobbyRoom[];
  readonly total: number;
  /** Have the list sent, now and every `lobby_interval`; kept up across connections until `unsubscribe()`. */
  subscribe(options?: LobbyOptions): Promise<LobbyRoom[]>;
  unsubscribe(): Promise<void>;
  /** Ask for the list now. */
  refresh(): Promise<LobbyRoom[]>;
}

// -- time ------------------------------------------------------------------------------------------

/** This player's own ping to the server, measured all the time from the clock's exchanges. */
export class Ping extends Emitter<{ change: [ms: number] }> {
  /** Expected round trip, ms; null before the first exchange. One spike moves it little. */
  readonly ms: number | null;
  /** By how much successive round trips differ (RFC 3550 section 6.4.1), ms. */
  readonly jitterMs: number;
  readonly band: Band | null;
  /** Count a round trip, ms, at a moment of `performance.now()`. */
  add(roundTripMs: number, now?: number): void;
}

/** good up to 60 ms, fair up to 150 ms, poor beyond; null stays null. */
export function bandOf(ms: number): Band;
export function bandOf(ms: number | null): Band | null;

/**
 * The server's clock, from the fastest way there and the fastest way back. Slewed by 5 ms per second at most, so that it never
 * runs back; set anew only when it is wrong by more than 50 ms.
 */
export class Clock extends Emitter<{ change: [about: { offsetMs: number; boundMs: number }] }> {
  /** Unix milliseconds of the server. */
  now(): number;
  /** How many ms from now a moment of the server's clock is; negative when it is past. */
  until(serverMs: number): number;
  /** That moment by `performance.now()`. */
  local(serverMs: number): number;
  /** True once it was measured. */
  readonly synced: boolean;
  /** Wrong by so many ms at the very most; Infinity while unknown. */
  readonly boundMs: number;
  /** Count an exchange; asked and answered by `performance.now()`. */
  add(asked: number, answer: Pick<ClockAnswer, "received" | "sent">, answered: number): void;
}

// -- a room ----------------------------------------------------------------------------------------

export type RoomEnd =
  | "left"
  | "kicked"
  | "lost" // away for longer than the seat was kept
  | RoomIsClosed["reason"];

type Heard =
  | "broadcast"
  | "direct"
  | "host_changed"
  | "host_ready"
  | "inputs_dropped"
  | "player_disconnected"
  | "player_joined"
  | "player_left"
  | "player_reconnected"
  | "room_idle"
  | "room_updated"
  | "session_started"
  | "snapshot"
  | "state"
  | "successors"
  | "tact"
  | "track_ended"
  | "track_state"
  | "update"
  | "user_connected";

/** What the server tells of the room, by its wire names, and what follows from it. */
export interface RoomEvents extends Pick<Events, Heard> {
  /** `info` changed, by whatever event. */
  change: [room: Room];
  /** Over for this client, and why. */
  closed: [reason: RoomEnd, about: Kicked | RoomIsClosed | null];
  /** Back with a gap: what was missed is not told, `info` is true again. */
  resync: [room: Room];

  /** As host: an input, with its place in the room's order of inputs. */
  input: [from: PlayerId, data: unknown, about: Partial<InputSeq>];
}

/** A room this client is in. What comes before the awaiting code had its turn is kept until then. */
export class Room extends Emitter<RoomEvents> {
  readonly client: Client;
  /** The room as it stands; a new object after each change. */
  readonly info: Readonly<RoomView>;
  readonly id: RoomId;
  readonly title: string;
  /** What opens this session; null for a plain room. */
  readonly key: SessionKey | null;
  /** All seated members, in join order. */
  readonly players: readonly PlayerView[];
  readonly me: PlayerView | null;
  readonly host: PlayerId | null;
  readonly isHost: boolean;
  readonly epoch: number;
  readonly track: TrackView | null;
  /** Who would follow the host, best first. */
  readonly successors: readonly PlayerId[];
  /** Why the room is over for this client; null while it is not. */
  readonly closed: RoomEnd | null;

  /** To the host, reliably and in order; across lost connections once and only once. */
  input(data: unknown): Promise<void>;
  /** To all other members, as reliably. */
  broadcast(data: unknown): Promise<void>;
  /** To one member or some, as reliably. */
  direct(players: PlayerId | readonly PlayerId[], data: unknown): Promise<void>;
  /** To all other members; of one key only the newest counts (16 keys at most). */
  update(key: string, data: unknown): Promise<void>;
  /** As host, to all other members; only the newest counts. From anyone else it rejects (`not_host`). */
  state(data: unknown): Promise<void>;
  /** As host: what the next host is given. `covers` is the `seq` of the last input in it. */
  snapshot(data: unknown, covers?: number): Promise<void>;

  /** Take the host's part whenever it is this client's, now or later. */
  hostRole<Snapshot = unknown>(role: HostHandlers<Snapshot>): HostRole;

  leave(): Promise<void>;
  play(): Promise<void>;
  pause(): Promise<void>;
  seek(tact: number): Promise<void>;
  /** Sessions, as host: set it to work; `options` reach everybody. */
  start(options?: unknown): Promise<void>;
  kick(player: PlayerId, reason?: string): Promise<void>;
  change(changes: UpdateRoom): Promise<void>;
  transferHost(player: PlayerId): Promise<void>;
}

/** An input as a new host is given it. */
export interface Input<Data = unknown> {
  player: PlayerId;
  data: Data;
  seq: number;
}

/** How the game comes to a new host: all that `become_host` tells but the game itself. */
export type Reign = Omit<BecomeHost, "snapshot" | "inputs">;

export interface HostHandlers<Snapshot = unknown> {
  /** Between two ticks, ms; 50 unless given. */
  tickMs?: number;
  /** Between two snapshots, ms; 1,000 unless given. */
  snapshotEveryMs?: number;
  /**
   * This client is host now: build the game from the snapshot (null for a new game) and apply the inputs
   * in their order. The room hears that the host is ready when it returns, or its promise does.
   */
  onBecomeHost(snapshot: Snapshot | null, inputs: Input[], about: Reign): void | Promise<void>;
  /** An input for the game, each once, in order. */
  onInput?(player: PlayerId, data: any, seq: number): void;
  /** Let the game go on by `dtMs`; what is returned is sent to all as `state`, undefined is not. */
  onTick?(dtMs: number): unknown;
  /** The whole game, for whoever is host next. Read at once, not later: a promise is refused. */
  takeSnapshot(): Snapshot;
  /** Somebody else is host now; null where the change itself was missed. */
  onLoseHost?(about: HostChanged | null): void;
}

export interface HostRole {
  /** Whether the handlers are at work now. */
  readonly active: boolean;
  /** Hand in a snapshot now, if this client is host. */
  save(): Promise<void>;
  /** Give the part back: no handler is called any more. The server still takes this client for host. */
  stop(): void;
}

// -- tracks ----------------------------------------------------------------------------------------

export interface Sound {
  stop(when?: number): void;
}

export interface TrackOptions {
  /** Where it sounds; without one it is silent, and only `tact` tells of it. */
  audioContext?: AudioContext | null;
  /** Added to each moment, ms: negative for a device that sounds late (wireless headphones). */
  offsetMs?: number;
  /** Makes the sound of a value at `when` (of `audioContext.currentTime`); a plain tone unless given. */
  sound?: (context: AudioContext, value: number, when: number) => Sound | void;
}

/** A tact that was given to the audio clock. */
export interface Scheduled {
  tact: number;
  value: number;
  /** When it sounds: by the server's clock, by the audio clock. */
  at: number;
  when: number;
}

/** Lets a room's track sound, each tact at its moment of the server's clock, whatever the timers do. */
export class TrackPlayer extends Emitter<{ tact: [tact: Tact]; scheduled: [scheduled: Scheduled] }> {
  constructor(room: Room, options?: TrackOptions);
  offsetMs: number;
  /** Take or change the audio context, for instance after the first click. */
  audioContext: AudioContext | null;
  /** Stop listening to the room, and whatever was about to sound. */
  stop(): void;
}
