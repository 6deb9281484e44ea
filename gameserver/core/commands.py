"""All that can be asked of the registry.

`ClientCommand` is what a client can spell; everything else comes from the server itself. Field names
are the wire's, so that a request is validated from these types. `sender` comes from the connection,
never from here. Bounds that are settings are checked by the core, types at the edge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal

from gameserver.core.limits import Limits
from gameserver.core.made import dataclass
from gameserver.core.member import Player
from gameserver.core.room import Room
from gameserver.core.tracks import Collection
from gameserver.core.values import (
    Control,
    HostPolicy,
    LateJoin,
    OnHostExit,
    PlayerId,
    RoomId,
    SessionType,
)
from latency.settings import Settings as Measuring

# -- what a client can ask -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CreateRoom:
    """Open a room; its creator is the host."""

    title: str
    track_id: int | None = None
    description: str = ""
    max_players: int | None = None
    private: bool = False
    password: str | None = field(default=None, repr=False)
    metadata: Any = None
    on_host_exit: OnHostExit = "migrate"
    host_policy: HostPolicy = "keep"
    late_join: LateJoin = "live"
    control: Control = "anyone"


@dataclass(frozen=True, slots=True)
class JoinRoom:
    """Take a seat in the room with this id."""

    id: RoomId
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class LeaveRoom:
    """Give the seat back; without an id, wherever it is."""

    id: RoomId | None = None


@dataclass(frozen=True, slots=True)
class QuickJoin:
    """Take a seat in the nearest matching room, or open one."""

    track_id: int | None = None
    metadata: Any = None
    max_ping_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Kick:
    """Remove a member and keep it out."""

    player_id: PlayerId
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class UpdateRoom:
    """Change the room: only what is given counts, and null is a value for some."""

    title: str | None = None
    description: str | None = None
    max_players: int | None = None
    private: bool | None = None
    locked: bool | None = None
    password: str | None = field(default=None, repr=False)
    metadata: Any = None
    track_id: int | None = None
    given: frozenset[str] = frozenset()  # the fields that count


@dataclass(frozen=True, slots=True)
class TransferHost:
    """Hand the room to another member."""

    player_id: PlayerId


@dataclass(frozen=True, slots=True)
class PlayTrack:
    """Let the room's track sound, from where it stands."""

    id: RoomId | None = None


@dataclass(frozen=True, slots=True)
class PauseTrack:
    """Stop the room's track where it is."""

    id: RoomId | None = None


@dataclass(frozen=True, slots=True)
class SeekTrack:
    """Go to this tact of the room's track."""

    tact: int
    id: RoomId | None = None


@dataclass(frozen=True, slots=True)
class LobbyFilter:
    """What a lobby list is narrowed to."""

    text: str | None = None
    track_id: int | None = None
    metadata: Mapping[str, Any] | None = None
    joinable: bool | None = None
    max_ping_ms: float | None = None
    sort: Literal["ping", "players", "created", "title"] | None = None
    limit: int | None = None
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class WatchLobby:
    """Subscribe to the list of rooms, or stop."""

    subscribe: bool = True
    filter: LobbyFilter | None = None
    delta: bool = False


@dataclass(frozen=True, slots=True)
class RefreshLobby:
    """Send the list of rooms now."""


@dataclass(frozen=True, slots=True)
class Login:
    """Take a name."""

    name: str


@dataclass(frozen=True, slots=True)
class Logout:
    """Leave the room or session and give the name back."""


@dataclass(frozen=True, slots=True)
class CreateSession:
    """Open a room that is joined by key, with phantom users on the host's own device."""

    type: SessionType = "default"
    ph_users: int = 0
    title: str | None = None
    track_id: int | None = None
    description: str = ""
    max_players: int | None = None
    metadata: Any = None
    on_host_exit: OnHostExit = "migrate"
    host_policy: HostPolicy = "keep"
    late_join: LateJoin = "live"
    control: Control = "anyone"


@dataclass(frozen=True, slots=True)
class JoinSession:
    """Take a seat in the session that this key opens."""

    session_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StartSession:
    """Set the session to work; `options` are passed on as they are."""

    options: Any = None


@dataclass(frozen=True, slots=True)
class Hint:
    """What a client says of itself: that it cannot be host, that its page is in the background."""

    can_host: bool | None = None
    hidden: bool | None = None


@dataclass(frozen=True, slots=True)
class AskClock:
    """Ask the server's time."""

    client: float | int | None = None


@dataclass(frozen=True, slots=True)
class AskPings:
    """Ask the cached pings of oneself and one's host."""


@dataclass(frozen=True, slots=True)
class HostReady:
    """The new host has restored the game."""

    epoch: int


ClientCommand = (
    CreateRoom
    | JoinRoom
    | LeaveRoom
    | QuickJoin
    | Kick
    | UpdateRoom
    | TransferHost
    | PlayTrack
    | PauseTrack
    | SeekTrack
    | WatchLobby
    | RefreshLobby
    | Login
    | Logout
    | CreateSession
    | JoinSession
    | StartSession
    | Hint
    | AskClock
    | AskPings
    | HostReady
)

# -- what the server itself reports ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Connected:
    """A player arrived; the sender is its id."""

    name: str | None = None
    can_host: bool = True
    address: str = ""
    pid: str | None = field(default=None, repr=False)  # digest of what a returning client must show
    subject: str | None = None  # whom its token names


@dataclass(frozen=True, slots=True)
class Reconnected:
    """The sender is back on a new connection; the old one may never have been noticed as lost."""

    filled: bool  # the connection gets all that it missed; otherwise it must be told the room anew
    pid: str | None = field(default=None, repr=False)  # digest of a new one, where the old one is void


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The player's connection is over."""

    reason: Literal["left", "lost"]
    gone: bool = False  # it said goodbye (DISCONNECT, close 1001): no grace


@dataclass(frozen=True, slots=True)
class SnapshotStored:
    """A snapshot of the sender, who hosts its room, is kept."""


@dataclass(frozen=True, slots=True)
class HostSilent:
    """Nothing has been heard of the sender for too long; its connection still stands."""


@dataclass(frozen=True, slots=True)
class Drain:
    """The server will stop: no new rooms from now on."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a former process of this server had stored; the first command of all."""

    players: tuple[Player, ...]
    rooms: tuple[Room, ...]


@dataclass(frozen=True, slots=True)
class Tuned:
    """The settings of measurement and election were changed, or the bounds that rooms go by."""

    measuring: Measuring
    limits: Limits | None = None  # None: as they are


@dataclass(frozen=True, slots=True)
class Tick:
    """A deadline has come."""


@dataclass(frozen=True, slots=True)
class TracksLoaded:
    """The collection was read again; rooms keep their copies."""

    collection: Collection


# -- what an operator orders ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RemoveMember:
    """Remove a member from its room, the host too, and keep it out."""

    room: RoomId
    player_id: PlayerId
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AppointHost:
    """Hand the room to this member, whatever its host says."""

    room: RoomId
    player_id: PlayerId


@dataclass(frozen=True, slots=True)
class CloseRoom:
    """End the room for everybody."""

    room: RoomId


OperatorCommand = RemoveMember | AppointHost | CloseRoom

ServerCommand = (
    Connected
    | Reconnected
    | Disconnected
    | SnapshotStored
    | HostSilent
    | Drain
    | Restored
    | Tick
    | TracksLoaded
    | Tuned
    | OperatorCommand
)

Command = ClientCommand | ServerCommand
