"""Whether a connection lives: PINGs, their answers, and the silence that ends it (Engine.IO v4)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from gameserver.transport.websocket.frames import TEXT, encode_frame

if TYPE_CHECKING:
    from gameserver.transport.engine.polling import Polling
    from gameserver.transport.engine.server import EngineServer
    from gameserver.transport.websocket.link import Link

_PING: Final = b"2"
_LATE: Final = 0.05  # seconds
_PING_FRAME: Final = encode_frame(TEXT, _PING)


class Living:
    """The part of a connection that the shared heartbeat calls."""

    __slots__ = ("_ping_due", "_ping_sent", "_polled_at", "beat_step")

    # Of the connection.
    server: EngineServer
    link: Link | None
    polling: Polling | None
    closing: bool
    holds: int

    def _begin_life(self) -> None:
        now = time.monotonic()
        self.beat_step = -1
        self._polled_at = now
        self._ping_sent = 0.0  # while it is unanswered
        interval = self.server.ping_interval
        self._ping_due = self.server.heartbeat.spread(now + interval, now + interval / 2)
        self.server.heartbeat.add(self, self.first_beat(now))

    @property
    def read_at(self) -> float:
        """When the last byte of this client was read, in seconds of time.monotonic()."""
        return self._polled_at if self.link is None else self.link.read_at

    def polled(self) -> bool:
        """Something came by a GET or POST; False, and the connection has ended, if it comes too late."""
        now = time.monotonic()
        if self._ping_sent and not self.closing and not self.holds and now >= self._deadline():
            self.time_out()
            return False
        self._polled_at = now
        return True

    def _deadline(self) -> float:
        """When the client is gone, if nothing more is read."""
        return max(self._ping_due, self.read_at) + self.server.ping_timeout

    def send_ping(self, now: float) -> bool:
        """Send a PING; False, and none sent, while one is unanswered."""
        if self._ping_sent or self.closing:
            return False
        self._ping_sent = now
        # The time to answer runs from when the PING was due, unless we were much too late with it.
        self._ping_due = min(now, max(self._ping_due, now - _LATE))
        if self.link is not None:
            # No backlog: a PING that is stuck must not end a member that only lags behind the news.
            self.link.send_newest(_PING_FRAME, _PING_FRAME)
        elif self.polling is not None:
            self.polling.send(_PING)
        self.server.heartbeat.add(self, now + min(self.server.ping_interval, self.server.ping_timeout))
        return True

    def _receive_pong(self) -> None:
        sent, self._ping_sent = self._ping_sent, 0.0
        if sent:
            received = self.read_at
            self._ping_due = received + self.server.ping_interval
            self.ponged(sent, received)
        else:
            self.count_idle()

    def first_beat(self, now: float) -> float:
        """When `beat` has to be called first."""
        return self._ping_due

    def beat(self, now: float) -> float | None:
        """Send the PING that is due, or end the connection from which nothing has come since the last one."""
        server = self.server
        if self.closing:
            return None
        if self.holds:
            # Nothing is read, by our own will, so silence says nothing.
            if self._ping_sent:
                self._ping_due = now
            return now + server.ping_interval
        if self._ping_sent:
            deadline = self._deadline()
            if now >= deadline:
                self.time_out()
                return None
            return min(deadline, now + server.ping_interval)
        if now >= self._ping_due:
            self.send_ping(now)
            return now + min(server.ping_interval, server.ping_timeout)
        return self._ping_due

    # What the connection does about it.

    def time_out(self) -> None:
        """Nothing came for too long."""
        raise NotImplementedError

    def count_idle(self) -> None:
        """Something came that nobody asked for."""
        raise NotImplementedError

    def ponged(self, sent: float, received: float) -> None:
        """The answer to the PING of `sent` was read at `received` (time.monotonic())."""
