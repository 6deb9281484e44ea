"""What the latency package measures, under its own names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from prometheus_client.core import Metric

from gameserver.core.values import Seconds
from gameserver.metrics.catalogue import CATALOGUE
from gameserver.metrics.families import counted, single, timed
from latency.metrics import Labels, Metrics
from latency.view import Cache

GAUGES = ("latency_outstanding_age_seconds_max", "latency_cache_age_seconds")
PREFIXES = ("latency_", "clock_")


class Latencies:
    """Reads the package's counters and the cached views; a scrape looks at each player once."""

    def __init__(self, metrics: Metrics, pings: Cache, judge: Callable[[], None]) -> None:
        """`judge` brings what is counted with delay up to date."""
        self._metrics = metrics
        self._pings = pings
        self._judge = judge

    def collect(self, now: Seconds) -> Iterator[Metric]:
        """Yield every metric of the catalogue that is the package's; `now` is in the time of the views."""
        self._judge()
        for name, entry in CATALOGUE.items():
            if not name.startswith(PREFIXES) or name in GAUGES:
                continue
            if entry.kind == "histogram":
                children = self._metrics.histograms[name].children
                yield timed(name, ((_values(labels), child) for labels, child in children.items()))
            else:
                counts: Mapping[Labels, float] = self._metrics.counters.get(name, {})
                totals: dict[tuple[str, ...], float] = {} if entry.labels else {(): 0}
                yield counted(name, totals | {_values(labels): count for labels, count in counts.items()})
        waiting = answered = now
        known = 0
        for view in self._pings.values():
            if view.oldest_unanswered is not None and view.oldest_unanswered < waiting:
                waiting = view.oldest_unanswered
            if view.last_answered is not None:
                answered += view.last_answered - now  # a sum of moments would lose their fractions
                known += 1
        yield single("latency_outstanding_age_seconds_max", now - waiting)
        yield single("latency_cache_age_seconds", max(0.0, (now - answered) / known) if known else 0.0)


def _values(labels: Labels) -> tuple[str, ...]:
    return tuple(value for _, value in labels)
