"""Tell what happened to one room or player, why its host changed, what was slow and what went wrong."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator

from gameserver.logs.reading.line import Line
from gameserver.logs.reading.words import clock, counted, elected, ranking, shown, told

SLOWEST = 20
AWAITED = 1000  # members whose connection's end is still to be told
KINDS = 1000  # of errors that are counted apart


def room(lines: Iterable[Line], wanted: str) -> Iterator[str]:
    """Tell a room's story; a member's connection that ended in it belongs to it."""
    ended: dict[str, None] = {}
    found = False
    for line in lines:
        if line.room == wanted:
            found = True
            if line.event == "connection.closed" and line.player is not None:
                ended.pop(line.player, None)
            if line.name == "disconnected" and line.player is not None:
                ended[line.player] = None
                if len(ended) > AWAITED:
                    del ended[next(iter(ended))]
            yield told(line)
        elif line.event == "connection.closed" and line.player in ended:
            del ended[line.player]
            yield told(line)
    if not found:
        yield f"No room {shown(wanted)} is in these lines."


def player(lines: Iterable[Line], wanted: str) -> Iterator[str]:
    """Tell a player's story over all its connections and rooms."""
    found = False
    for line in lines:
        if line.player == wanted:
            found = True
            place = "" if line.room is None else f"  [{shown(line.room)}]"
            yield told(line) + place
        elif line.event == "host.elected" and wanted in (line.host, line.previous):
            found = True
            yield f"{told(line)}  [{shown(line.room or '?')}]"
    if not found:
        yield f"No player {shown(wanted)} is in these lines."


def why_host(lines: Iterable[Line], wanted: str, at: str | None = None) -> Iterator[str]:
    """Explain a room's elections; `at` is the beginning of a time, as 20:14 or 2026-11-21T20:14.

    With `at` those of that time, or the last before if there was none: by it the host then was host.
    """
    before: Line | None = None
    hit = False
    for line in lines:
        if line.event != "host.elected" or line.room != wanted:
            continue
        if at is not None:
            when = (line.time if "T" in at else line.time[11:])[: len(at)]
            if when < at:
                before = line
            if when != at:
                continue
        hit = True
        yield from explained(line)
    if not hit and before is not None:
        yield f"No election at {at}; the host then was chosen earlier:"
        yield from explained(before)
    elif not hit:
        yield f"No election of {shown(wanted)} is in these lines."


def explained(line: Line) -> Iterator[str]:
    """Explain one election with its figures."""
    yield f"{line.time[:10]} {clock(line)}  {shown(elected(line))}."
    yield from ranking(line)


def slow(lines: Iterable[Line], over_ms: float) -> Iterator[str]:
    """Tell the slowest commands, and how many took longer than `over_ms` milliseconds."""
    slowest: list[tuple[float, int, Line]] = []
    count = total = 0
    for line in lines:
        if line.ms is None or line.event != "command.handled":
            continue
        total += 1
        if line.ms > over_ms:
            count += 1
            keep = heapq.heappushpop if len(slowest) >= SLOWEST else _push
            keep(slowest, (line.ms, -count, line))
    yield f"{count} of {counted(total, 'command')} took longer than {over_ms:g} ms."
    for ms, _, line in sorted(slowest, reverse=True):
        yield f"{ms:10.1f} ms  {told(line)}"


def _push(heap: list[tuple[float, int, Line]], item: tuple[float, int, Line]) -> None:
    heapq.heappush(heap, item)


def errors(lines: Iterable[Line]) -> Iterator[str]:
    """Tell every line of level error, and at the end how many of each kind there were."""
    kinds: Counter[str] = Counter()
    for line in lines:
        if line.level != "error":
            continue
        kind = line.event if line.error is None else f"{line.event} {line.error}"
        kinds[kind if kind in kinds or len(kinds) < KINDS else "(others)"] += 1
        yield told(line)
    yield f"{counted(kinds.total(), 'error')}."
    for kind, count in kinds.most_common():
        yield f"{count:>8}  {shown(kind)}"
