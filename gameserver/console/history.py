"""What the server did lately, in figures: one row each second and one each ten, in bounded rings."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from gameserver.ports import Timer, Timers
from latency.metrics import Histogram

FIGURES: Mapping[str, str] = MappingProxyType(
    {
        "connections": "connections that have joined",
        "players": "players, those away included",
        "rooms": "rooms",
        "messages_per_s": "relay messages read per second",
        "deliveries_per_s": "packets posted to recipients per second",
        "bytes_per_s": "bytes of relay messages read per second",
        "requests_per_s": "commands handled per second",
        "relay_p50_ms": "half of the relay messages took at most so long inside the server",
        "relay_p99_ms": "99 of 100 did",
        "lag_p50_ms": "lateness of the event loop: half of the looks found at most this",
        "lag_max_ms": "the bucket in which the worst lateness fell ends here",
        "elections": "elections",
        "migrations": "changes of host that ended",
        "migrating": "rooms that wait for a new host's word",
        "refusals": "requests and relay messages refused",
        "drops": "newest-wins messages left out",
        "parked": "inputs kept for a host to come",
    }
)
"""Each figure and what it says; counts are of the step, gauges of its end. Milliseconds end in `_ms`."""

Row = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """What is read of the server at one moment: gauges, and totals since the start."""

    connections: int
    players: int
    rooms: int
    migrating: int
    messages: int
    deliveries: int
    bytes: int
    requests: int
    elections: int
    migrations: int
    refusals: int
    drops: int
    parked: int
    relay: tuple[int, ...]  # buckets of seconds
    lag: tuple[int, ...]


class Series:
    """Rows of one step, the newest `kept` of them."""

    def __init__(self, step_s: int, kept: int, relay: Histogram, lag: Histogram) -> None:
        self.step_s = step_s
        self._bounds = relay.bounds, lag.bounds
        self._rows: deque[tuple[int, Row]] = deque(maxlen=kept)
        self._before: tuple[float, Counts] | None = None

    def add(self, at: float, counts: Counts) -> None:
        """Take what was read at this moment (Unix seconds)."""
        if self._before is not None:
            since, before = self._before
            self._rows.append((round(at * 1000), self._row(before, counts, max(at - since, 1e-3))))
        self._before = at, counts

    def after(self, at_ms: int) -> list[tuple[int, Row]]:
        """Return the rows younger than this moment (Unix milliseconds), oldest first."""
        found = []
        for row in reversed(self._rows):
            if row[0] <= at_ms:
                break
            found.append(row)
        found.reverse()
        return found

    def _row(self, before: Counts, now: Counts, seconds: float) -> Row:
        relay = [late - early for late, early in zip(now.relay, before.relay, strict=True)]
        lag = [late - early for late, early in zip(now.lag, before.lag, strict=True)]
        relay_bounds, lag_bounds = self._bounds
        return (
            now.connections,
            now.players,
            now.rooms,
            round((now.messages - before.messages) / seconds, 1),
            round((now.deliveries - before.deliveries) / seconds, 1),
            round((now.bytes - before.bytes) / seconds, 1),
            round((now.requests - before.requests) / seconds, 1),
            quantile(relay_bounds, relay, 0.5),
            quantile(relay_bounds, relay, 0.99),
            quantile(lag_bounds, lag, 0.5),
            quantile(lag_bounds, lag, 1.0),
            now.elections - before.elections,
            now.migrations - before.migrations,
            now.migrating,
            now.refusals - before.refusals,
            now.drops - before.drops,
            now.parked - before.parked,
        )


def quantile(bounds: Sequence[float], buckets: Sequence[int], share: float) -> float | None:
    """Return the quantile in ms of values in seconds that were counted in buckets, None of none.

    Values are taken as spread evenly within their bucket, as Prometheus' `histogram_quantile` does; what is
    beyond the last bound counts as that bound.
    """
    total = sum(buckets)
    if not total:
        return None
    wanted = share * total
    below = 0
    for number, count in enumerate(buckets):
        if count and below + count >= wanted:
            if number == len(bounds):
                break
            floor = bounds[number - 1] if number else 0.0
            part = (wanted - below) / count
            return round(1000 * (floor + part * (bounds[number] - floor)), 3)
        below += count
    return round(1000 * bounds[-1], 3)


class History:
    """Reads the counts each second: ten minutes by the second, and hours by ten seconds."""

    def __init__(
        self,
        read: Callable[[], Counts],
        *,
        relay: Histogram,
        lag: Histogram,
        timers: Timers,
        now: Callable[[], float],
    ) -> None:
        self._read = read
        self._timers = timers
        self._now = now
        self._timer: Timer | None = None
        self._ticks = 0
        self.fine = Series(1, 600, relay, lag)
        self.coarse = Series(10, 720, relay, lag)

    def start(self) -> None:
        """Read now, and each second from now on."""
        at, counts = self._now(), self._read()
        self.fine.add(at, counts)
        if self._ticks % self.coarse.step_s == 0:
            self.coarse.add(at, counts)
        self._ticks += 1
        self._timer = self._timers.call_later(self.fine.step_s, self.start)

    def stop(self) -> None:
        """Read no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
