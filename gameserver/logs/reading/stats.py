"""Count what happened: tables by event, refusal, ending and election."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from gameserver.logs.reading.words import counted, shown

DISTINCT = 1000  # rows a table has at most: clients choose the names of events


class Brief(msgspec.Struct, gc=False):
    """What the tables are made of; reading no more than this of a line is what makes them fast."""

    event: str
    time: str = ""
    name: str | None = None
    outcome: str | None = None
    unlogged: int = 0
    code: str | None = None
    ending: str | None = None
    reason: str | None = None


class Stats:
    """The tables, and how many lines were none of the server's."""

    def __init__(self) -> None:
        self.foreign = 0
        self._first: str | None = None
        self._last = ""
        self._events: Counter[str] = Counter()
        self._commands: Counter[tuple[str, ...]] = Counter()
        self._refusals: Counter[tuple[str, ...]] = Counter()
        self._endings: Counter[tuple[str, ...]] = Counter()
        self._elections: Counter[tuple[str, ...]] = Counter()

    def read(self, lines: Iterable[bytes]) -> None:
        """Count these lines."""
        decode = msgspec.json.Decoder(Brief).decode
        events = self._events
        for raw in lines:
            try:
                line = decode(raw)
            except (msgspec.DecodeError, UnicodeDecodeError):
                self.foreign += bool(raw.strip())
                continue
            event = line.event
            if event not in events and len(events) >= DISTINCT:
                event = "(others)"
            events[event] += 1
            if self._first is None:
                self._first = line.time
            self._last = line.time
            if event == "command.handled":
                self._command(line)
            elif event == "relay.refused":
                _count(self._refusals, 1, str(line.code), f"{line.name} (relayed)")
            elif event == "connection.closed":
                _count(self._endings, 1, str(line.ending), line.code or "")
            elif event == "host.elected":
                _count(self._elections, 1, str(line.reason))

    def _command(self, line: Brief) -> None:
        if line.outcome == "ok":
            _count(self._commands, 1, str(line.name))
        else:
            _count(self._refusals, 1, str(line.outcome), str(line.name))
        if line.unlogged:
            _count(self._refusals, line.unlogged, "(sampled)", "left no line of their own")

    def tables(self) -> Iterator[str]:
        """Return the tables as lines, the most frequent first."""
        lines = counted(self._events.total(), "line")
        yield f"{lines} from {shown(self._first or '?')} to {shown(self._last or '?')}"
        yield from _table("Events", Counter({(event,): count for event, count in self._events.items()}))
        yield from _table("Commands done", self._commands)
        yield from _table("Refusals", self._refusals)
        yield from _table("Connections ended", self._endings)
        yield from _table("Hosts elected because", self._elections)


def _count(table: Counter[tuple[str, ...]], more: int, *key: str) -> None:
    table[key if key in table or len(table) < DISTINCT else ("(others)",)] += more


def _table(title: str, rows: Counter[tuple[str, ...]]) -> Iterator[str]:
    if rows:
        yield ""
        yield title
        for key, count in sorted(rows.items(), key=lambda row: (-row[1], row[0])):
            yield f"{count:>10}  {shown(' '.join(key)).rstrip()}"
