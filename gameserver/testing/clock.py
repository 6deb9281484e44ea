"""A clock that a test holds in its hand."""

from __future__ import annotations

import itertools
from collections.abc import Callable


class FakeClock:
    """Seconds that pass when the test says so, and calls that are due by them.

    It is the `Timers` of a server and the `Timing` of a client alike.
    """

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now
        self._serial = itertools.count()
        self._due: dict[int, tuple[float, Callable[[], None]]] = {}

    class _Handle:
        def __init__(self, clock: FakeClock, number: int) -> None:
            self._clock = clock
            self._number = number

        def cancel(self) -> None:
            self._clock._due.pop(self._number, None)

    def time(self) -> float:
        """Return the seconds now."""
        return self.now

    def call_later(self, delay: float, callback: Callable[[], None], /) -> FakeClock._Handle:
        """Call back once so many seconds have passed."""
        number = next(self._serial)
        self._due[number] = (self.now + delay, callback)
        return self._Handle(self, number)

    def call_next(self, until: float) -> bool:
        """Let time pass to the next call that is due by then, and call it; False if there is none."""
        due = [(at, number) for number, (at, _) in self._due.items() if at <= until]
        if not due:
            return False
        at, number = min(due)
        self.now = max(self.now, at)
        self._due.pop(number)[1]()
        return True

    def pass_time(self, seconds: float) -> None:
        """Let so many seconds pass, with all that is due on the way."""
        until = self.now + seconds
        while self.call_next(until):
            pass
        self.now = until
