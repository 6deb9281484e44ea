"""Turn plain counts into prometheus-client's families, held to the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from gameserver.metrics.catalogue import CATALOGUE, OTHER, Entry
from latency.metrics import Histogram

K = TypeVar("K", bound=str | tuple[str, ...])


def single(name: str, value: float) -> Metric:
    """Return a counter or gauge without labels."""
    return counted(name, {(): value})


def counted(name: str, values: Mapping[K, float]) -> Metric:
    """Return a counter or gauge; its keys are the values of its labels, of a single one the bare text.

    Where there is one label, all its values are shown, so that a rate begins at zero.
    """
    entry = CATALOGUE[name]
    totals: dict[tuple[str, ...], float] = {}
    if len(entry.labels) == 1 and not entry.sparse:
        totals = {(each,): 0.0 for each in next(iter(entry.labels.values()))}
    for key, value in values.items():
        listed = _listed(entry, key)
        totals[listed] = totals.get(listed, 0.0) + value
    family: Any = CounterMetricFamily if entry.kind == "counter" else GaugeMetricFamily
    metric: Metric = family(name, entry.question, labels=tuple(entry.labels))
    for labels, total in totals.items():
        metric.add_metric(labels, total)  # type: ignore[attr-defined]
    return metric


def timed(name: str, histograms: Iterable[tuple[Sequence[str], Histogram]]) -> Metric:
    """Return a histogram per key; a key that is not listed is left out."""
    entry = CATALOGUE[name]
    metric = HistogramMetricFamily(name, entry.question, labels=tuple(entry.labels))
    for key, histogram in histograms:
        if OTHER in (listed := _listed(entry, tuple(key))) and OTHER not in key:
            continue
        buckets = [(_text(bound), float(count)) for bound, count in histogram.cumulative()]
        metric.add_metric(listed, buckets, histogram.sum)
    return metric


def _text(bound: float) -> str:
    return "+Inf" if bound == float("inf") else str(bound)


def _listed(entry: Entry, key: str | tuple[str, ...]) -> tuple[str, ...]:
    given = (key,) if isinstance(key, str) else key
    return tuple(
        value if value in values else OTHER
        for value, values in zip(given, entry.labels.values(), strict=True)
    )
