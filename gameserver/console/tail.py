"""The newest log lines, kept to be looked at; what a viewer is too slow for is counted, not kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KEPT = 5_000  # lines
LOOKED_AT = 2_000  # lines for one answer, whatever is filtered
LEVELS = ("debug", "info", "warning", "error", "critical")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which lines are wanted; None: any. `event` may end in a star."""

    event: str | None = None
    level: str | None = None  # this and above
    room: str | None = None
    player: str | None = None

    def passes(self, line: Mapping[str, Any]) -> bool:
        """Whether this line is wanted."""
        if self.event is not None and not _matches(self.event, line.get("event", "")):
            return False
        if self.level is not None and _rank(line.get("level")) < _rank(self.level):
            return False
        if self.room is not None and line.get("room") != self.room:
            return False
        return self.player is None or self.player in (
            line.get("player"),
            line.get("host"),
            line.get("previous"),
        )


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines in order, each with its number, and where to go on."""

    lines: list[tuple[int, Mapping[str, Any]]]
    next: int  # the number to ask after
    dropped: int  # lines that were gone, or passed over, before they were looked at


class Tail:
    """A ring of log lines; noting one costs a copy of it."""

    def __init__(self, kept: int = KEPT) -> None:
        self._lines: deque[Mapping[str, Any]] = deque(maxlen=kept)
        self._count = 0  # lines noted since the start; the last one has this number

    def note(self, line: Mapping[str, Any]) -> None:
        """Take a line as the log renders it."""
        self._lines.append(dict(line))
        self._count += 1

    def after(self, number: int | None, wanted: Filter, limit: int) -> Lines:
        """Return the wanted lines behind this one; without a number the newest ones.

        At most `limit` lines, the newest of those that are new, and never a look at more than LOOKED_AT.
        """
        count, kept = self._count, len(self._lines)
        # A number from before a restart is beyond all there are: begin anew.
        begin = count - kept if number is None or number > count else max(number, count - kept)
        first = max(begin, count - LOOKED_AT)
        found: list[tuple[int, Mapping[str, Any]]] = []
        seen = count
        while seen > first and len(found) < limit:
            line = self._lines[seen - 1 - (count - kept)]
            if wanted.passes(line):
                found.append((seen, line))
            seen -= 1
        found.reverse()
        dropped = 0 if number is None or number > count else seen - number
        return Lines(found, count, dropped)


def _matches(wanted: str, event: str) -> bool:
    return event.startswith(wanted[:-1]) if wanted.endswith("*") else event == wanted


def _rank(level: object) -> int:
    return LEVELS.index(level) if level in LEVELS else 0
