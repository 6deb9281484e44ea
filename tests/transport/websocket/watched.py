"""A link whose owner notes what it is told, with bounds small enough to be reached."""

from __future__ import annotations

from gameserver.transport.websocket.board import LinkSettings
from gameserver.transport.websocket.outbox import OutboxLimits
from tests.transport.websocket.fakes import Recorder, Wired

SETTINGS = LinkSettings(
    max_message_bytes=1000, close_seconds=2.0, outbox=OutboxLimits(backlog_bytes=1000, backlog_seconds=3.0)
)


def recorded(room: int = 1 << 30, early: bytes = b"") -> tuple[Recorder, Wired]:
    owner = Recorder()
    return owner, Wired(owner, SETTINGS, room=room, early=early)


def lose(wired: Wired) -> None:
    """The connection is reset."""
    wired.transport.abort()
    wired.loop.turn()
