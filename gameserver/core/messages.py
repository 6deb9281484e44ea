"""All a client can be told, in the core's words; `protocol.outbound` gives each its wire name and form.

Field names are the wire's keys. Pings and durations are milliseconds, moments are Unix milliseconds
of the server's clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from gameserver.core.made import dataclass
from gameserver.core.values import (
    Band,
    CloseReason,
    Control,
    HostChangeReason,
    HostPolicy,
    LateJoin,
    LeaveReason,
    OnHostExit,
    PlayerId,
    Role,
    RoomId,
    RoomState,
    SessionKey,
    UserType,
)

# -- views: what messages are made of --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TrackView:
    """A room's track as it stands."""

    track_values: tuple[int, ...]
    tact: int
    track_id: int
    playerInterval: float | None
    next_at: int | None


@dataclass(frozen=True, slots=True)
class PlayerView:
    """A seated member."""

    id: PlayerId
    name: str | None
    role: Role
    connected: bool
    ping_ms: float | None
    phantoms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoomView:
    """A room as its members see it."""

    id: RoomId
    track: TrackView | None
    title: str
    description: str
    users: tuple[PlayerId, ...]
    host: PlayerId | None
    epoch: int
    max_players: int
    private: bool
    locked: bool
    protected: bool
    state: RoomState
    metadata: Any
    on_host_exit: OnHostExit
    host_policy: HostPolicy
    late_join: LateJoin
    control: Control
    created_at: int
    players: tuple[PlayerView, ...]


@dataclass(frozen=True, slots=True)
class HostView:
    """Who hosts a listed room."""

    id: PlayerId
    name: str | None


@dataclass(frozen=True, slots=True)
class LobbyEntry:
    """A room as the lobby lists it; the ping is the cached one, its age beside it."""

    id: RoomId
    title: str
    description: str
    players: int
    max_players: int
    joinable: bool
    locked: bool
    protected: bool
    state: RoomState
    track_id: int | None
    metadata: Any
    host: HostView | None
    ping_ms: float | None
    jitter_ms: float | None
    ping_age_ms: int | None
    band: Band | None


@dataclass(frozen=True, slots=True)
class LobbyInfo:
    """What comes with a list that was asked for with a filter or deltas."""

    version: int
    total: int
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member as an election saw it."""

    id: PlayerId
    ping_ms: float | None
    score: float | None


@dataclass(frozen=True, slots=True)
class PingView:
    """One cached ping."""

    ping_ms: float
    jitter_ms: float | None
    age_ms: int
    band: Band


# -- answers ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Welcome:
    """Follows CONNECT."""

    id: PlayerId
    server_time: int
    protocol: int
    limits: Mapping[str, float]
    resume: str | None = None
    last_close: str | None = None


@dataclass(frozen=True, slots=True)
class RoomCreated:
    """The room is open, and the one who asked is its host."""

    room: RoomView


@dataclass(frozen=True, slots=True)
class RoomJoined:
    """A seat is taken: the room as it stands, for the one who joined or came back."""

    room: RoomView
    forgotten: bool = False  # the server was restarted: it knows no running number, `n` is null


@dataclass(frozen=True, slots=True)
class RoomLeft:
    """The seat was given back."""

    id: RoomId


@dataclass(frozen=True, slots=True)
class RoomUpdated:
    """The room has changed."""

    room: RoomView


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The name is taken."""

    message: str
    name: str
    type: UserType


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """The name was given back, and with it any seat."""

    message: str


@dataclass(frozen=True, slots=True)
class SessionCreated:
    """The session's key, for its host; the ack also carries the room."""

    message: str
    session_key: SessionKey
    room: RoomView


@dataclass(frozen=True, slots=True)
class ClockAnswer:
    """The server's clock when the question came and when the answer went."""

    client: float | int | None
    received: float
    sent: float


@dataclass(frozen=True, slots=True)
class PingsAnswer:
    """The cached pings of oneself and one's host; null while unknown."""

    you: PingView | None
    host: PingView | None


# -- what happens in a room ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlayerJoined:
    """Somebody took a seat in the room."""

    id: RoomId
    player: PlayerView


@dataclass(frozen=True, slots=True)
class PlayerLeft:
    """A member's seat is free again."""

    id: RoomId
    player_id: PlayerId
    reason: LeaveReason


@dataclass(frozen=True, slots=True)
class PlayerDisconnected:
    """A member is away; its seat is kept until then."""

    id: RoomId
    player_id: PlayerId
    until: int


@dataclass(frozen=True, slots=True)
class PlayerReconnected:
    """A member that was away is back."""

    id: RoomId
    player_id: PlayerId


@dataclass(frozen=True, slots=True)
class Kicked:
    """The host removed this player, which may not come back into the room."""

    id: RoomId
    reason: str | None


@dataclass(frozen=True, slots=True)
class RoomIsClosed:
    """The room is over, for all its members."""

    id: RoomId
    reason: CloseReason


@dataclass(frozen=True, slots=True)
class RoomIdle:
    """Nothing happens in the room: it will be closed, unless something does."""

    id: RoomId
    closing_in_ms: int


@dataclass(frozen=True, slots=True)
class TrackState:
    """The room's track was started, stopped or moved."""

    id: RoomId
    track_id: int
    tact: int
    playing: bool
    playerInterval: float | None
    next_at: int | None
    by: PlayerId | None


@dataclass(frozen=True, slots=True)
class Tact:
    """A tact that will sound at this moment."""

    tact: int
    value: int
    at: int


@dataclass(frozen=True, slots=True)
class TrackEnded:
    """The last tact has sounded to its end."""

    id: RoomId


@dataclass(frozen=True, slots=True)
class UserConnected:
    """Somebody joined the session; also told to the one who did."""

    message: str
    name: str


@dataclass(frozen=True, slots=True)
class SessionStarted:
    """The host has set the session to work."""

    session_key: SessionKey
    options: Any
    started_at: int
    users: tuple[PlayerId, ...]


@dataclass(frozen=True, slots=True)
class HostChanged:
    """The charge of the room passed on; `epoch` counts the reigns."""

    id: RoomId
    host: PlayerId | None
    previous: PlayerId | None
    epoch: int
    reason: HostChangeReason
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class SnapshotRequest:
    """The host is about to be followed by another: its last snapshot is wanted now."""

    epoch: int
    reason: HostChangeReason
    within_ms: int


@dataclass(frozen=True, slots=True)
class HostIsReady:
    """The room plays on under this host."""

    host: PlayerId
    epoch: int
    forced: bool


@dataclass(frozen=True, slots=True)
class Successors:
    """Who would follow the host, best first."""

    host: PlayerId | None
    next: tuple[PlayerId, ...]


# -- the lobby -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RoomList:
    """The rooms of the lobby, joinable first, then by ping, unknown last."""

    rooms: tuple[LobbyEntry, ...]
    info: LobbyInfo | None = None


@dataclass(frozen=True, slots=True)
class RoomsDelta:
    """What has changed in the list since the version before."""

    version: int
    added: tuple[LobbyEntry, ...]
    changed: tuple[LobbyEntry, ...]
    removed: tuple[RoomId, ...]


# -- the connection --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ErrorTold:
    """A request was refused."""

    message: str
    code: str
    event: str | None


@dataclass(frozen=True, slots=True)
class Replaced:
    """The seat was taken over by a newer connection."""


@dataclass(frozen=True, slots=True)
class Closing:
    """The server is about to close this connection, and why."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class DrainAnnounced:
    """The server stops; come back after this delay."""

    reconnect_in_ms: int


Message = (
    Welcome
    | RoomCreated
    | RoomJoined
    | RoomLeft
    | RoomUpdated
    | LoggedIn
    | LoggedOut
    | SessionCreated
    | ClockAnswer
    | PingsAnswer
    | PlayerJoined
    | PlayerLeft
    | PlayerDisconnected
    | PlayerReconnected
    | Kicked
    | RoomIsClosed
    | RoomIdle
    | TrackState
    | Tact
    | TrackEnded
    | UserConnected
    | SessionStarted
    | HostChanged
    | SnapshotRequest
    | HostIsReady
    | Successors
    | RoomList
    | RoomsDelta
    | ErrorTold
    | Replaced
    | Closing
    | DrainAnnounced
)

NewestWins = Literal["lobby"]
