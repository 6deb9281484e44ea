"""Each player's round trips by source, the newest of them, in few bytes."""

from __future__ import annotations

import math
from array import array
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from gameserver.core.values import PlayerId
from latency.sample import Result, Sample, Source

KEPT = 180  # samples per player: 17 bytes each
GONE_KEPT = 2_000  # players whose connection is over
GONE_SECONDS = 900.0  # and for how long

SOURCES = (Source.CONTROL, Source.HEARTBEAT)
RESULTS = (Result.OK, Result.TIMEOUT, Result.DISCARDED)


@dataclass(frozen=True, slots=True)
class Trip:
    """One probe: when it was sent (Unix seconds), by what means, and what became of it."""

    at: float
    source: Source
    result: Result
    rtt_ms: float | None  # as read
    read_delay_ms: float | None  # of that, how long the answer lay in the kernel

    @property
    def network_ms(self) -> float | None:
        """The round trip without the server's own read delay."""
        return None if self.rtt_ms is None else max(0.0, self.rtt_ms - (self.read_delay_ms or 0.0))


class _Ring:
    """One player's samples: arrays that grow to KEPT and then go round."""

    __slots__ = ("at", "delay", "kind", "next", "rtt")

    def __init__(self) -> None:
        self.at = array("d")
        self.rtt = array("f")
        self.delay = array("f")
        self.kind = array("B")
        self.next = 0  # where the oldest stands, once it is full

    def add(self, at: float, rtt: float, delay: float, kind: int) -> None:
        if len(self.at) < KEPT:
            self.at.append(at)
            self.rtt.append(rtt)
            self.delay.append(delay)
            self.kind.append(kind)
            return
        place = self.next
        self.at[place], self.rtt[place], self.delay[place], self.kind[place] = at, rtt, delay, kind
        self.next = (place + 1) % KEPT

    def trips(self) -> list[Trip]:
        order = [*range(self.next, len(self.at)), *range(self.next)]
        return [
            Trip(
                self.at[place],
                SOURCES[self.kind[place] // len(RESULTS)],
                RESULTS[self.kind[place] % len(RESULTS)],
                _known(self.rtt[place]),
                _known(self.delay[place]),
            )
            for place in order
        ]


class PingHistory:
    """Takes every sample of the prober; players that left are remembered for a while."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._rings: dict[str, _Ring] = {}
        self._gone: OrderedDict[str, tuple[float, _Ring]] = OrderedDict()

    def sample(self, sample: Sample) -> None:
        """Take a probe that was answered or timed out; for the prober to call."""
        ring = self._rings.get(sample.player)
        if ring is None:
            _, ring = self._gone.pop(sample.player, (0.0, _Ring()))
            self._rings[sample.player] = ring
        ring.add(
            sample.sent,
            math.nan if sample.rtt_ms is None else sample.rtt_ms,
            math.nan if sample.read_delay_ms is None else sample.read_delay_ms,
            SOURCES.index(sample.source) * len(RESULTS) + RESULTS.index(sample.result),
        )

    def left(self, player: PlayerId) -> None:
        """The player is measured no more."""
        ring = self._rings.pop(player, None)
        if ring is None:
            return
        now = self._now()
        self._gone[player] = now, ring
        while self._gone:
            at, _ = next(iter(self._gone.values()))
            if len(self._gone) <= GONE_KEPT and now - at < GONE_SECONDS:
                break
            self._gone.popitem(last=False)

    def of(self, player: str) -> list[Trip]:
        """Return what is kept of this player, oldest first."""
        ring = self._rings.get(player)
        if ring is None:
            _, ring = self._gone.get(player, (0.0, None))
        return [] if ring is None else ring.trips()


def _known(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 3)
