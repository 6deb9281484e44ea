// The wire contract. Made by `python -m gameserver.contract` from the server's own types: change those, then run it again.

/** A player's id: the Socket.IO id of its first connection. */
export type PlayerId = string;

/** A room's id: 8 characters of `0-9a-z`. */
export type RoomId = string;

/** What opens a session: 6 of `A-Z2-9` without I and O. */
export type SessionKey = string;

/** What a member is in its room. */
export type Role = "HOST" | "CLIENT";

/** What a player is: in no room, a room's host, or another member. */
export type UserType = "USER" | "HOST" | "CLIENT";

/** What a room does: `started` is a session at work, `waiting` has no host. */
export type RoomState = "open" | "started" | "migrating" | "waiting";

/** What becomes of the room when its host goes. */
export type OnHostExit = "migrate" | "close";

/** `keep`: a live host stays; `best`: a clearly and lastingly better member takes over. */
export type HostPolicy = "keep" | "best";

/** `snapshot`: a late joiner gets the last snapshot first; `live`: it does not. */
export type LateJoin = "live" | "snapshot";

/** Who may play, pause and seek the track. */
export type Control = "anyone" | "host";

/** `default`: each on a device of one's own; `single_device`: all on the host's. */
export type SessionType = "default" | "single_device";

/** Why a seat is free again. */
export type LeaveReason = "left" | "lost" | "kicked" | "replaced";

/** Why a room is over. */
export type CloseReason = "host_left" | "no_host" | "closed" | "idle";

/** Why the charge of a room passed on. */
export type HostChangeReason =
  | "left"
  | "lost"
  | "silent"
  | "transfer"
  | "policy"
  | "timeout"
  | "drain"
  | "returned"
  | "restart";

/** How good a ping is. */
export type Band = "good" | "fair" | "poor";

/** The code of a refusal. */
export type ErrorCode =
  | "already_in_room"
  | "bad_request"
  | "draining"
  | "internal"
  | "kicked"
  | "name_invalid"
  | "not_a_member"
  | "not_host"
  | "not_in_room"
  | "not_logged_in"
  | "parking_full"
  | "player_unavailable"
  | "rate_limited"
  | "room_closed"
  | "room_full"
  | "room_limit"
  | "room_locked"
  | "room_not_found"
  | "session_type"
  | "stale_host"
  | "too_large"
  | "track_not_found"
  | "unauthorized"
  | "unknown_event"
  | "wrong_password";

/** Why the server closes a connection. */
export type CloseCode =
  | "bad_request"
  | "draining"
  | "internal"
  | "rate_limited"
  | "replaced"
  | "slow_consumer"
  | "unauthorized";

/** An input that the server kept for the next host: who sent it, what, and its `seq`. */
export type KeptInput = [PlayerId, unknown, number];

/** A room as its members see it. */
export interface RoomView {
  /** The room's id: 8 characters of `0-9a-z`. */
  id: RoomId;
  /** The room's track as it stands; null for a room without one. */
  track: TrackView | null;
  /** 1 to `limits.title` characters after trimming, something of it visible. */
  title: string;
  /** Up to `limits.description` characters after trimming. */
  description: string;
  /** The player ids of all seated members, in join order. */
  users: PlayerId[];
  /** Who is host; null while there is nobody who can be. */
  host: PlayerId | null;
  /** Which reign this is: it starts at 1 and grows by one with each election. */
  epoch: number;
  /** Seats in all: 1 to 64. */
  max_players: number;
  /** Not listed in the lobby. */
  private: boolean;
  /** Nobody is let in. */
  locked: boolean;
  /** A password is asked for. */
  protected: boolean;
  /** What the room is doing. */
  state: RoomState;
  /** The game's own: what JSON can say, up to `limits.metadata` bytes in compact form. */
  metadata: unknown;
  /** Whether another member takes over when the host goes, or the room closes. */
  on_host_exit: OnHostExit;
  /** Whether a live host stays, or a clearly and lastingly better member takes over. */
  host_policy: HostPolicy;
  /** Whether a late joiner gets the last snapshot before anything else. */
  late_join: LateJoin;
  /** Who may play, pause and seek. */
  control: Control;
  /** When the room was opened: Unix milliseconds of the server's clock. */
  created_at: number;
  /** All seated members in join order, those that are away included. */
  players: PlayerView[];
}

/** A seated member. */
export interface PlayerView {
  /** The player's id: the Socket.IO id of its first connection. */
  id: PlayerId;
  /** The login name; null where there is none. */
  name: string | null;
  /** Whether it is the host. */
  role: Role;
  /** False while its seat is kept for it. */
  connected: boolean;
  /** The cached round trip between server and player in milliseconds; null while unknown. */
  ping_ms: number | null;
  /** The phantom users on its device: `<player id>#1` and so on. */
  phantoms: string[];
}

/** A room's track as it stands. */
export interface TrackView {
  /** One MIDI note number per tact; 0 is a rest. */
  track_values: number[];
  /** The index of the next tact to sound. */
  tact: number;
  /** Which track of the server's collection it is. */
  track_id: number;
  /** Milliseconds per tact while it plays; null while it stands. */
  playerInterval: number | null;
  /** When the next tact sounds: Unix milliseconds, server's clock; null while it stands. */
  next_at: number | null;
}

/** A room as the lobby lists it; the ping is the cached one, its age beside it. */
export interface LobbyEntry {
  /** The room's id: 8 characters of `0-9a-z`. */
  id: RoomId;
  /** 1 to `limits.title` characters after trimming, something of it visible. */
  title: string;
  /** Up to `limits.description` characters after trimming. */
  description: string;
  /** Seats taken: phantom users and kept seats included. */
  players: number;
  /** Seats in all: 1 to 64. */
  max_players: number;
  /** Not locked, and a seat free. */
  joinable: boolean;
  /** Nobody is let in. */
  locked: boolean;
  /** A password is asked for. */
  protected: boolean;
  /** What the room is doing. */
  state: RoomState;
  /** Which track of the server's collection; null for none. */
  track_id: number | null;
  /** The game's own: what JSON can say, up to `limits.metadata` bytes in compact form. */
  metadata: unknown;
  /** Who hosts it; null while nobody does. */
  host: HostView | null;
  /** The cached round trip between server and host; a client adds its own. */
  ping_ms: number | null;
  /** How much the ping varies, in milliseconds; null while unknown. */
  jitter_ms: number | null;
  /** How old that ping is; null while unknown. */
  ping_age_ms: number | null;
  /** The ping as a colour would show it; null while unknown. */
  band: Band | null;
}

/** Who hosts a listed room. */
export interface HostView {
  /** The host's player id. */
  id: PlayerId;
  /** The login name; null where there is none. */
  name: string | null;
}

/** What comes with a list that was asked for with a filter or deltas. */
export interface LobbyInfo {
  /** Counts the lists; a gap means that something was missed: ask `update-rooms`. */
  version: number;
  /** How many rooms match in all. */
  total: number;
  /** Where the next page begins; null on the last. */
  next_cursor: string | null;
}

/** A member as an election saw it. */
export interface Candidate {
  /** The player id. */
  id: PlayerId;
  /** The cached round trip between server and player in milliseconds; null while unknown. */
  ping_ms: number | null;
  /** What the election went by: lower is better; null for unknown. */
  score: number | null;
}

/** One cached ping. */
export interface PingView {
  /** The round trip between server and player, in milliseconds. */
  ping_ms: number;
  /** How much the ping varies, in milliseconds; null while unknown. */
  jitter_ms: number | null;
  /** How old this is, in milliseconds. */
  age_ms: number;
  /** The ping as a colour would show it. */
  band: Band;
}

/** Follows CONNECT. */
export interface Welcome {
  /** Your own player id; it stays the same over recoveries. */
  id: PlayerId;
  /** Unix milliseconds of the server's clock. */
  server_time: number;
  /** The version of this contract; 1. */
  protocol: number;
  /** The server's figures. */
  limits: Limits;
  /** The pid, with `auth.recover` only: sent as `auth.pid` it brings a reloaded page back. */
  resume?: string;
  /** Why the server closed the former connection of this player, if it did. */
  last_close?: string;
}

/** The seat was given back. */
export interface RoomLeft {
  /** The room's id: 8 characters of `0-9a-z`. */
  id: RoomId;
}

/** The name is taken. */
export interface LoggedIn {
  /** Words for people. */
  message: string;
  /** The name as it was taken: trimmed. */
  name: string;
  /** What the player is: in no room, its host, or another member. */
  type: UserType;
}

/** The name was given back, and with it any seat. */
export interface LoggedOut {
  /** Words for people. */
  message: string;
}

/** The session's key, for its host; the ack also carries the room. */
export interface SessionCreated {
  /** Words for people. */
  message: string;
  /** The key that opens the session: 6 of `A-Z2-9` without I and O. */
  session_key: SessionKey;
  /** The session's room. */
  room: RoomView;
}

/** The server's clock when the question came and when the answer went. */
export interface ClockAnswer {
  /** The client's own time, given back unchanged. */
  client: number | null;
  /** When the question came: Unix milliseconds of the server's clock. */
  received: number;
  /** When the answer went: Unix milliseconds of the server's clock. */
  sent: number;
}

/** The cached pings of oneself and one's host; null while unknown. */
export interface PingsAnswer {
  /** Your own; null while nothing is known. */
  you: PingView | null;
  /** Your room's host; null in no room, or while nothing is known. */
  host: PingView | null;
}

/** Somebody took a seat in the room. */
export interface PlayerJoined {
  /** The room's id: 8 characters of `0-9a-z`. */
  id: RoomId;
  /** The member as the room lists it. */
  player: PlayerView;
}

/** A member's seat is free again. */
export interface PlayerLeft {
  /** The room's id: 8 characters of `0-9a-z`. */
  id: RoomId;
  /** The member's player id. */
  player_id: PlayerId;
  /** Why. */
  reason: LeaveReason;
}

/** A member is away; its seat is kept until then. */
export interface PlayerDisconnected {
  /** The room's id: 8 characters of `0-9a-z`. */
  id: RoomId;
  /** The member's player id. */
  player_id: PlayerId;
  /** Unix milliseconds of the server's clock. */
  until: number;
}

/** A member that was away is back. */
export interface PlayerReconnected {
  /** The room's id: 8 characters of `0-9a-z`. */
  id: RoomId;
  /** The member's player id. */
  player_id: PlayerId;
}

/** The host removed this player, which may not come back into the room. */
export interface Kicked {
  /** The room's id: 8 characters of `0-9a-z`. */
  id: RoomId;
  /** What the host gave as reason, if anything. */
  reason: string | null;
}

/** The room is over, for all its members. */
export interface RoomIsClosed {
  /** The room's id: 8 characters of `0-9a-z`. */
  id: RoomId;
  /** Why. */
  reason: CloseReason;
}

/** Nothing happens in the room: it will be closed, unless something does. */
export interface RoomIdle {
  /** The room's id: 8 characters of `0-9a-z`. */
  id: RoomId;
  /** So long from now, unless something happens. */
  closing_in_ms: number;
}

/** The room's track was started, stopped or moved. */
export interface TrackState {
  /** The room's id: 8 characters of `0-9a-z`. */
  id: RoomId;
  /** Which track of the server's collection it is. */
  track_id: number;
  /** The index of the next tact to sound. */
  tact: number;
  /** Whether it runs. */
  playing: boolean;
  /** Milliseconds per tact while it plays; null while it stands. */
  playerInterval: number | null;
  /** When the next tact sounds: Unix milliseconds, server's clock; null while it stands. */
  next_at: number | null;
  /** Who did it; null for the server. */
  by: PlayerId | null;
}

/** A tact that will sound at this moment. */
export interface Tact {
  /** The index of the tact. */
  tact: number;
  /** The MIDI note number; 0 is a rest. */
  value: number;
  /** When it sounds: Unix milliseconds of the server's clock. */
  at: number;
}

/** The last tact has sounded to its end. */
export interface TrackEnded {
  /** The room's id: 8 characters of `0-9a-z`. */
  id: RoomId;
}

/** Somebody joined the session; also told to the one who did. */
export interface UserConnected {
  /** Words for people. */
  message: string;
  /** The name of the one who joined. */
  name: string;
}

/** The host has set the session to work. */
export interface SessionStarted {
  /** The key that opens the session: 6 of `A-Z2-9` without I and O. */
  session_key: SessionKey;
  /** What the host gave with it, unchanged; null for nothing. */
  options: unknown;
  /** Unix milliseconds of the server's clock. */
  started_at: number;
  /** The player ids of all seated members, in join order. */
  users: PlayerId[];
}

/** The charge of the room passed on; `epoch` counts the reigns. */
export interface HostChanged {
  /** The room's id: 8 characters of `0-9a-z`. */
  id: RoomId;
  /** Who is host; null while there is nobody who can be. */
  host: PlayerId | null;
  /** Who was host before; null if nobody was. */
  previous: PlayerId | null;
  /** Which reign this is: it starts at 1 and grows by one with each election. */
  epoch: number;
  /** Why. */
  reason: HostChangeReason;
  /** All who were ranked, best first, with what they were ranked by. */
  candidates: Candidate[];
}

/** The host is about to be followed by another: its last snapshot is wanted now. */
export interface SnapshotRequest {
  /** Which reign this is: it starts at 1 and grows by one with each election. */
  epoch: number;
  /** Why. */
  reason: HostChangeReason;
  /** So long the server waits for the snapshot. */
  within_ms: number;
}

/** The room plays on under this host. */
export interface HostIsReady {
  /** Who is host. */
  host: PlayerId;
  /** Which reign this is: it starts at 1 and grows by one with each election. */
  epoch: number;
  /** Whether no new host said that it is ready, and one was taken without. */
  forced: boolean;
}

/** Who would follow the host, best first. */
export interface Successors {
  /** Who is host; null while there is nobody who can be. */
  host: PlayerId | null;
  /** Who would follow, best first. */
  next: PlayerId[];
}

/** What has changed in the list since the version before. */
export interface RoomsDelta {
  /** Counts the lists; a gap means that something was missed: ask `update-rooms`. */
  version: number;
  /** Rooms that are new in the list. */
  added: LobbyEntry[];
  /** Rooms that are listed otherwise now. */
  changed: LobbyEntry[];
  /** Rooms that are no longer in the list. */
  removed: RoomId[];
}

/** A request was refused. */
export interface ErrorTold {
  /** Words for people. */
  message: string;
  /** What clients branch on; it is stable. */
  code: ErrorCode;
  /** The request that failed; null where it was none. */
  event: string | null;
}

/** The seat was taken over by a newer connection. */
export type Replaced = Record<string, unknown>;

/** The server is about to close this connection, and why. */
export interface Closing {
  /** What clients branch on; it is stable. */
  code: CloseCode;
  /** Words for people. */
  message: string;
}

/** The server stops; come back after this delay. */
export interface DrainAnnounced {
  /** Come back after so many milliseconds; the delays are spread. */
  reconnect_in_ms: number;
}

/** What every ack of a request that was done holds. */
export interface Done {
  /** Whether it was done. */
  ok: true;
  /** False: it is done, but could not be stored, and a restart of the server may forget it. */
  durable?: false;
}

/** Why a request was refused. */
export interface RefusedBecause {
  /** What clients branch on; it is stable. */
  code: ErrorCode;
  /** Words for people. */
  message: string;
}

/** The ack of a request that was refused; it changed nothing. */
export interface Refused {
  /** Whether it was done. */
  ok: false;
  /** Why it was refused. */
  error: RefusedBecause;
}

/** The room as it is told to who has joined it, or has come back to it. */
export interface JoinedRoom {
  /** The room's id: 8 characters of `0-9a-z`. */
  id: RoomId;
  /** The room's track as it stands; null for a room without one. */
  track: TrackView | null;
  /** 1 to `limits.title` characters after trimming, something of it visible. */
  title: string;
  /** Up to `limits.description` characters after trimming. */
  description: string;
  /** The player ids of all seated members, in join order. */
  users: PlayerId[];
  /** Who is host; null while there is nobody who can be. */
  host: PlayerId | null;
  /** Which reign this is: it starts at 1 and grows by one with each election. */
  epoch: number;
  /** Seats in all: 1 to 64. */
  max_players: number;
  /** Not listed in the lobby. */
  private: boolean;
  /** Nobody is let in. */
  locked: boolean;
  /** A password is asked for. */
  protected: boolean;
  /** What the room is doing. */
  state: RoomState;
  /** The game's own: what JSON can say, up to `limits.metadata` bytes in compact form. */
  metadata: unknown;
  /** Whether another member takes over when the host goes, or the room closes. */
  on_host_exit: OnHostExit;
  /** Whether a live host stays, or a clearly and lastingly better member takes over. */
  host_policy: HostPolicy;
  /** Whether a late joiner gets the last snapshot before anything else. */
  late_join: LateJoin;
  /** Who may play, pause and seek. */
  control: Control;
  /** When the room was opened: Unix milliseconds of the server's clock. */
  created_at: number;
  /** All seated members in join order, those that are away included. */
  players: PlayerView[];
  /** Null after a restart of the server: what was unacknowledged may have arrived. */
  n?: null;
}

/** The key that opens the new session, for its host. */
export interface SessionKeySent {
  /** Words for people. */
  message: string;
  /** The key that opens the session: 6 of `A-Z2-9` without I and O. */
  session_key: string;
}

/** The list of rooms as the ack of a request for it. */
export interface RoomListAnswer {
  /** The list. */
  rooms: LobbyEntry[];
  /** Counts the lists; a gap means that something was missed: ask `update-rooms`. */
  version?: number;
  /** How many rooms match in all. */
  total?: number;
  /** Where the next page begins; null on the last. */
  next_cursor?: string | null;
}

/** The ack of a reliable event that carried a running number; without one it is `{ok: true}`. */
export interface NumberTaken {
  /** The highest running number that was taken. */
  n?: number;
  /** It had been done already, and was not done again. */
  repeat?: true;
}

/** Ends a reliable event: what was sent twice, because no ack came, is done once. */
export interface RunningNumber {
  /** Your number in this room, from 1: one over `input`, `broadcast`, `direct`. */
  n: number;
}

/** Ends a snapshot: the last input that it holds. */
export interface Covers {
  /** The `seq` of the last input that the snapshot holds; 0 for none. */
  covers: number;
}

/** Ends an input for a host that said `auth.seq`, or has ever sent `covers`. */
export interface InputSeq {
  /** The place of the input in the room's order of inputs, from 1. */
  seq: number;
}

/** Comes behind the snapshot that a late joiner gets. */
export interface SnapshotAbout {
  /** Which reign this is: it starts at 1 and grows by one with each election. */
  epoch: number;
  /** How old this is, in milliseconds. */
  age_ms: number;
}

/** The reign is this player's: restore the game from this, then answer `host_ready {epoch}`. */
export interface BecomeHost {
  /** Which reign this is: it starts at 1 and grows by one with each election. */
  epoch: number;
  /** The last snapshot as its host sent it; null if none is kept. */
  snapshot: unknown;
  /** Under which epoch it was taken. */
  snapshot_epoch: number | null;
  /** How long ago it arrived, in milliseconds. */
  snapshot_age_ms: number | null;
  /** Every input after the snapshot, in order: `[player id, data, seq]`. */
  inputs: KeptInput[];
  /** `exact`: the inputs follow the snapshot; `overlap`: it may hold some of them already. */
  tail: "exact" | "overlap" | null;
  /** How many inputs were dropped at the beginning, because too many came since. */
  truncated: number;
}

/** So many inputs of this member found the parking full, and no host will get them. */
export interface InputsDropped {
  /** The room's id: 8 characters of `0-9a-z`. */
  id: RoomId;
  /** Which reign this is: it starts at 1 and grows by one with each election. */
  epoch: number;
  /** How many. */
  count: number;
  /** Whose inputs they were. */
  by: PlayerId;
}

/** The answer to CONNECT, which the Socket.IO client reads by itself. */
export interface ConnectAnswer {
  /** Your player id. */
  sid: PlayerId;
  /** With `auth.recover`: what brings this player back. */
  pid?: string;
}

/** The data of a CONNECT_ERROR: `error.data` in a Socket.IO client. */
export interface RefusalCode {
  /** What clients branch on; it is stable. */
  code: ErrorCode;
}

/** CONNECT_ERROR: the connection is not taken, and trying again with the same auth changes nothing. */
export interface ConnectRefused {
  /** Words for people. */
  message: string;
  /** More for programs. */
  data: RefusalCode;
}

/** The server's figures: seconds, bytes, characters and counts. */
export interface Limits {
  /** Rooms on the server. Default: 10000. */
  max_rooms: number;
  /** Seats of a room that does not say; a room may say 1 to 64. Default: 8. */
  max_players: number;
  /** Seconds that nothing may happen in a room before it ends; 0: for ever. Default: 86400. */
  room_idle: number;
  /** Characters of a room's title; it has at least 1, something of it visible. Default: 64. */
  title: number;
  /** Characters of a room's description. Default: 512. */
  description: number;
  /** Characters of a login name; it has at least 1, something of it visible. Default: 32. */
  name: number;
  /** Bytes of a room's metadata as compact JSON. Default: 2048. */
  metadata: number;
  /** Characters of a room's password. Default: 64. */
  password: number;
  /** Seconds between two lists of the lobby. Default: 2. */
  lobby_interval: number;
  /** Most rooms in one list. Default: 100. */
  lobby_page: number;
  /** Seconds that a lost host which can come back keeps its role. Default: 3. */
  host_grace: number;
  /** Seconds that a new host may take to restore. Default: 5. */
  host_ready_timeout: number;
  /** Seconds that an empty seat is kept. Default: 60. */
  reconnect_window: number;
  /** Bytes of a snapshot. Default: 1048576. */
  snapshot_max: number;
  /** Bytes of a message. Default: 65536. */
  message: number;
  /** Requests per player; over it, what follows is not read for a while. Default: 5. */
  requests_per_second: number;
  /** Requests at once. Default: 20. */
  requests_burst: number;
  /** Relay messages per player; over it news is left out, the reliable waits. Default: 120. */
  relay_per_second: number;
  /** Relay messages at once. Default: 240. */
  relay_burst: number;
  /** Bytes of relay messages per player. Default: 262144. */
  relay_bytes_per_second: number;
  /** Bytes of reliable messages that a reader may owe before it is closed. Default: 524288. */
  backlog: number;
  /** How old the oldest of them may be. Default: 3. */
  backlog_seconds: number;
  /** Bytes of newest-wins messages held for a slow reader; beyond it the oldest go. Default: 1048576. */
  newest: number;
  /** Who takes no byte of a snapshot, or not all of a poll's answer, so long is closed. Default: 10. */
  stall_seconds: number;
  /** Who is `stall_seconds` behind this with a snapshot is closed as well. Default: 8192. */
  least_bytes_per_second: number;
  /** For the header of a first request. Default: 10. */
  header_seconds: number;
  /** Bytes of a request's header. Default: 16384. */
  header_bytes: number;
  /** For the body of a request. Default: 10. */
  body_seconds: number;
  /** Between two requests of a connection. Default: 60. */
  idle_seconds: number;
  /** From the connection to CONNECT. Default: 5. */
  connect_seconds: number;
  /** From a polling client's WebSocket to its upgrade. Default: 10. */
  upgrade_seconds: number;
  /** For the answer to a close frame. Default: 2. */
  close_seconds: number;
  /** Connections in all; beyond it 503 with Retry-After. Default: 20000. */
  connections: number;
  /** Connections of one address; beyond it 503 with Retry-After. Default: 200. */
  connections_per_address: number;
  /** Those that are no WebSockets; beyond it they are closed. Default: 400. */
  http_connections_per_address: number;
  /** New connections in all; beyond it 503 with Retry-After. Default: 1000. */
  connects_per_second: number;
  /** New connections of one address; beyond it 503 with Retry-After. Default: 50. */
  connects_per_second_per_address: number;
  /** Who is not read for so long because it is over its rate is closed. Default: 10. */
  rate_limited_seconds: number;
  /** Pings, pongs and answers nobody asked for, per connection. Default: 100. */
  controls_per_second: number;
  /** Requests without sense that close a connection. Default: 20. */
  strikes: number;
  /** Within this time. Default: 10. */
  strike_seconds: number;
  /** Bytes of snapshots kept of one address; beyond it `too_large`. Default: 33554432. */
  snapshot_bytes_per_address: number;
  /** Bytes of snapshots kept in all; beyond it `too_large`. Default: 268435456. */
  snapshot_bytes_in_all: number;
  /** Inputs that wait for a host; beyond it `parking_full`. Default: 1024. */
  parked_inputs: number;
  /** Their bytes. Default: 262144. */
  parked_bytes: number;
  /** Inputs since the last snapshot that the next host is given; the oldest go. Default: 1024. */
  tail_inputs: number;
  /** Their bytes. Default: 262144. */
  tail_bytes: number;
  /** Messages of a room kept for members that come back; the oldest go. Default: 2048. */
  ring_messages: number;
  /** Their bytes. Default: 262144. */
  ring_bytes: number;
  /** Their bytes in all rooms; the idlest give first. Default: 67108864. */
  ring_bytes_in_all: number;
  /** Keys of one member's `update` in a room. Default: 16. */
  update_keys: number;
  /** Wrong passwords in a row before a pause. Default: 5. */
  password_tries: number;
  /** That pause. Default: 60. */
  password_pause_seconds: number;
  /** Wrong passwords of one address before a pause. Default: 10. */
  address_password_tries: number;
  /** That pause. Default: 600. */
  address_password_pause_seconds: number;
  /** Wrong session keys of one address before a pause. Default: 10. */
  key_tries: number;
  /** That pause. Default: 60. */
  key_pause_seconds: number;
  /** Session keys that all together may try. Default: 100. */
  key_tries_in_all_per_second: number;
}

/** Open a room; its creator is the host. */
export interface CreateRoom {
  /** 1 to `limits.title` characters after trimming, something of it visible. */
  title: string;
  /** Which track of the server's collection; null for none. */
  track_id?: number | null;
  /** Up to `limits.description` characters after trimming. Default: "". */
  description?: string;
  /** Seats in all: 1 to 64; left out, `limits.max_players`. */
  max_players?: number | null;
  /** Not listed in the lobby. Default: false. */
  private?: boolean;
  /** 1 to `limits.password` characters; null for none. */
  password?: string | null;
  /** The game's own: what JSON can say, up to `limits.metadata` bytes in compact form. */
  metadata?: unknown;
  /** Whether another member takes over when the host goes, or the room closes. Default: "migrate". */
  on_host_exit?: OnHostExit;
  /** Whether a live host stays, or a clearly and lastingly better member takes over. Default: "keep". */
  host_policy?: HostPolicy;
  /** Whether a late joiner gets the last snapshot before anything else. Default: "live". */
  late_join?: LateJoin;
  /** Who may play, pause and seek. Default: "anyone". */
  control?: Control;
}

/** Take a seat in the room with this id. */
export interface JoinRoom {
  /** The room's id: 8 characters of `0-9a-z`. */
  id: RoomId;
  /** The password of a protected room. */
  password?: string | null;
}

/** Give the seat back; without an id, wherever it is. */
export interface LeaveRoom {
  /** The room's id: 8 characters of `0-9a-z`. */
  id?: RoomId | null;
}

/** Take a seat in the nearest matching room, or open one. */
export interface QuickJoin {
  /** Which track of the server's collection; null for none. */
  track_id?: number | null;
  /** Keys and values that the room's metadata must hold; a new room gets them. */
  metadata?: unknown;
  /** Only rooms whose host's ping is unknown or no higher. */
  max_ping_ms?: number | null;
}

/** Remove a member and keep it out. */
export interface Kick {
  /** The member's player id. */
  player_id: PlayerId;
  /** Told to that player; up to 128 characters. */
  reason?: string | null;
}

/** Change the room: only what is given counts, and null is a value for some. */
export interface UpdateRoom {
  /** 1 to `limits.title` characters after trimming, something of it visible. */
  title?: string;
  /** Up to `limits.description` characters after trimming. */
  description?: string;
  /** Seats in all: no fewer than are taken. */
  max_players?: number;
  /** Not listed in the lobby. */
  private?: boolean;
  /** Nobody is let in. */
  locked?: boolean;
  /** Another password; null takes it away. */
  password?: string | null;
  /** The game's own: what JSON can say, up to `limits.metadata` bytes in compact form. */
  metadata?: unknown;
  /** Which track of the server's collection; null for none. */
  track_id?: number | null;
}

/** Hand the room to another member. */
export interface TransferHost {
  /** The member's player id. */
  player_id: PlayerId;
}

/** Let the room's track sound, from where it stands. */
export interface PlayTrack {
  /** The room's id: 8 characters of `0-9a-z`. */
  id?: RoomId | null;
}

/** Stop the room's track where it is. */
export interface PauseTrack {
  /** The room's id: 8 characters of `0-9a-z`. */
  id?: RoomId | null;
}

/** Go to this tact of the room's track. */
export interface SeekTrack {
  /** Which tact comes next, from 0. */
  tact: number;
  /** The room's id: 8 characters of `0-9a-z`. */
  id?: RoomId | null;
}

/** Subscribe to the list of rooms, or stop. */
export interface WatchLobby {
  /** Whether lists should come. Default: true. */
  subscribe?: boolean;
  /** What the list is narrowed to. */
  filter?: LobbyFilter | null;
  /** After the first list, only what has changed. Default: false. */
  delta?: boolean;
}

/** Take a name. */
export interface Login {
  /** 1 to `limits.name` characters after trimming, something of it visible. */
  name: string;
}

/** Open a room that is joined by key, with phantom users on the host's own device. */
export interface CreateSession {
  /** How the session is played. Default: "default". */
  type?: SessionType;
  /** Further people on the host's own device, each with a seat: 0 to `max_players` - 1. Default: 0. */
  ph_users?: number;
  /** As a room's; left out, the session is titled after its host. */
  title?: string | null;
  /** Which track of the server's collection; null for none. */
  track_id?: number | null;
  /** Up to `limits.description` characters after trimming. Default: "". */
  description?: string;
  /** Seats in all: 1 to 64; left out, `limits.max_players`. */
  max_players?: number | null;
  /** The game's own: what JSON can say, up to `limits.metadata` bytes in compact form. */
  metadata?: unknown;
  /** Whether another member takes over when the host goes, or the room closes. Default: "migrate". */
  on_host_exit?: OnHostExit;
  /** Whether a live host stays, or a clearly and lastingly better member takes over. Default: "keep". */
  host_policy?: HostPolicy;
  /** Whether a late joiner gets the last snapshot before anything else. Default: "live". */
  late_join?: LateJoin;
  /** Who may play, pause and seek. Default: "anyone". */
  control?: Control;
}

/** Take a seat in the session that this key opens. */
export interface JoinSession {
  /** The key as it was told; any case is accepted. */
  session_key: string;
}

/** What a client says of itself: that it cannot be host, that its page is in the background. */
export interface Hint {
  /** False: this device cannot be host, unless it creates a room itself. */
  can_host?: boolean | null;
  /** Whether the page is in the background; such a member is host last. */
  hidden?: boolean | null;
}

/** The new host has restored the game. */
export interface HostReady {
  /** The epoch of the `become_host` that this answers. */
  epoch: number;
}

/** What a lobby list is narrowed to. */
export interface LobbyFilter {
  /** Words that the title or description holds; case does not matter. */
  text?: string | null;
  /** Which track of the server's collection; null for none. */
  track_id?: number | null;
  /** Keys and values that the room's metadata must hold. */
  metadata?: Record<string, unknown> | null;
  /** Only rooms that are, or are not, joinable. */
  joinable?: boolean | null;
  /** Only rooms whose host's ping is known and no higher. */
  max_ping_ms?: number | null;
  /** In which order; `ping` where it is left out. */
  sort?: "ping" | "players" | "created" | "title" | null;
  /** Most entries: 1 to `limits.lobby_page`. */
  limit?: number | null;
  /** `next_cursor` of the page before: answers once, and does not subscribe. */
  cursor?: string | null;
}

/** What a client says of itself when it connects; everything may be left out. */
export interface Auth {
  /** A login name, as `login` would take it. */
  name?: string | null;
  /** A signed login, where the operator wants one. */
  token?: string | null;
  /** False: this device cannot be host, unless it creates a room itself. */
  can_host?: boolean | null;
  /** Ask for connection state recovery: a `pid`, and offsets behind recorded events. */
  recover?: boolean | null;
  /** What a former connection got, to come back as the same player. */
  pid?: string | null;
  /** The last offset seen, to get what was missed; the Socket.IO client sends it by itself. */
  offset?: string | null;
  /** As host, get each input's place as its last argument. */
  seq?: boolean | null;
}

/** What `create` takes. */
export type CreateArgs =
  | [track_id: number | null, title: string]
  | [track_id: number | null, title: string, description: string | null]
  | [track_id: number | null, title: string, description: string | null, max_players: number | null]
  | [options: CreateRoom];

/** What `join` takes. */
export type JoinArgs = [id: RoomId] | [options: JoinRoom];

/** What `leave` takes. */
export type LeaveArgs = [] | [id: RoomId | null] | [options: LeaveRoom];

/** What `quick_join` takes. */
export type QuickJoinArgs = [] | [options: QuickJoin];

/** What `kick` takes. */
export type KickArgs =
  | [player_id: PlayerId]
  | [player_id: PlayerId, reason: string | null]
  | [options: Kick];

/** What `update_room` takes. */
export type UpdateRoomArgs = [] | [options: UpdateRoom];

/** What `transfer_host` takes. */
export type TransferHostArgs = [player_id: PlayerId] | [options: TransferHost];

/** What `play` takes. */
export type PlayArgs = [] | [id: RoomId | null] | [options: PlayTrack];

/** What `pause` takes. */
export type PauseArgs = [] | [id: RoomId | null] | [options: PauseTrack];

/** What `seek` takes. */
export type SeekArgs = [id: RoomId | null, tact: number] | [options: SeekTrack];

/** What `all-rooms` takes. */
export type AllRoomsArgs = [] | [options: WatchLobby];

/** What `update-rooms` takes. */
export type UpdateRoomsArgs = [];

/** What `login` takes. */
export type LoginArgs = [options: Login];

/** What `logout` takes. */
export type LogoutArgs = [];

/** What `create_session` takes. */
export type CreateSessionArgs = [] | [options: CreateSession];

/** What `join_session` takes. */
export type JoinSessionArgs = [session_key: string] | [options: JoinSession];

/** What `proccess_check` takes. */
export type ProccessCheckArgs = [] | [options: unknown];

/** What `process_check` takes. */
export type ProcessCheckArgs = [] | [options: unknown];

/** What `hint` takes. */
export type HintArgs = [] | [options: Hint];

/** What `clock` takes. */
export type ClockArgs = [] | [client: number | null];

/** What `pings` takes. */
export type PingsArgs = [];

/** What `host_ready` takes. */
export type HostReadyArgs = [options: HostReady];

/** What `state` takes. */
export type StateArgs = [data: unknown];

/** What `update` takes. */
export type UpdateArgs = [key: string, data: unknown];

/** What `input` takes. */
export type InputArgs = [data: unknown] | [data: unknown, number: RunningNumber];

/** What `broadcast` takes. */
export type BroadcastArgs = [data: unknown] | [data: unknown, number: RunningNumber];

/** What `direct` takes. */
export type DirectArgs =
  | [to: PlayerId | PlayerId[], data: unknown]
  | [to: PlayerId | PlayerId[], data: unknown, number: RunningNumber];

/** What `snapshot` takes. */
export type SnapshotArgs = [data: unknown] | [data: unknown, about: Covers];

/** All that a client may send, and what the ack holds beside `ok: true`. */
export interface Requests {
  /** Open a room; its creator is the host. In the positional form null stands for a room without track. */
  "create": { args: CreateArgs; answer: RoomView };
  /** Take a seat in the room with this id. One's own room answers again and tells nobody; the others get
   * `player_joined`. */
  "join": { args: JoinArgs; answer: JoinedRoom };
  /** Give the seat back; without an id, wherever it is. The others get `player_left`. */
  "leave": { args: LeaveArgs; answer: RoomLeft };
  /** Take a seat in the nearest matching room, or open one. The lowest host ping wins, unknown last, then
   * the fullest, then the oldest room. */
  "quick_join": { args: QuickJoinArgs; answer: JoinedRoom | RoomView };
  /** Remove a member and keep it out. Host only. */
  "kick": { args: KickArgs; answer: unknown };
  /** Change the room: only what is given counts, and null is a value for some. Host only; what is left out
   * stays as it is. */
  "update_room": { args: UpdateRoomArgs; answer: RoomView };
  /** Hand the room to another member. Host only. */
  "transfer_host": { args: TransferHostArgs; answer: unknown };
  /** Let the room's track sound, from where it stands. */
  "play": { args: PlayArgs; answer: TrackState };
  /** Stop the room's track where it is. */
  "pause": { args: PauseArgs; answer: TrackState };
  /** Go to this tact of the room's track. */
  "seek": { args: SeekArgs; answer: TrackState };
  /** Subscribe to the list of rooms, or stop. `subscribe: false` answers `{ok: true}` alone. */
  "all-rooms": { args: AllRoomsArgs; answer: RoomListAnswer | Record<never, never> };
  /** Send the list of rooms now. Subscribes too, unless the player is in a room or said `subscribe:
   * false`. */
  "update-rooms": { args: UpdateRoomsArgs; answer: RoomListAnswer };
  /** Take a name. */
  "login": { args: LoginArgs; answer: LoggedIn };
  /** Leave the room or session and give the name back. */
  "logout": { args: LogoutArgs; answer: LoggedOut };
  /** Open a room that is joined by key, with phantom users on the host's own device. */
  "create_session": { args: CreateSessionArgs; answer: SessionCreated };
  /** Take a seat in the session that this key opens. */
  "join_session": { args: JoinSessionArgs; answer: JoinedRoom };
  /** Set the session to work; `options` are passed on as they are. Host only. The same as `process_check`. */
  "proccess_check": { args: ProccessCheckArgs; answer: SessionStarted };
  /** Set the session to work; `options` are passed on as they are. Host only. */
  "process_check": { args: ProcessCheckArgs; answer: SessionStarted };
  /** What a client says of itself: that it cannot be host, that its page is in the background. */
  "hint": { args: HintArgs; answer: unknown };
  /** Ask the server's time. With an ack there is no event. */
  "clock": { args: ClockArgs; answer: ClockAnswer };
  /** Ask the cached pings of oneself and one's host. With an ack there is no event. */
  "pings": { args: PingsArgs; answer: PingsAnswer };
  /** The new host has restored the game. */
  "host_ready": { args: HostReadyArgs; answer: unknown };
  /** The host tells all other members the state of its game: the newest wins. */
  "state": { args: StateArgs; answer: unknown };
  /** A member tells all others something under a key: the newest wins per sender and key. */
  "update": { args: UpdateArgs; answer: unknown };
  /** A member tells its host something: reliable, in order, kept while a new host takes over. */
  "input": { args: InputArgs; answer: NumberTaken };
  /** A member tells all others something: reliable, in order. */
  "broadcast": { args: BroadcastArgs; answer: NumberTaken };
  /** A member tells one or some members something: reliable, in order. */
  "direct": { args: DirectArgs; answer: NumberTaken };
  /** The host gives the server what the next host restores the game from: the last one wins. */
  "snapshot": { args: SnapshotArgs; answer: unknown };
}

/** All that the server sends, and its arguments. */
export interface Events {
  /** Follows CONNECT. */
  "welcome": [it: Welcome];
  /** The room is open, and the one who asked is its host. */
  "create_success": [room: RoomView];
  /** A seat is taken: the room as it stands, for the one who joined or came back. */
  "join_success": [room: JoinedRoom];
  /** The seat was given back. */
  "leave_success": [it: RoomLeft];
  /** The room has changed. */
  "room_updated": [room: RoomView];
  /** The name is taken. */
  "login_success": [it: LoggedIn];
  /** The name was given back, and with it any seat. */
  "logout_success": [it: LoggedOut];
  /** The session's key, for its host; the ack also carries the room. */
  "send_session_key": [session: SessionKeySent];
  /** The server's clock when the question came and when the answer went. Only where no ack was asked for. */
  "clock": [it: ClockAnswer];
  /** The cached pings of oneself and one's host; null while unknown. Only where no ack was asked for. */
  "pings": [it: PingsAnswer];
  /** Somebody took a seat in the room. */
  "player_joined": [it: PlayerJoined];
  /** A member's seat is free again. */
  "player_left": [it: PlayerLeft];
  /** A member is away; its seat is kept until then. */
  "player_disconnected": [it: PlayerDisconnected];
  /** A member that was away is back. */
  "player_reconnected": [it: PlayerReconnected];
  /** The host removed this player, which may not come back into the room. */
  "kicked": [it: Kicked];
  /** The room is over, for all its members. */
  "room_closed": [it: RoomIsClosed];
  /** Nothing happens in the room: it will be closed, unless something does. */
  "room_idle": [it: RoomIdle];
  /** The room's track was started, stopped or moved. */
  "track_state": [it: TrackState];
  /** A tact that will sound at this moment. */
  "tact": [it: Tact];
  /** The last tact has sounded to its end. */
  "track_ended": [it: TrackEnded];
  /** Somebody joined the session; also told to the one who did. */
  "user_connected": [it: UserConnected];
  /** The host has set the session to work. */
  "session_started": [it: SessionStarted];
  /** The charge of the room passed on; `epoch` counts the reigns. */
  "host_changed": [it: HostChanged];
  /** The host is about to be followed by another: its last snapshot is wanted now. */
  "snapshot_request": [it: SnapshotRequest];
  /** The room plays on under this host. */
  "host_ready": [it: HostIsReady];
  /** Who would follow the host, best first. */
  "successors": [it: Successors];
  /** The rooms of the lobby, joinable first, then by ping, unknown last. `info` comes only where `delta`
   * or `filter` was asked for. */
  "all-rooms": [rooms: LobbyEntry[], info?: LobbyInfo];
  /** What has changed in the list since the version before. */
  "rooms-delta": [it: RoomsDelta];
  /** A request was refused. */
  "error": [it: ErrorTold];
  /** The seat was taken over by a newer connection. */
  "replaced": [it: Replaced];
  /** The server is about to close this connection, and why. */
  "closing": [it: Closing];
  /** The server stops; come back after this delay. */
  "draining": [it: DrainAnnounced];
  /** The reign is this player's: restore the game from this, then answer `host_ready {epoch}`. */
  "become_host": [it: BecomeHost];
  /** So many inputs of this member found the parking full, and no host will get them. */
  "inputs_dropped": [it: InputsDropped];
  /** The state of the host's game. */
  "state": [data: unknown];
  /** What another member tells under a key. */
  "update": [from: PlayerId, key: string, data: unknown];
  /** What a member tells its host. */
  "input": [from: PlayerId, data: unknown, about?: InputSeq];
  /** What another member tells all. */
  "broadcast": [from: PlayerId, data: unknown];
  /** What another member tells you. */
  "direct": [from: PlayerId, data: unknown];
  /** The last snapshot, for who joins late a room with `late_join: snapshot`. */
  "snapshot": [data: unknown, about: SnapshotAbout];
}

/** What an ack holds: the answer with `ok: true`, or why it was refused. */
export type Answer<T> = (T & Done) | Refused;

/** The arguments of a request, without or with a callback for its ack behind them. */
export type WithAck<A extends unknown[], T> = A extends unknown[]
  ? A | [...A, ack: (answer: Answer<T>) => void]
  : never;

/** The name of a request. */
export type RequestName = keyof Requests;

/** The name of an event that the server sends. */
export type EventName = keyof Events;

/** For `Socket<ServerToClientEvents, ClientToServerEvents>` of socket.io-client. */
export type ClientToServerEvents = {
  [E in RequestName]: (...args: WithAck<Requests[E]["args"], Requests[E]["answer"]>) => void;
};

/** For `Socket<ServerToClientEvents, ClientToServerEvents>` of socket.io-client. */
export type ServerToClientEvents = { [E in EventName]: (...args: Events[E]) => void };
