"""The wire contract as types.

Made by `python -m gameserver.contract` from the server's own types: change those, then run it again.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

PlayerId: TypeAlias = str
"""A player's id: the Socket.IO id of its first connection."""

RoomId: TypeAlias = str
"""A room's id: 8 characters of `0-9a-z`."""

SessionKey: TypeAlias = str
"""What opens a session: 6 of `A-Z2-9` without I and O."""

Role: TypeAlias = Literal["HOST", "CLIENT"]
"""What a member is in its room."""

UserType: TypeAlias = Literal["USER", "HOST", "CLIENT"]
"""What a player is: in no room, a room's host, or another member."""

RoomState: TypeAlias = Literal["open", "started", "migrating", "waiting"]
"""What a room does: `started` is a session at work, `waiting` has no host."""

OnHostExit: TypeAlias = Literal["migrate", "close"]
"""What becomes of the room when its host goes."""

HostPolicy: TypeAlias = Literal["keep", "best"]
"""`keep`: a live host stays; `best`: a clearly and lastingly better member takes over."""

LateJoin: TypeAlias = Literal["live", "snapshot"]
"""`snapshot`: a late joiner gets the last snapshot first; `live`: it does not."""

Control: TypeAlias = Literal["anyone", "host"]
"""Who may play, pause and seek the track."""

SessionType: TypeAlias = Literal["default", "single_device"]
"""`default`: each on a device of one's own; `single_device`: all on the host's."""

LeaveReason: TypeAlias = Literal["left", "lost", "kicked", "replaced"]
"""Why a seat is free again."""

CloseReason: TypeAlias = Literal["host_left", "no_host", "closed", "idle"]
"""Why a room is over."""

HostChangeReason: TypeAlias = Literal[
    "left",
    "lost",
    "silent",
    "transfer",
    "policy",
    "timeout",
    "drain",
    "returned",
    "restart",
]
"""Why the charge of a room passed on."""

Band: TypeAlias = Literal["good", "fair", "poor"]
"""How good a ping is."""

ErrorCode: TypeAlias = Literal[
    "already_in_room",
    "bad_request",
    "draining",
    "internal",
    "kicked",
    "name_invalid",
    "not_a_member",
    "not_host",
    "not_in_room",
    "not_logged_in",
    "parking_full",
    "player_unavailable",
    "rate_limited",
    "room_closed",
    "room_full",
    "room_limit",
    "room_locked",
    "room_not_found",
    "session_type",
    "stale_host",
    "too_large",
    "track_not_found",
    "unauthorized",
    "unknown_event",
    "wrong_password",
]
"""The code of a refusal."""

CloseCode: TypeAlias = Literal[
    "bad_request",
    "draining",
    "internal",
    "rate_limited",
    "replaced",
    "slow_consumer",
    "unauthorized",
]
"""Why the server closes a connection."""

KeptInput: TypeAlias = list[Any]
"""An input that the server kept for the next host: who sent it, what, and its `seq`."""

RequestName: TypeAlias = Literal[
    "create",
    "join",
    "leave",
    "quick_join",
    "kick",
    "update_room",
    "transfer_host",
    "play",
    "pause",
    "seek",
    "all-rooms",
    "update-rooms",
    "login",
    "logout",
    "create_session",
    "join_session",
    "proccess_check",
    "process_check",
    "hint",
    "clock",
    "pings",
    "host_ready",
    "state",
    "update",
    "input",
    "broadcast",
    "direct",
    "snapshot",
]
"""What a client may send."""

EventName: TypeAlias = Literal[
    "welcome",
    "create_success",
    "join_success",
    "leave_success",
    "room_updated",
    "login_success",
    "logout_success",
    "send_session_key",
    "clock",
    "pings",
    "player_joined",
    "player_left",
    "player_disconnected",
    "player_reconnected",
    "kicked",
    "room_closed",
    "room_idle",
    "track_state",
    "tact",
    "track_ended",
    "user_connected",
    "session_started",
    "host_changed",
    "snapshot_request",
    "host_ready",
    "successors",
    "all-rooms",
    "rooms-delta",
    "error",
    "replaced",
    "closing",
    "draining",
    "become_host",
    "inputs_dropped",
    "state",
    "update",
    "input",
    "broadcast",
    "direct",
    "snapshot",
]
"""What the server may send."""


class RoomView(TypedDict):
    """A room as its members see it."""

    id: RoomId
    """The room's id: 8 characters of `0-9a-z`."""
    track: TrackView | None
    """The room's track as it stands; null for a room without one."""
    title: str
    """1 to `limits.title` characters after trimming, something of it visible."""
    description: str
    """Up to `limits.description` characters after trimming."""
    users: list[PlayerId]
    """The player ids of all seated members, in join order."""
    host: PlayerId | None
    """Who is host; null while there is nobody who can be."""
    epoch: int
    """Which reign this is: it starts at 1 and grows by one with each election."""
    max_players: int
    """Seats in all: 1 to 64."""
    private: bool
    """Not listed in the lobby."""
    locked: bool
    """Nobody is let in."""
    protected: bool
    """A password is asked for."""
    state: RoomState
    """What the room is doing."""
    metadata: Any
    """The game's own: what JSON can say, up to `limits.metadata` bytes in compact form."""
    on_host_exit: OnHostExit
    """Whether another member takes over when the host goes, or the room closes."""
    host_policy: HostPolicy
    """Whether a live host stays, or a clearly and lastingly better member takes over."""
    late_join: LateJoin
    """Whether a late joiner gets the last snapshot before anything else."""
    control: Control
    """Who may play, pause and seek."""
    created_at: int
    """When the room was opened: Unix milliseconds of the server's clock."""
    players: list[PlayerView]
    """All seated members in join order, those that are away included."""


class PlayerView(TypedDict):
    """A seated member."""

    id: PlayerId
    """The player's id: the Socket.IO id of its first connection."""
    name: str | None
    """The login name; null where there is none."""
    role: Role
    """Whether it is the host."""
    connected: bool
    """False while its seat is kept for it."""
    ping_ms: float | None
    """The cached round trip between server and player in milliseconds; null while unknown."""
    phantoms: list[str]
    """The phantom users on its device: `<player id>#1` and so on."""


class TrackView(TypedDict):
    """A room's track as it stands."""

    track_values: list[int]
    """One MIDI note number per tact; 0 is a rest."""
    tact: int
    """The index of the next tact to sound."""
    track_id: int
    """Which track of the server's collection it is."""
    playerInterval: float | None
    """Milliseconds per tact while it plays; null while it stands."""
    next_at: int | None
    """When the next tact sounds: Unix milliseconds, server's clock; null while it stands."""


class LobbyEntry(TypedDict):
    """A room as the lobby lists it; the ping is the cached one, its age beside it."""

    id: RoomId
    """The room's id: 8 characters of `0-9a-z`."""
    title: str
    """1 to `limits.title` characters after trimming, something of it visible."""
    description: str
    """Up to `limits.description` characters after trimming."""
    players: int
    """Seats taken: phantom users and kept seats included."""
    max_players: int
    """Seats in all: 1 to 64."""
    joinable: bool
    """Not locked, and a seat free."""
    locked: bool
    """Nobody is let in."""
    protected: bool
    """A password is asked for."""
    state: RoomState
    """What the room is doing."""
    track_id: int | None
    """Which track of the server's collection; null for none."""
    metadata: Any
    """The game's own: what JSON can say, up to `limits.metadata` bytes in compact form."""
    host: HostView | None
    """Who hosts it; null while nobody does."""
    ping_ms: float | None
    """The cached round trip between server and host; a client adds its own."""
    jitter_ms: float | None
    """How much the ping varies, in milliseconds; null while unknown."""
    ping_age_ms: int | None
    """How old that ping is; null while unknown."""
    band: Band | None
    """The ping as a colour would show it; null while unknown."""


class HostView(TypedDict):
    """Who hosts a listed room."""

    id: PlayerId
    """The host's player id."""
    name: str | None
    """The login name; null where there is none."""


class LobbyInfo(TypedDict):
    """What comes with a list that was asked for with a filter or deltas."""

    version: int
    """Counts the lists; a gap means that something was missed: ask `update-rooms`."""
    total: int
    """How many rooms match in all."""
    next_cursor: str | None
    """Where the next page begins; null on the last."""


class Candidate(TypedDict):
    """A member as an election saw it."""

    id: PlayerId
    """The player id."""
    ping_ms: float | None
    """The cached round trip between server and player in milliseconds; null while unknown."""
    score: float | None
    """What the election went by: lower is better; null for unknown."""


class PingView(TypedDict):
    """One cached ping."""

    ping_ms: float
    """The round trip between server and player, in milliseconds."""
    jitter_ms: float | None
    """How much the ping varies, in milliseconds; null while unknown."""
    age_ms: int
    """How old this is, in milliseconds."""
    band: Band
    """The ping as a colour would show it."""


class Welcome(TypedDict):
    """Follows CONNECT."""

    id: PlayerId
    """Your own player id; it stays the same over recoveries."""
    server_time: int
    """Unix milliseconds of the server's clock."""
    protocol: int
    """The version of this contract; 1."""
    limits: Limits
    """The server's figures."""
    resume: NotRequired[str]
    """The pid, with `auth.recover` only: sent as `auth.pid` it brings a reloaded page back."""
    last_close: NotRequired[str]
    """Why the server closed the former connection of this player, if it did."""


class RoomLeft(TypedDict):
    """The seat was given back."""

    id: RoomId
    """The room's id: 8 characters of `0-9a-z`."""


class LoggedIn(TypedDict):
    """The name is taken."""

    message: str
    """Words for people."""
    name: str
    """The name as it was taken: trimmed."""
    type: UserType
    """What the player is: in no room, its host, or another member."""


class LoggedOut(TypedDict):
    """The name was given back, and with it any seat."""

    message: str
    """Words for people."""


class SessionCreated(TypedDict):
    """The session's key, for its host; the ack also carries the room."""

    message: str
    """Words for people."""
    session_key: SessionKey
    """The key that opens the session: 6 of `A-Z2-9` without I and O."""
    room: RoomView
    """The session's room."""


class ClockAnswer(TypedDict):
    """The server's clock when the question came and when the answer went."""

    client: float | None
    """The client's own time, given back unchanged."""
    received: float
    """When the question came: Unix milliseconds of the server's clock."""
    sent: float
    """When the answer went: Unix milliseconds of the server's clock."""


class PingsAnswer(TypedDict):
    """The cached pings of oneself and one's host; null while unknown."""

    you: PingView | None
    """Your own; null while nothing is known."""
    host: PingView | None
    """Your room's host; null in no room, or while nothing is known."""


class PlayerJoined(TypedDict):
    """Somebody took a seat in the room."""

    id: RoomId
    """The room's id: 8 characters of `0-9a-z`."""
    player: PlayerView
    """The member as the room lists it."""


class PlayerLeft(TypedDict):
    """A member's seat is free again."""

    id: RoomId
    """The room's id: 8 characters of `0-9a-z`."""
    player_id: PlayerId
    """The member's player id."""
    reason: LeaveReason
    """Why."""


class PlayerDisconnected(TypedDict):
    """A member is away; its seat is kept until then."""

    id: RoomId
    """The room's id: 8 characters of `0-9a-z`."""
    player_id: PlayerId
    """The member's player id."""
    until: int
    """Unix milliseconds of the server's clock."""


class PlayerReconnected(TypedDict):
    """A member that was away is back."""

    id: RoomId
    """The room's id: 8 characters of `0-9a-z`."""
    player_id: PlayerId
    """The member's player id."""


class Kicked(TypedDict):
    """The host removed this player, which may not come back into the room."""

    id: RoomId
    """The room's id: 8 characters of `0-9a-z`."""
    reason: str | None
    """What the host gave as reason, if anything."""


class RoomIsClosed(TypedDict):
    """The room is over, for all its members."""

    id: RoomId
    """The room's id: 8 characters of `0-9a-z`."""
    reason: CloseReason
    """Why."""


class RoomIdle(TypedDict):
    """Nothing happens in the room: it will be closed, unless something does."""

    id: RoomId
    """The room's id: 8 characters of `0-9a-z`."""
    closing_in_ms: int
    """So long from now, unless something happens."""


class TrackState(TypedDict):
    """The room's track was started, stopped or moved."""

    id: RoomId
    """The room's id: 8 characters of `0-9a-z`."""
    track_id: int
    """Which track of the server's collection it is."""
    tact: int
    """The index of the next tact to sound."""
    playing: bool
    """Whether it runs."""
    playerInterval: float | None
    """Milliseconds per tact while it plays; null while it stands."""
    next_at: int | None
    """When the next tact sounds: Unix milliseconds, server's clock; null while it stands."""
    by: PlayerId | None
    """Who did it; null for the server."""


class Tact(TypedDict):
    """A tact that will sound at this moment."""

    tact: int
    """The index of the tact."""
    value: int
    """The MIDI note number; 0 is a rest."""
    at: int
    """When it sounds: Unix milliseconds of the server's clock."""


class TrackEnded(TypedDict):
    """The last tact has sounded to its end."""

    id: RoomId
    """The room's id: 8 characters of `0-9a-z`."""


class UserConnected(TypedDict):
    """Somebody joined the session; also told to the one who did."""

    message: str
    """Words for people."""
    name: str
    """The name of the one who joined."""


class SessionStarted(TypedDict):
    """The host has set the session to work."""

    session_key: SessionKey
    """The key that opens the session: 6 of `A-Z2-9` without I and O."""
    options: Any
    """What the host gave with it, unchanged; null for nothing."""
    started_at: int
    """Unix milliseconds of the server's clock."""
    users: list[PlayerId]
    """The player ids of all seated members, in join order."""


class HostChanged(TypedDict):
    """The charge of the room passed on; `epoch` counts the reigns."""

    id: RoomId
    """The room's id: 8 characters of `0-9a-z`."""
    host: PlayerId | None
    """Who is host; null while there is nobody who can be."""
    previous: PlayerId | None
    """Who was host before; null if nobody was."""
    epoch: int
    """Which reign this is: it starts at 1 and grows by one with each election."""
    reason: HostChangeReason
    """Why."""
    candidates: list[Candidate]
    """All who were ranked, best first, with what they were ranked by."""


class SnapshotRequest(TypedDict):
    """The host is about to be followed by another: its last snapshot is wanted now."""

    epoch: int
    """Which reign this is: it starts at 1 and grows by one with each election."""
    reason: HostChangeReason
    """Why."""
    within_ms: int
    """So long the server waits for the snapshot."""


class HostIsReady(TypedDict):
    """The room plays on under this host."""

    host: PlayerId
    """Who is host."""
    epoch: int
    """Which reign this is: it starts at 1 and grows by one with each election."""
    forced: bool
    """Whether no new host said that it is ready, and one was taken without."""


class Successors(TypedDict):
    """Who would follow the host, best first."""

    host: PlayerId | None
    """Who is host; null while there is nobody who can be."""
    next: list[PlayerId]
    """Who would follow, best first."""


class RoomsDelta(TypedDict):
    """What has changed in the list since the version before."""

    version: int
    """Counts the lists; a gap means that something was missed: ask `update-rooms`."""
    added: list[LobbyEntry]
    """Rooms that are new in the list."""
    changed: list[LobbyEntry]
    """Rooms that are listed otherwise now."""
    removed: list[RoomId]
    """Rooms that are no longer in the list."""


class ErrorTold(TypedDict):
    """A request was refused."""

    message: str
    """Words for people."""
    code: ErrorCode
    """What clients branch on; it is stable."""
    event: str | None
    """The request that failed; null where it was none."""


class Replaced(TypedDict):
    """The seat was taken over by a newer connection."""


class Closing(TypedDict):
    """The server is about to close this connection, and why."""

    code: CloseCode
    """What clients branch on; it is stable."""
    message: str
    """Words for people."""


class DrainAnnounced(TypedDict):
    """The server stops; come back after this delay."""

    reconnect_in_ms: int
    """Come back after so many milliseconds; the delays are spread."""


class Done(TypedDict):
    """What every ack of a request that was done holds."""

    ok: Literal[True]
    """Whether it was done."""
    durable: NotRequired[Literal[False]]
    """False: it is done, but could not be stored, and a restart of the server may forget it."""


class RefusedBecause(TypedDict):
    """Why a request was refused."""

    code: ErrorCode
    """What clients branch on; it is stable."""
    message: str
    """Words for people."""


class Refused(TypedDict):
    """The ack of a request that was refused; it changed nothing."""

    ok: Literal[False]
    """Whether it was done."""
    error: RefusedBecause
    """Why it was refused."""


class JoinedRoom(TypedDict):
    """The room as it is told to who has joined it, or has come back to it."""

    id: RoomId
    """The room's id: 8 characters of `0-9a-z`."""
    track: TrackView | None
    """The room's track as it stands; null for a room without one."""
    title: str
    """1 to `limits.title` characters after trimming, something of it visible."""
    description: str
    """Up to `limits.description` characters after trimming."""
    users: list[PlayerId]
    """The player ids of all seated members, in join order."""
    host: PlayerId | None
    """Who is host; null while there is nobody who can be."""
    epoch: int
    """Which reign this is: it starts at 1 and grows by one with each election."""
    max_players: int
    """Seats in all: 1 to 64."""
    private: bool
    """Not listed in the lobby."""
    locked: bool
    """Nobody is let in."""
    protected: bool
    """A password is asked for."""
    state: RoomState
    """What the room is doing."""
    metadata: Any
    """The game's own: what JSON can say, up to `limits.metadata` bytes in compact form."""
    on_host_exit: OnHostExit
    """Whether another member takes over when the host goes, or the room closes."""
    host_policy: HostPolicy
    """Whether a live host stays, or a clearly and lastingly better member takes over."""
    late_join: LateJoin
    """Whether a late joiner gets the last snapshot before anything else."""
    control: Control
    """Who may play, pause and seek."""
    created_at: int
    """When the room was opened: Unix milliseconds of the server's clock."""
    players: list[PlayerView]
    """All seated members in join order, those that are away included."""
    n: NotRequired[None]
    """Null after a restart of the server: what was unacknowledged may have arrived."""


class SessionKeySent(TypedDict):
    """The key that opens the new session, for its host."""

    message: str
    """Words for people."""
    session_key: str
    """The key that opens the session: 6 of `A-Z2-9` without I and O."""


class RoomListAnswer(TypedDict):
    """The list of rooms as the ack of a request for it."""

    rooms: list[LobbyEntry]
    """The list."""
    version: NotRequired[int]
    """Counts the lists; a gap means that something was missed: ask `update-rooms`."""
    total: NotRequired[int]
    """How many rooms match in all."""
    next_cursor: NotRequired[str | None]
    """Where the next page begins; null on the last."""


class NumberTaken(TypedDict):
    """The ack of a reliable event that carried a running number; without one it is `{ok: true}`."""

    n: NotRequired[int]
    """The highest running number that was taken."""
    repeat: NotRequired[Literal[True]]
    """It had been done already, and was not done again."""


class RunningNumber(TypedDict):
    """Ends a reliable event: what was sent twice, because no ack came, is done once."""

    n: int
    """Your number in this room, from 1: one over `input`, `broadcast`, `direct`."""


class Covers(TypedDict):
    """Ends a snapshot: the last input that it holds."""

    covers: int
    """The `seq` of the last input that the snapshot holds; 0 for none."""


class InputSeq(TypedDict):
    """Ends an input for a host that said `auth.seq`, or has ever sent `covers`."""

    seq: int
    """The place of the input in the room's order of inputs, from 1."""


class SnapshotAbout(TypedDict):
    """Comes behind the snapshot that a late joiner gets."""

    epoch: int
    """Which reign this is: it starts at 1 and grows by one with each election."""
    age_ms: int
    """How old this is, in milliseconds."""


class BecomeHost(TypedDict):
    """The reign is this player's: restore the game from this, then answer `host_ready {epoch}`."""

    epoch: int
    """Which reign this is: it starts at 1 and grows by one with each election."""
    snapshot: Any
    """The last snapshot as its host sent it; null if none is kept."""
    snapshot_epoch: int | None
    """Under which epoch it was taken."""
    snapshot_age_ms: int | None
    """How long ago it arrived, in milliseconds."""
    inputs: list[KeptInput]
    """Every input after the snapshot, in order: `[player id, data, seq]`."""
    tail: Literal["exact", "overlap"] | None
    """`exact`: the inputs follow the snapshot; `overlap`: it may hold some of them already."""
    truncated: int
    """How many inputs were dropped at the beginning, because too many came since."""


class InputsDropped(TypedDict):
    """So many inputs of this member found the parking full, and no host will get them."""

    id: RoomId
    """The room's id: 8 characters of `0-9a-z`."""
    epoch: int
    """Which reign this is: it starts at 1 and grows by one with each election."""
    count: int
    """How many."""
    by: PlayerId
    """Whose inputs they were."""


class ConnectAnswer(TypedDict):
    """The answer to CONNECT, which the Socket.IO client reads by itself."""

    sid: PlayerId
    """Your player id."""
    pid: NotRequired[str]
    """With `auth.recover`: what brings this player back."""


class RefusalCode(TypedDict):
    """The data of a CONNECT_ERROR: `error.data` in a Socket.IO client."""

    code: ErrorCode
    """What clients branch on; it is stable."""


class ConnectRefused(TypedDict):
    """CONNECT_ERROR: the connection is not taken, and trying again with the same auth changes nothing."""

    message: str
    """Words for people."""
    data: RefusalCode
    """More for programs."""


class Limits(TypedDict):
    """The server's figures: seconds, bytes, characters and counts."""

    max_rooms: int
    """Rooms on the server. Default: 10000."""
    max_players: int
    """Seats of a room that does not say; a room may say 1 to 64. Default: 8."""
    room_idle: float
    """Seconds that nothing may happen in a room before it ends; 0: for ever. Default: 86400."""
    title: int
    """Characters of a room's title; it has at least 1, something of it visible. Default: 64."""
    description: int
    """Characters of a room's description. Default: 512."""
    name: int
    """Characters of a login name; it has at least 1, something of it visible. Default: 32."""
    metadata: int
    """Bytes of a room's metadata as compact JSON. Default: 2048."""
    password: int
    """Characters of a room's password. Default: 64."""
    lobby_interval: float
    """Seconds between two lists of the lobby. Default: 2."""
    lobby_page: int
    """Most rooms in one list. Default: 100."""
    host_grace: float
    """Seconds that a lost host which can come back keeps its role. Default: 3."""
    host_ready_timeout: float
    """Seconds that a new host may take to restore. Default: 5."""
    reconnect_window: float
    """Seconds that an empty seat is kept. Default: 60."""
    snapshot_max: int
    """Bytes of a snapshot. Default: 1048576."""
    message: int
    """Bytes of a message. Default: 65536."""
    requests_per_second: float
    """Requests per player; over it, what follows is not read for a while. Default: 5."""
    requests_burst: int
    """Requests at once. Default: 20."""
    relay_per_second: float
    """Relay messages per player; over it news is left out, the reliable waits. Default: 120."""
    relay_burst: int
    """Relay messages at once. Default: 240."""
    relay_bytes_per_second: int
    """Bytes of relay messages per player. Default: 262144."""
    backlog: int
    """Bytes of reliable messages that a reader may owe before it is closed. Default: 524288."""
    backlog_seconds: float
    """How old the oldest of them may be. Default: 3."""
    newest: int
    """Bytes of newest-wins messages held for a slow reader; beyond it the oldest go. Default: 1048576."""
    stall_seconds: float
    """Who takes no byte of a snapshot, or not all of a poll's answer, so long is closed. Default: 10."""
    least_bytes_per_second: int
    """Who is `stall_seconds` behind this with a snapshot is closed as well. Default: 8192."""
    header_seconds: float
    """For the header of a first request. Default: 10."""
    header_bytes: int
    """Bytes of a request's header. Default: 16384."""
    body_seconds: float
    """For the body of a request. Default: 10."""
    idle_seconds: float
    """Between two requests of a connection. Default: 60."""
    connect_seconds: float
    """From the connection to CONNECT. Default: 5."""
    upgrade_seconds: float
    """From a polling client's WebSocket to its upgrade. Default: 10."""
    close_seconds: float
    """For the answer to a close frame. Default: 2."""
    connections: int
    """Connections in all; beyond it 503 with Retry-After. Default: 20000."""
    connections_per_address: int
    """Connections of one address; beyond it 503 with Retry-After. Default: 200."""
    http_connections_per_address: int
    """Those that are no WebSockets; beyond it they are closed. Default: 400."""
    connects_per_second: float
    """New connections in all; beyond it 503 with Retry-After. Default: 1000."""
    connects_per_second_per_address: float
    """New connections of one address; beyond it 503 with Retry-After. Default: 50."""
    rate_limited_seconds: float
    """Who is not read for so long because it is over its rate is closed. Default: 10."""
    controls_per_second: int
    """Pings, pongs and answers nobody asked for, per connection. Default: 100."""
    strikes: int
    """Requests without sense that close a connection. Default: 20."""
    strike_seconds: float
    """Within this time. Default: 10."""
    snapshot_bytes_per_address: int
    """Bytes of snapshots kept of one address; beyond it `too_large`. Default: 33554432."""
    snapshot_bytes_in_all: int
    """Bytes of snapshots kept in all; beyond it `too_large`. Default: 268435456."""
    parked_inputs: int
    """Inputs that wait for a host; beyond it `parking_full`. Default: 1024."""
    parked_bytes: int
    """Their bytes. Default: 262144."""
    tail_inputs: int
    """Inputs since the last snapshot that the next host is given; the oldest go. Default: 1024."""
    tail_bytes: int
    """Their bytes. Default: 262144."""
    ring_messages: int
    """Messages of a room kept for members that come back; the oldest go. Default: 2048."""
    ring_bytes: int
    """Their bytes. Default: 262144."""
    ring_bytes_in_all: int
    """Their bytes in all rooms; the idlest give first. Default: 67108864."""
    update_keys: int
    """Keys of one member's `update` in a room. Default: 16."""
    password_tries: int
    """Wrong passwords in a row before a pause. Default: 5."""
    password_pause_seconds: float
    """That pause. Default: 60."""
    address_password_tries: int
    """Wrong passwords of one address before a pause. Default: 10."""
    address_password_pause_seconds: float
    """That pause. Default: 600."""
    key_tries: int
    """Wrong session keys of one address before a pause. Default: 10."""
    key_pause_seconds: float
    """That pause. Default: 60."""
    key_tries_in_all_per_second: float
    """Session keys that all together may try. Default: 100."""


class CreateRoom(TypedDict):
    """Open a room; its creator is the host."""

    title: str
    """1 to `limits.title` characters after trimming, something of it visible."""
    track_id: NotRequired[int | None]
    """Which track of the server's collection; null for none."""
    description: NotRequired[str]
    """Up to `limits.description` characters after trimming. Default: ""."""
    max_players: NotRequired[int | None]
    """Seats in all: 1 to 64; left out, `limits.max_players`."""
    private: NotRequired[bool]
    """Not listed in the lobby. Default: false."""
    password: NotRequired[str | None]
    """1 to `limits.password` characters; null for none."""
    metadata: NotRequired[Any]
    """The game's own: what JSON can say, up to `limits.metadata` bytes in compact form."""
    on_host_exit: NotRequired[OnHostExit]
    """Whether another member takes over when the host goes, or the room closes. Default: "migrate"."""
    host_policy: NotRequired[HostPolicy]
    """Whether a live host stays, or a clearly and lastingly better member takes over. Default: "keep"."""
    late_join: NotRequired[LateJoin]
    """Whether a late joiner gets the last snapshot before anything else. Default: "live"."""
    control: NotRequired[Control]
    """Who may play, pause and seek. Default: "anyone"."""


class JoinRoom(TypedDict):
    """Take a seat in the room with this id."""

    id: RoomId
    """The room's id: 8 characters of `0-9a-z`."""
    password: NotRequired[str | None]
    """The password of a protected room."""


class LeaveRoom(TypedDict):
    """Give the seat back; without an id, wherever it is."""

    id: NotRequired[RoomId | None]
    """The room's id: 8 characters of `0-9a-z`."""


class QuickJoin(TypedDict):
    """Take a seat in the nearest matching room, or open one."""

    track_id: NotRequired[int | None]
    """Which track of the server's collection; null for none."""
    metadata: NotRequired[Any]
    """Keys and values that the room's metadata must hold; a new room gets them."""
    max_ping_ms: NotRequired[float | None]
    """Only rooms whose host's ping is unknown or no higher."""


class Kick(TypedDict):
    """Remove a member and keep it out."""

    player_id: PlayerId
    """The member's player id."""
    reason: NotRequired[str | None]
    """Told to that player; up to 128 characters."""


class UpdateRoom(TypedDict):
    """Change the room: only what is given counts, and null is a value for some."""

    title: NotRequired[str]
    """1 to `limits.title` characters after trimming, something of it visible."""
    description: NotRequired[str]
    """Up to `limits.description` characters after trimming."""
    max_players: NotRequired[int]
    """Seats in all: no fewer than are taken."""
    private: NotRequired[bool]
    """Not listed in the lobby."""
    locked: NotRequired[bool]
    """Nobody is let in."""
    password: NotRequired[str | None]
    """Another password; null takes it away."""
    metadata: NotRequired[Any]
    """The game's own: what JSON can say, up to `limits.metadata` bytes in compact form."""
    track_id: NotRequired[int | None]
    """Which track of the server's collection; null for none."""


class TransferHost(TypedDict):
    """Hand the room to another member."""

    player_id: PlayerId
    """The member's player id."""


class PlayTrack(TypedDict):
    """Let the room's track sound, from where it stands."""

    id: NotRequired[RoomId | None]
    """The room's id: 8 characters of `0-9a-z`."""


class PauseTrack(TypedDict):
    """Stop the room's track where it is."""

    id: NotRequired[RoomId | None]
    """The room's id: 8 characters of `0-9a-z`."""


class SeekTrack(TypedDict):
    """Go to this tact of the room's track."""

    tact: int
    """Which tact comes next, from 0."""
    id: NotRequired[RoomId | None]
    """The room's id: 8 characters of `0-9a-z`."""


class WatchLobby(TypedDict):
    """Subscribe to the list of rooms, or stop."""

    subscribe: NotRequired[bool]
    """Whether lists should come. Default: true."""
    filter: NotRequired[LobbyFilter | None]
    """What the list is narrowed to."""
    delta: NotRequired[bool]
    """After the first list, only what has changed. Default: false."""


class Login(TypedDict):
    """Take a name."""

    name: str
    """1 to `limits.name` characters after trimming, something of it visible."""


class CreateSession(TypedDict):
    """Open a room that is joined by key, with phantom users on the host's own device."""

    type: NotRequired[SessionType]
    """How the session is played. Default: "default"."""
    ph_users: NotRequired[int]
    """Further people on the host's own device, each with a seat: 0 to `max_players` - 1. Default: 0."""
    title: NotRequired[str | None]
    """As a room's; left out, the session is titled after its host."""
    track_id: NotRequired[int | None]
    """Which track of the server's collection; null for none."""
    description: NotRequired[str]
    """Up to `limits.description` characters after trimming. Default: ""."""
    max_players: NotRequired[int | None]
    """Seats in all: 1 to 64; left out, `limits.max_players`."""
    metadata: NotRequired[Any]
    """The game's own: what JSON can say, up to `limits.metadata` bytes in compact form."""
    on_host_exit: NotRequired[OnHostExit]
    """Whether another member takes over when the host goes, or the room closes. Default: "migrate"."""
    host_policy: NotRequired[HostPolicy]
    """Whether a live host stays, or a clearly and lastingly better member takes over. Default: "keep"."""
    late_join: NotRequired[LateJoin]
    """Whether a late joiner gets the last snapshot before anything else. Default: "live"."""
    control: NotRequired[Control]
    """Who may play, pause and seek. Default: "anyone"."""


class JoinSession(TypedDict):
    """Take a seat in the session that this key opens."""

    session_key: str
    """The key as it was told; any case is accepted."""


class Hint(TypedDict):
    """What a client says of itself: that it cannot be host, that its page is in the background."""

    can_host: NotRequired[bool | None]
    """False: this device cannot be host, unless it creates a room itself."""
    hidden: NotRequired[bool | None]
    """Whether the page is in the background; such a member is host last."""


class HostReady(TypedDict):
    """The new host has restored the game."""

    epoch: int
    """The epoch of the `become_host` that this answers."""


class LobbyFilter(TypedDict):
    """What a lobby list is narrowed to."""

    text: NotRequired[str | None]
    """Words that the title or description holds; case does not matter."""
    track_id: NotRequired[int | None]
    """Which track of the server's collection; null for none."""
    metadata: NotRequired[dict[str, Any] | None]
    """Keys and values that the room's metadata must hold."""
    joinable: NotRequired[bool | None]
    """Only rooms that are, or are not, joinable."""
    max_ping_ms: NotRequired[float | None]
    """Only rooms whose host's ping is known and no higher."""
    sort: NotRequired[Literal["ping", "players", "created", "title"] | None]
    """In which order; `ping` where it is left out."""
    limit: NotRequired[int | None]
    """Most entries: 1 to `limits.lobby_page`."""
    cursor: NotRequired[str | None]
    """`next_cursor` of the page before: answers once, and does not subscribe."""


class Auth(TypedDict):
    """What a client says of itself when it connects; everything may be left out."""

    name: NotRequired[str | None]
    """A login name, as `login` would take it."""
    token: NotRequired[str | None]
    """A signed login, where the operator wants one."""
    can_host: NotRequired[bool | None]
    """False: this device cannot be host, unless it creates a room itself."""
    recover: NotRequired[bool | None]
    """Ask for connection state recovery: a `pid`, and offsets behind recorded events."""
    pid: NotRequired[str | None]
    """What a former connection got, to come back as the same player."""
    offset: NotRequired[str | None]
    """The last offset seen, to get what was missed; the Socket.IO client sends it by itself."""
    seq: NotRequired[bool | None]
    """As host, get each input's place as its last argument."""


class ClockAnswerAck(ClockAnswer, Done):
    """`ClockAnswer` as an ack holds it."""


class JoinedRoomAck(JoinedRoom, Done):
    """`JoinedRoom` as an ack holds it."""


class LoggedInAck(LoggedIn, Done):
    """`LoggedIn` as an ack holds it."""


class LoggedOutAck(LoggedOut, Done):
    """`LoggedOut` as an ack holds it."""


class NumberTakenAck(NumberTaken, Done):
    """`NumberTaken` as an ack holds it."""


class PingsAnswerAck(PingsAnswer, Done):
    """`PingsAnswer` as an ack holds it."""


class RoomLeftAck(RoomLeft, Done):
    """`RoomLeft` as an ack holds it."""


class RoomListAnswerAck(RoomListAnswer, Done):
    """`RoomListAnswer` as an ack holds it."""


class RoomViewAck(RoomView, Done):
    """`RoomView` as an ack holds it."""


class SessionCreatedAck(SessionCreated, Done):
    """`SessionCreated` as an ack holds it."""


class SessionStartedAck(SessionStarted, Done):
    """`SessionStarted` as an ack holds it."""


class TrackStateAck(TrackState, Done):
    """`TrackState` as an ack holds it."""


CreateArgs: TypeAlias = (
    tuple[int | None, str]
    | tuple[int | None, str, str | None]
    | tuple[int | None, str, str | None, int | None]
    | tuple[CreateRoom]
)
"""What `create` takes."""

JoinArgs: TypeAlias = tuple[RoomId] | tuple[JoinRoom]
"""What `join` takes."""

LeaveArgs: TypeAlias = tuple[()] | tuple[RoomId | None] | tuple[LeaveRoom]
"""What `leave` takes."""

QuickJoinArgs: TypeAlias = tuple[()] | tuple[QuickJoin]
"""What `quick_join` takes."""

KickArgs: TypeAlias = tuple[PlayerId] | tuple[PlayerId, str | None] | tuple[Kick]
"""What `kick` takes."""

UpdateRoomArgs: TypeAlias = tuple[()] | tuple[UpdateRoom]
"""What `update_room` takes."""

TransferHostArgs: TypeAlias = tuple[PlayerId] | tuple[TransferHost]
"""What `transfer_host` takes."""

PlayArgs: TypeAlias = tuple[()] | tuple[RoomId | None] | tuple[PlayTrack]
"""What `play` takes."""

PauseArgs: TypeAlias = tuple[()] | tuple[RoomId | None] | tuple[PauseTrack]
"""What `pause` takes."""

SeekArgs: TypeAlias = tuple[RoomId | None, int] | tuple[SeekTrack]
"""What `seek` takes."""

AllRoomsArgs: TypeAlias = tuple[()] | tuple[WatchLobby]
"""What `all-rooms` takes."""

UpdateRoomsArgs: TypeAlias = tuple[()]
"""What `update-rooms` takes."""

LoginArgs: TypeAlias = tuple[Login]
"""What `login` takes."""

LogoutArgs: TypeAlias = tuple[()]
"""What `logout` takes."""

CreateSessionArgs: TypeAlias = tuple[()] | tuple[CreateSession]
"""What `create_session` takes."""

JoinSessionArgs: TypeAlias = tuple[str] | tuple[JoinSession]
"""What `join_session` takes."""

ProccessCheckArgs: TypeAlias = tuple[()] | tuple[Any]
"""What `proccess_check` takes."""

ProcessCheckArgs: TypeAlias = tuple[()] | tuple[Any]
"""What `process_check` takes."""

HintArgs: TypeAlias = tuple[()] | tuple[Hint]
"""What `hint` takes."""

ClockArgs: TypeAlias = tuple[()] | tuple[float | None]
"""What `clock` takes."""

PingsArgs: TypeAlias = tuple[()]
"""What `pings` takes."""

HostReadyArgs: TypeAlias = tuple[HostReady]
"""What `host_ready` takes."""

StateArgs: TypeAlias = tuple[Any]
"""What `state` takes."""

UpdateArgs: TypeAlias = tuple[str, Any]
"""What `update` takes."""

InputArgs: TypeAlias = tuple[Any] | tuple[Any, RunningNumber]
"""What `input` takes."""

BroadcastArgs: TypeAlias = tuple[Any] | tuple[Any, RunningNumber]
"""What `broadcast` takes."""

DirectArgs: TypeAlias = (
    tuple[PlayerId | list[PlayerId], Any] | tuple[PlayerId | list[PlayerId], Any, RunningNumber]
)
"""What `direct` takes."""

SnapshotArgs: TypeAlias = tuple[Any] | tuple[Any, Covers]
"""What `snapshot` takes."""

WelcomeEvent: TypeAlias = tuple[Welcome]
"""What the server's `welcome` brings."""

CreateSuccessEvent: TypeAlias = tuple[RoomView]
"""What the server's `create_success` brings."""

JoinSuccessEvent: TypeAlias = tuple[JoinedRoom]
"""What the server's `join_success` brings."""

LeaveSuccessEvent: TypeAlias = tuple[RoomLeft]
"""What the server's `leave_success` brings."""

RoomUpdatedEvent: TypeAlias = tuple[RoomView]
"""What the server's `room_updated` brings."""

LoginSuccessEvent: TypeAlias = tuple[LoggedIn]
"""What the server's `login_success` brings."""

LogoutSuccessEvent: TypeAlias = tuple[LoggedOut]
"""What the server's `logout_success` brings."""

SendSessionKeyEvent: TypeAlias = tuple[SessionKeySent]
"""What the server's `send_session_key` brings."""

ClockEvent: TypeAlias = tuple[ClockAnswer]
"""What the server's `clock` brings."""

PingsEvent: TypeAlias = tuple[PingsAnswer]
"""What the server's `pings` brings."""

PlayerJoinedEvent: TypeAlias = tuple[PlayerJoined]
"""What the server's `player_joined` brings."""

PlayerLeftEvent: TypeAlias = tuple[PlayerLeft]
"""What the server's `player_left` brings."""

PlayerDisconnectedEvent: TypeAlias = tuple[PlayerDisconnected]
"""What the server's `player_disconnected` brings."""

PlayerReconnectedEvent: TypeAlias = tuple[PlayerReconnected]
"""What the server's `player_reconnected` brings."""

KickedEvent: TypeAlias = tuple[Kicked]
"""What the server's `kicked` brings."""

RoomClosedEvent: TypeAlias = tuple[RoomIsClosed]
"""What the server's `room_closed` brings."""

RoomIdleEvent: TypeAlias = tuple[RoomIdle]
"""What the server's `room_idle` brings."""

TrackStateEvent: TypeAlias = tuple[TrackState]
"""What the server's `track_state` brings."""

TactEvent: TypeAlias = tuple[Tact]
"""What the server's `tact` brings."""

TrackEndedEvent: TypeAlias = tuple[TrackEnded]
"""What the server's `track_ended` brings."""

UserConnectedEvent: TypeAlias = tuple[UserConnected]
"""What the server's `user_connected` brings."""

SessionStartedEvent: TypeAlias = tuple[SessionStarted]
"""What the server's `session_started` brings."""

HostChangedEvent: TypeAlias = tuple[HostChanged]
"""What the server's `host_changed` brings."""

SnapshotRequestEvent: TypeAlias = tuple[SnapshotRequest]
"""What the server's `snapshot_request` brings."""

HostReadyEvent: TypeAlias = tuple[HostIsReady]
"""What the server's `host_ready` brings."""

SuccessorsEvent: TypeAlias = tuple[Successors]
"""What the server's `successors` brings."""

AllRoomsEvent: TypeAlias = tuple[list[LobbyEntry]] | tuple[list[LobbyEntry], LobbyInfo]
"""What the server's `all-rooms` brings."""

RoomsDeltaEvent: TypeAlias = tuple[RoomsDelta]
"""What the server's `rooms-delta` brings."""

ErrorEvent: TypeAlias = tuple[ErrorTold]
"""What the server's `error` brings."""

ReplacedEvent: TypeAlias = tuple[Replaced]
"""What the server's `replaced` brings."""

ClosingEvent: TypeAlias = tuple[Closing]
"""What the server's `closing` brings."""

DrainingEvent: TypeAlias = tuple[DrainAnnounced]
"""What the server's `draining` brings."""

BecomeHostEvent: TypeAlias = tuple[BecomeHost]
"""What the server's `become_host` brings."""

InputsDroppedEvent: TypeAlias = tuple[InputsDropped]
"""What the server's `inputs_dropped` brings."""

StateEvent: TypeAlias = tuple[Any]
"""What the server's `state` brings."""

UpdateEvent: TypeAlias = tuple[PlayerId, str, Any]
"""What the server's `update` brings."""

InputEvent: TypeAlias = tuple[PlayerId, Any] | tuple[PlayerId, Any, InputSeq]
"""What the server's `input` brings."""

BroadcastEvent: TypeAlias = tuple[PlayerId, Any]
"""What the server's `broadcast` brings."""

DirectEvent: TypeAlias = tuple[PlayerId, Any]
"""What the server's `direct` brings."""

SnapshotEvent: TypeAlias = tuple[Any, SnapshotAbout]
"""What the server's `snapshot` brings."""
