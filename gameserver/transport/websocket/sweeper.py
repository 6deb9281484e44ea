"""One timer for all deadlines of a server: a connection costs the event loop no timer of its own."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Collection
from typing import Protocol

log = logging.getLogger(__name__)


class Timers(Protocol):
    """The one thing needed of an event loop."""

    def call_later(self, delay: float, callback: Callable[[], None], /) -> object:
        """Call back once, after that many seconds."""


class Watched(Protocol):
    """Something that wants to be looked at in every sweep."""

    def check(self, now: float) -> None:
        """Judge by `now`, in seconds of the sweeper's clock."""


class Deadline:
    """A call that is due at some sweep, unless it is cancelled before."""

    __slots__ = ("_call",)

    def __init__(self, call: Callable[[], None]) -> None:
        self._call: Callable[[], None] | None = call

    def cancel(self) -> None:
        """Never call; again has no effect."""
        self._call = None

    def fire(self) -> None:
        """Call, once."""
        call, self._call = self._call, None
        if call is not None:
            call()


class Sweeper:
    """Fires deadlines and looks at whatever is watched, every `step` seconds while there is something.

    A deadline fires at the first sweep after it is due, so at most one step late and never early.
    """

    def __init__(
        self, timers: Timers, *, step: float = 0.25, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.clock = clock
        self._timers = timers
        self._step = step
        self._due: dict[int, list[Deadline]] = {}  # by number of the sweep that fires them
        self._watched: set[Watched] = set()
        self._ticking = False

    def after(self, seconds: float, call: Callable[[], None]) -> Deadline:
        """Call back after that many seconds."""
        deadline = Deadline(call)
        sweep = math.ceil((self.clock() + seconds) / self._step)
        self._due.setdefault(sweep, []).append(deadline)
        self._tick()
        return deadline

    def watch(self, watched: Watched) -> None:
        """Look at it in every sweep from now on."""
        self._watched.add(watched)
        self._tick()

    def unwatch(self, watched: Watched) -> None:
        """Look at it no more."""
        self._watched.discard(watched)

    @property
    def watched(self) -> Collection[Watched]:
        """What is looked at now."""
        return self._watched

    def sweep(self) -> None:
        """Do what is due now; the timer calls this."""
        self._ticking = False
        now = self.clock()
        for number in sorted(number for number in self._due if number * self._step <= now):
            for deadline in self._due.pop(number):
                _guarded(deadline.fire)
        for watched in tuple(self._watched):
            _guarded(watched.check, now)
        self._tick()

    def _tick(self) -> None:
        if not self._ticking and (self._due or self._watched):
            self._ticking = True
            self._timers.call_later(self._step, self.sweep)


def _guarded(call: Callable[..., None], *args: float) -> None:
    """One deadline that raises costs no other."""
    try:
        call(*args)
    except Exception:
        log.exception("a deadline raised")
