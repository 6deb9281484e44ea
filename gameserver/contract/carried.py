"""What travels without being a message of the core: acks, the relay's extra arguments, the handshake.

Written as the core's messages are. A key made with `maybe()` is left out where there is nothing to say.
"""

from __future__ import annotations

from dataclasses import field
from typing import Annotated, Any, Literal

from gameserver.contract.shapes import From
from gameserver.core.made import dataclass
from gameserver.core.messages import LobbyEntry, RoomView
from gameserver.core.values import PlayerId, RoomId
from gameserver.transport.relay.arguments import MAX_NUMBER

LEFT_OUT = "left_out"


def maybe() -> Any:
    """Return the field of a key that may be missing."""
    return field(metadata={LEFT_OUT: True})


# -- acks ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Done:
    """What every ack of a request that was done holds."""

    ok: Literal[True]
    durable: Literal[False] = maybe()


@dataclass(frozen=True)
class RefusedBecause:
    """Why a request was refused."""

    code: str
    message: str


@dataclass(frozen=True)
class Refused:
    """The ack of a request that was refused; it changed nothing."""

    ok: Literal[False]
    error: RefusedBecause


@dataclass(frozen=True)
class JoinedRoom(RoomView):
    """The room as it is told to who has joined it, or has come back to it."""

    n: None = maybe()


@dataclass(frozen=True)
class SessionKeySent:
    """The key that opens the new session, for its host."""

    message: str
    session_key: str


@dataclass(frozen=True)
class RoomListAnswer:
    """The list of rooms as the ack of a request for it."""

    rooms: tuple[LobbyEntry, ...]
    version: int = maybe()
    total: int = maybe()
    next_cursor: str | None = maybe()


@dataclass(frozen=True)
class NumberTaken:
    """The ack of a reliable event that carried a running number; without one it is `{ok: true}`."""

    n: int = maybe()
    repeat: Literal[True] = maybe()


# -- extra arguments of relay events ---------------------------------------------------------------


@dataclass(frozen=True)
class RunningNumber:
    """Ends a reliable event: what was sent twice, because no ack came, is done once."""

    n: Annotated[int, From(1, MAX_NUMBER)]


@dataclass(frozen=True)
class Covers:
    """Ends a snapshot: the last input that it holds."""

    covers: Annotated[int, From(0, MAX_NUMBER)]


@dataclass(frozen=True)
class InputSeq:
    """Ends an input for a host that said `auth.seq`, or has ever sent `covers`."""

    seq: int


@dataclass(frozen=True)
class SnapshotAbout:
    """Comes behind the snapshot that a late joiner gets."""

    epoch: int
    age_ms: int


@dataclass(frozen=True)
class BecomeHost:
    """The reign is this player's: restore the game from this, then answer `host_ready {epoch}`."""

    epoch: int
    snapshot: Any
    snapshot_epoch: int | None
    snapshot_age_ms: int | None
    inputs: tuple[Any, ...]
    tail: Literal["exact", "overlap"] | None
    truncated: int


@dataclass(frozen=True)
class InputsDropped:
    """So many inputs of this member found the parking full, and no host will get them."""

    id: RoomId
    epoch: int
    count: int
    by: PlayerId


# -- the handshake ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class ConnectAnswer:
    """The answer to CONNECT, which the Socket.IO client reads by itself."""

    sid: PlayerId
    pid: str = maybe()


@dataclass(frozen=True)
class RefusalCode:
    """The data of a CONNECT_ERROR: `error.data` in a Socket.IO client."""

    code: str


@dataclass(frozen=True)
class ConnectRefused:
    """CONNECT_ERROR: the connection is not taken, and trying again with the same auth changes nothing."""

    message: str
    data: RefusalCode
