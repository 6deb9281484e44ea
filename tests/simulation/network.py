"""Virtual time, and links that delay, jitter and break; all chance comes from one seed."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from random import Random
from typing import Any


class Loop:
    """Runs what is due, in order; time passes only here."""

    def __init__(self, now: float) -> None:
        self.now = now
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count()

    def at(self, when: float, call: Callable[[], None]) -> None:
        """Call at this moment, or now if it has passed."""
        heapq.heappush(self._heap, (max(when, self.now), next(self._count), call))

    def after(self, delay: float, call: Callable[[], None]) -> None:
        """Call after this delay."""
        self.at(self.now + delay, call)

    def run(self, seconds: float) -> None:
        """Let so much time pass."""
        end = self.now + seconds
        while self._heap and self._heap[0][0] <= end:
            self.now, _, call = heapq.heappop(self._heap)
            call()
        self.now = end


class Link:
    """One connection: each way in order, never faster than its delay, until it is cut."""

    def __init__(self, loop: Loop, chance: Random, delay: float) -> None:
        self.alive = True
        self._loop = loop
        self._chance = chance
        self._delay = delay
        self._last = {"up": 0.0, "down": 0.0}

    def carry(self, way: str, deliver: Callable[[Any], None], message: Any) -> None:
        """Deliver the message at the other end, unless the link is cut before."""
        arrival = self._loop.now + self._delay * self._chance.uniform(0.5, 2.0)
        arrival = self._last[way] = max(arrival, self._last[way])

        def arrive() -> None:
            if self.alive:
                deliver(message)

        self._loop.at(arrival, arrive)

    def cut(self) -> None:
        """Lose all that is on its way."""
        self.alive = False
