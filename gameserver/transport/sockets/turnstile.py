"""Let newcomers and requests through for a bounded time in each turn of the event loop."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Protocol

from gameserver.transport.websocket.frames import INTERNAL_ERROR

log = logging.getLogger(__name__)


class Waiting(Protocol):
    """A connection of which nothing is read while something of it waits."""

    def hold(self) -> None:
        """Read nothing until `release`."""

    def release(self) -> None:
        """Read on."""

    def hang_up(self, code: str, close_code: int) -> None:
        """Close it for this reason of ours."""


class Turnstile:
    """Runs what a thousand may want in one moment, each of it whole and all of it in order.

    What finds the time of this turn used up waits for the next ones. A connection of which something waits
    isn't read: what it sends stays in order, and no more than one thing of each waits.
    """

    __slots__ = ("_call_soon", "_now", "_seconds", "_spent", "_turning", "_waiting")

    def __init__(
        self,
        call_soon: Callable[[Callable[[], None]], object],
        seconds: float,
        now: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._call_soon = call_soon
        self._seconds = seconds  # of each turn; what was begun is finished
        self._now = now
        self._waiting: dict[Waiting, Callable[[], None]] = {}
        self._spent = 0.0  # seconds of this turn
        self._turning = False  # whether the end of this turn is scheduled

    def enter(self, connection: Waiting, run: Callable[[], None]) -> None:
        """Run this now, or behind all that waits already."""
        if self._waiting or self._spent >= self._seconds:
            connection.hold()
            self._waiting[connection] = run
            return
        if not self._turning:
            self._schedule()
        began = self._now()
        run()
        self._spent += self._now() - began

    def finish(self, connection: Waiting) -> None:
        """Run what waits of this connection now, because it has ended behind it."""
        run = self._waiting.pop(connection, None)
        if run is not None:
            self._run(connection, run)

    def _schedule(self) -> None:
        self._turning = True
        self._call_soon(self._turn)

    def _turn(self) -> None:
        """Begin another turn: with those that have waited longest."""
        self._turning = False
        self._spent = 0.0
        waiting = self._waiting
        if not waiting:
            return
        began = self._now()
        while waiting and self._spent < self._seconds:
            connection = next(iter(waiting))
            self._run(connection, waiting.pop(connection))
            self._spent = self._now() - began
        self._schedule()

    def _run(self, connection: Waiting, run: Callable[[], None]) -> None:
        """What raises is our mistake, and costs the connection that it was for."""
        try:
            run()
        except Exception:
            log.exception("what waited for its turn raised")
            connection.hang_up("internal", INTERNAL_ERROR)
        connection.release()
