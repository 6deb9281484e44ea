"""One timer for the heartbeats of all connections, exact to a fraction of the interval."""

from __future__ import annotations

import asyncio
import heapq
import logging
import math
import time
from collections.abc import Callable
from typing import Protocol

log = logging.getLogger(__name__)

_STEPS: float = 256.0  # the shorter of interval and time-out is divided into so many
_COARSEST: float = 0.25  # seconds
_FINEST: float = 0.001
_AT_ONCE: int = 3  # connections called in one turn of the loop; what others sent meanwhile comes between
_AT_ONCE_LATE: int = 32  # the same, once they are as many steps late as the next line says
_LATE: float = 2.0  # steps
_CROWD: int = 2  # connections that may begin in one step and keep their time
_SPREAD: float = (5**0.5 - 1) / 2  # multiples of the golden ratio, less their whole part, lie evenly
_STALLED: float = 0.5  # seconds that a timer may come too late before something must be wrong with us


class Beating(Protocol):
    """A connection as the heartbeat knows it."""

    beat_step: int  # the heartbeat's own; -1 at first

    def beat(self, now: float) -> float | None:
        """Do what is due at `now` (time.monotonic()); return when to come again, None for never."""


class Heartbeat:
    """Calls each connection when it is due, and never early; those due in the same step share a wake-up.

    A connection costs it one place in a dictionary, and no object.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        shortest_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._loop = loop
        self._clock = clock
        self._step = min(_COARSEST, max(_FINEST, shortest_seconds / _STEPS))
        self._due: dict[int, dict[Beating, None]] = {}  # by number of the step that calls them
        self._order: list[int] = []  # a heap of those numbers
        self._timer: asyncio.TimerHandle | None = None
        self._timer_step = 0
        self._newest_step = -1
        self._newcomers = 0  # whose first call falls into that step
        self._phase = 0.0
        self._stalled = False  # whether a standstill was noticed, and what came meanwhile has been read

    def add(self, beating: Beating, at: float) -> None:
        """Call this connection at `at` (time.monotonic()), and at no other time it was added for before."""
        self.discard(beating)
        step = math.ceil(at / self._step)
        due = self._due.get(step)
        if due is None:
            due = self._due[step] = {}
            heapq.heappush(self._order, step)
            self._wake_at(self._order[0])
        due[beating] = None
        beating.beat_step = step

    def spread(self, at: float, earliest: float) -> float:
        """Return when to call a newcomer first that is due at `at`: one of a crowd somewhat earlier.

        A thousand who came within a second would else be called within one second of each interval.
        """
        step = math.ceil(at / self._step)
        self._newcomers = self._newcomers + 1 if step == self._newest_step else 1
        self._newest_step = step
        if self._newcomers <= _CROWD:
            return at
        self._phase = (self._phase + _SPREAD) % 1.0
        return at - self._phase * (at - earliest)

    def discard(self, beating: Beating) -> None:
        """Don't call this connection any more."""
        due = self._due.get(beating.beat_step)
        if due is not None:
            due.pop(beating, None)

    def run(self) -> None:
        """Call all that are due; the timer does."""
        self._timer = None
        now = self._clock()
        order = self._order
        if order and now - order[0] * self._step > _STALLED and not self._stalled:
            # The process stood still: what clients sent meanwhile has to be read before they are judged.
            self._stalled = True
            self._timer_step = order[0]
            self._timer = self._loop.call_later(_STALLED / 10, self.run)
            return
        late = order and now - order[0] * self._step > _LATE * self._step
        left = _AT_ONCE_LATE if late else _AT_ONCE
        while left and order and order[0] * self._step <= now:
            due = self._due[order[0]]
            while left and due:
                left -= 1
                self._call(due.popitem()[0], now)
            if not due:
                del self._due[heapq.heappop(order)]
        self._stalled = not left  # so many together have been waited for already
        if order:
            self._wake_at(order[0])

    def _call(self, beating: Beating, now: float) -> None:
        try:
            again = beating.beat(now)
        except Exception:
            log.exception("a heartbeat raised")
            return
        if again is not None:
            self.add(beating, max(again, now + self._step))

    def stop(self) -> None:
        """Call nobody any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._due.clear()
        self._order.clear()

    def _wake_at(self, step: int) -> None:
        if self._timer is not None:
            if self._timer_step <= step:
                return
            self._timer.cancel()
        self._timer_step = step
        self._timer = self._loop.call_later(max(0.0, step * self._step - self._clock()), self.run)
