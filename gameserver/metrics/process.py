"""Watch the process from inside: lateness of its loop, pauses of its collector, time that relaying takes."""

from __future__ import annotations

import gc
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from gameserver.ports import Timer, Timers
from latency.metrics import Histogram

STEP_SECONDS = 0.1
LASTING_SECONDS = 5.0
LAG_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
PAUSE_BOUNDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5)
RELAY_BOUNDS = (0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5)


class LoopLag:
    """Asks the loop for a call every tenth of a second and counts how late it comes."""

    def __init__(self, timers: Timers, now: Callable[[], float] = time.monotonic) -> None:
        self._timers = timers
        self._now = now
        self._timer: Timer | None = None
        self._due = 0.0
        self._recent: deque[tuple[float, float]] = deque()  # when looked, and how late
        self.seconds = Histogram(LAG_BOUNDS)

    def start(self) -> None:
        """Look from now on."""
        self._due = self._now() + STEP_SECONDS
        self._timer = self._timers.call_later(STEP_SECONDS, self._look)

    def stop(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @property
    def lasting(self) -> float:
        """The least lateness of the last five seconds: one long turn is over, an overload stays. Seconds."""
        return min((late for _, late in self._recent), default=0.0)

    def _look(self) -> None:
        now = self._now()
        late = max(0.0, now - self._due)
        self.seconds.observe(late)
        self._recent.append((now, late))
        while now - self._recent[0][0] > LASTING_SECONDS:
            self._recent.popleft()
        self.start()


class CollectorPauses:
    """Times every run of the garbage collector, by generation."""

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        self._now = now
        self._began = 0.0
        self.seconds = tuple(Histogram(PAUSE_BOUNDS) for _ in range(3))

    def start(self) -> None:
        """Be told of every run from now on."""
        gc.callbacks.append(self.collector)

    def stop(self) -> None:
        """Be told no more."""
        gc.callbacks.remove(self.collector)

    def collector(self, phase: str, info: dict[str, int]) -> None:
        """What the collector calls before and after each run (`gc.callbacks`)."""
        if phase == "start":
            self._began = self._now()
        else:
            self.seconds[info["generation"]].observe(self._now() - self._began)


class Soon(Protocol):
    """As much of an event loop as is needed here."""

    def call_soon(self, callback: Callable[[float], None], began: float, /) -> object:
        """Call back behind everything that is to be done in this turn."""


class RelayTimes:
    """Times relay messages: from taking one up to the end of the turn that has written it."""

    def __init__(self, loop: Soon, now: Callable[[], float] = time.monotonic) -> None:
        self._loop = loop
        self._now = now
        self.seconds = Histogram(RELAY_BOUNDS)

    def begin(self, began: float) -> None:
        """A message taken up at this moment has been relayed; what it wrote may be joined until now's end."""
        self._loop.call_soon(self._written, began)

    def _written(self, began: float) -> None:
        self.seconds.observe(self._now() - began)
