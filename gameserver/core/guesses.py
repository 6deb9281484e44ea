"""Slow down whoever guesses passwords and keys."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from gameserver.core.errors import RateLimited
from gameserver.core.values import Seconds

REMEMBERED = 10_000  # subjects per list of tries; the oldest go


@dataclass(frozen=True, slots=True)
class _Failures:
    count: int
    last: Seconds


class Tries:
    """Counts wrong tries per subject; after `most` in a row there is a pause, which forgets them."""

    def __init__(self, most: int, pause: Seconds) -> None:
        self._most = most
        self._pause = pause
        self._failures: dict[Hashable, _Failures] = {}

    def check(self, now: Seconds, subject: Hashable) -> None:
        """Raise `RateLimited` while the subject must pause."""
        failures = self._recent(now, subject)
        if failures is not None and failures.count >= self._most:
            wait = failures.last + self._pause - now
            raise RateLimited(f"too many wrong tries, wait {max(1, round(wait))} s")

    def wrong(self, now: Seconds, subject: Hashable) -> None:
        """Count a wrong try."""
        failures = self._recent(now, subject)
        self._failures.pop(subject, None)  # so that the dict stays ordered by the last try
        self._failures[subject] = _Failures(1 if failures is None else failures.count + 1, now)
        if len(self._failures) > REMEMBERED:
            del self._failures[next(iter(self._failures))]

    def right(self, subject: Hashable) -> None:
        """Forget the subject's wrong tries."""
        self._failures.pop(subject, None)

    def _recent(self, now: Seconds, subject: Hashable) -> _Failures | None:
        failures = self._failures.get(subject)
        return failures if failures is not None and now < failures.last + self._pause else None


class Allowance:
    """So many per second in all, saved up for one second at most."""

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._left = per_second
        self._at: Seconds = 0.0

    def check(self, now: Seconds) -> None:
        """Raise `RateLimited` while nothing is left."""
        self._left = min(self._per_second, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left < 1:
            raise RateLimited("too many wrong tries on this server, try again in a second")

    def take(self) -> None:
        """Use one up."""
        self._left -= 1
