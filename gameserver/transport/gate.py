"""What an application at one namespace sees of a connection: no queue, no task, no await between.

The Socket.IO server calls a `Gate` synchronously, in the loop turn in which the bytes were read, and
whatever the gate posts is written in that same turn. python-socketio's own decorators and `emit` keep
working beside it, on every namespace that has no gate.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from gameserver.protocol.packets import Event, Outgoing


class Ending(enum.Enum):
    """Why a connection ended, as far as the server can tell."""

    DISCONNECT = "disconnect"  # the client sent a Socket.IO DISCONNECT or an Engine.IO close
    GONE = "gone"  # WebSocket close 1001: the page was left (RFC 6455 section 7.4.1)
    CLOSED = "closed"  # WebSocket close with any other code
    LOST = "lost"  # reset, or end of stream without a close frame
    TIMEOUT = "timeout"  # nothing was read for the whole ping time-out
    SERVER = "server"  # the server closed it; `Peer.closed_for` says why


@dataclass(frozen=True, slots=True)
class Admitted:
    """Let the connection in, as `sid`; `extra` is added to the CONNECT answer beside it."""

    sid: str
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rejected:
    """Answer CONNECT_ERROR with this message and data."""

    message: str
    data: object = None


class Door(Protocol):
    """Where the frames of a WebSocket go in, ready to be written."""

    open: bool  # False as soon as nothing more may be sent

    def send(self, frame: bytes, /) -> None:
        """Write this frame in order behind everything sent before."""

    def send_newest(self, slot: Hashable, frame: bytes, /) -> None:
        """Write this frame; while an older one of the same slot is still unsent, the older one goes."""


class Peer(Protocol):
    """One connection that has joined the gate's namespace."""

    sid: str  # empty until the gate has admitted it
    parser: str  # "msgpack" or "json"
    app: Any  # the gate's own, untouched by the server
    door: Door | None  # for frames of packets at `/` in msgpack; None while they have to be posted instead
    express: Callable[[bytes, float], bool] | None
    """A gate at `/` may set this, to be shown each msgpack message before anybody has parsed it.

    It is given the message and the time (time.monotonic()) of the turn of the loop. It returns whether the
    message is done with; if not, it must not have changed anything.
    """

    @property
    def transport(self) -> str:
        """`websocket` or `polling`; changes at an upgrade."""

    @property
    def remote_ip(self) -> str:
        """The client's address, trusted proxies passed over."""

    @property
    def read_at(self) -> float:
        """time.monotonic() of the last byte read, which counts as life whatever it was."""

    @property
    def paused(self) -> bool:
        """Whether nothing is read because `pause` was called."""

    @property
    def closed_for(self) -> str | None:
        """Why the server closed it: the code given to `close`, or a reason of its own; None if it did not.

        Its own are `bad_request`, `too_large`, `slow_consumer`, `internal`, `aborted` after `abort`, and
        `closed` at a shutdown.
        """

    @property
    def backlog_bytes(self) -> int:
        """Bytes accepted for this peer that the kernel has not taken yet."""

    @property
    def peak_backlog_bytes(self) -> int:
        """The most that this ever was."""

    def post(self, packet: Outgoing) -> None:
        """Write this packet in order behind everything posted before; encoded once for all peers."""

    def post_aside(self, packet: Outgoing) -> None:
        """Write this packet in order, but outside the backlog's bound: its sender has a budget for it."""

    def post_newest(self, slot: Hashable, packet: Outgoing) -> None:
        """Write this packet; while an older one of the same slot is still unsent, the older one goes.

        The newer packet takes the place at the end of the queue, so that it overtakes nothing.
        """

    def ping(self, payload: bytes) -> bool:
        """Send a WebSocket control ping (RFC 6455 section 5.5.2); False where the transport has none."""

    def heartbeat(self) -> bool:
        """Send an Engine.IO PING now; False while one is still unanswered."""

    def tcp_socket(self) -> Any:
        """Return the WebSocket's socket, to read the kernel's figures from; None where there is none."""

    def pause(self) -> None:
        """Stop reading: TCP pushes back on the sender."""

    def resume(self) -> None:
        """Read again."""

    def in_turn(self, run: Callable[[], None]) -> None:
        """Run this now, or in a later turn of the loop if there was no end of such in this one.

        Nothing is read from the peer before it has run. If the peer ends before, it runs then.
        """

    def expect(self, max_bytes: int) -> None:
        """Set the largest frame read from this peer; beyond it the connection is closed 1009."""

    def close(self, code: str, *, disconnect: bool) -> None:
        """Flush what the pipe takes and close; with `disconnect` a Socket.IO DISCONNECT goes first.

        With it a stock client stays away, without it the client comes back.
        """

    def abort(self) -> None:
        """Drop the connection and its backlog at once."""


class Gate(Protocol):
    """The application behind a namespace. Every call is synchronous; a raise is logged and costs the peer."""

    def admit(self, peer: Peer, auth: object) -> Admitted | Rejected:
        """Decide on a CONNECT packet. Nothing may be posted to the peer yet."""

    def joined(self, peer: Peer) -> None:
        """The CONNECT answer is on its way; posts go out behind it."""

    def event(self, peer: Peer, event: Event) -> None:
        """One EVENT or BINARY_EVENT packet, well formed; its arguments are not decoded yet."""

    def pong(self, peer: Peer, payload: bytes, received: float) -> None:
        """A WebSocket control pong, read at `received` (time.monotonic())."""

    def heartbeat(self, peer: Peer, sent: float, received: float) -> None:
        """The answer to an Engine.IO PING."""

    def malformed(self, peer: Peer, reason: str) -> None:
        """A frame that is no valid packet came; the connection is being closed as `bad_request`."""

    def left(self, peer: Peer, ending: Ending) -> None:
        """The connection is over; called exactly once for each `joined`."""
