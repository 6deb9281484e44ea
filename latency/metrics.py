"""Count what the measurement does, in plain objects that any exporter can read. Seconds throughout."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

Labels: TypeAlias = tuple[tuple[str, str], ...]

_RTT_BOUNDS = (
    0.001,
    0.002,
    0.005,
    0.01,
    0.02,
    0.03,
    0.05,
    0.075,
    0.1,
    0.15,
    0.2,
    0.3,
    0.5,
    1.0,
    2.0,
    5.0,
    10.0,
)
_TIME_BOUNDS = (0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 12.0, 20.0, 45.0)


class Histogram:
    """Counts per bucket, their sum and their number; bounds are inclusive, the last bucket is open."""

    __slots__ = ("bounds", "buckets", "count", "sum")

    def __init__(self, bounds: tuple[float, ...] = _RTT_BOUNDS) -> None:
        self.bounds = bounds
        self.buckets = [0] * (len(bounds) + 1)
        self.count = 0
        self.sum = 0.0

    def observe(self, seconds: float) -> None:
        """Count one value."""
        self.buckets[bisect_left(self.bounds, seconds)] += 1
        self.count += 1
        self.sum += seconds

    def cumulative(self) -> Iterator[tuple[float, int]]:
        """(upper bound, values up to it), the last bound infinite: what Prometheus wants."""
        total = 0
        for bound, n in zip((*self.bounds, float("inf")), self.buckets, strict=True):
            total += n
            yield bound, total


@dataclass(slots=True)
class Family:
    """All histograms of one name, by their labels."""

    bounds: tuple[float, ...] = _RTT_BOUNDS
    children: dict[Labels, Histogram] = field(default_factory=dict)

    def at(self, **labels: str) -> Histogram:
        """The histogram with these labels."""
        key = tuple(labels.items())
        found = self.children.get(key)
        if found is None:
            found = self.children[key] = Histogram(self.bounds)
        return found


class Metrics:
    """Counters and histograms by their Prometheus names."""

    def __init__(self) -> None:
        self.counters: dict[str, Counter[Labels]] = {}
        self.histograms: dict[str, Family] = {
            "latency_rtt_seconds": Family(),
            "latency_score_seconds": Family(),
            "latency_jitter_seconds": Family(),
            "latency_read_delay_seconds": Family(),
            "latency_loop_lag_seconds": Family(),
            "latency_client_js_lag_seconds": Family(),
            "latency_election_regret_seconds": Family(),
            "latency_host_excess_seconds": Family(),
            "latency_detect_seconds": Family(_TIME_BOUNDS),
            "clock_offset_error_bound_seconds": Family(),
        }

    def count(self, name: str, by: float = 1, **labels: str) -> None:
        """Add to a counter."""
        self.counters.setdefault(name, Counter())[tuple(labels.items())] += by  # type: ignore[assignment]

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        """Add a value to a histogram."""
        self.histograms[name].at(**labels).observe(seconds)
