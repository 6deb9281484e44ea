"""Counters and histograms as an exporter reads them."""

from __future__ import annotations

import pytest

from latency.metrics import Histogram, Metrics


def test_a_histogram_counts_up_to_each_inclusive_bound() -> None:
    histogram = Histogram((0.01, 0.1))
    for seconds in (0.005, 0.01, 0.05, 5.0):
        histogram.observe(seconds)
    assert list(histogram.cumulative()) == [(0.01, 2), (0.1, 3), (float("inf"), 4)]
    assert histogram.count == 4
    assert histogram.sum == pytest.approx(5.065)


def test_labels_tell_children_of_one_name_apart() -> None:
    metrics = Metrics()
    metrics.count("latency_pings_total", source="ws", result="ok")
    metrics.count("latency_pings_total", 2, source="ws", result="ok")
    metrics.count("latency_pings_total", source="eio", result="ok")
    metrics.observe("latency_rtt_seconds", 0.02, source="ws", role="host")

    assert dict(metrics.counters["latency_pings_total"]) == {
        (("source", "ws"), ("result", "ok")): 3,
        (("source", "eio"), ("result", "ok")): 1,
    }
    assert list(metrics.histograms["latency_rtt_seconds"].children) == [(("source", "ws"), ("role", "host"))]
