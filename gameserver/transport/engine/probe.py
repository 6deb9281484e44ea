"""A WebSocket on trial: a polling connection's second transport, until it has proved itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gameserver.transport.engine.polling import NOTHING
from gameserver.transport.websocket.ending import End
from gameserver.transport.websocket.frames import POLICY_VIOLATION, TEXT, encode_frame
from gameserver.transport.websocket.link import Link
from gameserver.transport.websocket.sweeper import Deadline

if TYPE_CHECKING:
    from gameserver.transport.engine.socket import EngineSocket

_PROBE: Final = b"2probe"  # Engine.IO v4, Upgrade
_PROBED: Final = encode_frame(TEXT, b"3probe")
_UPGRADE: Final = b"5"


class Probe:
    """Owns the link while it is tried. If it fails the connection goes on polling."""

    __slots__ = ("_due", "_link", "_socket", "probed")

    def __init__(self, socket: EngineSocket) -> None:
        self._socket = socket
        self._link: Link | None = None
        self.probed = False  # the client now waits for its poll to be answered
        self._due: Deadline | None = None

    def on_open(self, link: Link) -> None:
        """Give the client some time for its part."""
        self._link = link
        if self._socket.closing:
            link.abort()
            return
        server = self._socket.server
        self._due = server.board.sweeper.after(server.limits.upgrade_seconds, self._too_late)

    def on_text(self, payload: bytes) -> None:
        """First the probe, then the upgrade, then nothing that would come here."""
        link = self._link
        assert link is not None
        if payload == _PROBE and not self.probed:
            self.probed = True
            link.send(_PROBED)
            if self._socket.polling is not None:
                self._socket.polling.answer(NOTHING)  # the client waits for its poll before it goes on
        elif payload == _UPGRADE and self.probed:
            self._finish()
            self._socket.upgrade(link)
        else:
            self._give_up()

    def on_binary(self, payload: bytes) -> None:
        """Not before the upgrade."""
        self._give_up()

    def on_pong(self, payload: bytes, received: float) -> None:
        """Nobody has asked yet."""

    def on_end(self, end: End) -> None:
        """The trial failed."""
        self._finish()

    def fail(self) -> None:
        """The client was gone before the trial began."""
        self._finish()

    def drop(self) -> None:
        """The connection is over."""
        self._finish()
        if self._link is not None:
            self._link.abort()

    def _too_late(self) -> None:
        self._socket.server.counts["upgrade_timeout"] += 1
        self._give_up()

    def _give_up(self) -> None:
        self._finish()
        if self._link is not None:
            self._link.close(POLICY_VIOLATION)

    def _finish(self) -> None:
        self._socket.probe = None
        if self._due is not None:
            self._due.cancel()
