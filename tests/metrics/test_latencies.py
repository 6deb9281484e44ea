"""The latency package's figures under its names."""

from __future__ import annotations

import pytest
from prometheus_client.core import Metric

from gameserver.metrics.catalogue import CATALOGUE
from gameserver.metrics.latencies import PREFIXES, Latencies
from latency.metrics import Metrics
from latency.view import Cache, LatencyView


def shown(measured: Metrics, pings: Cache, now: float = 100.0) -> dict[str, Metric]:
    return {family.name: family for family in Latencies(measured, pings, lambda: None).collect(now)}


def test_every_figure_of_the_package_is_shown_also_before_anything_is_measured() -> None:
    expected = {name.removesuffix("_total") for name in CATALOGUE if name.startswith(PREFIXES)}

    assert set(shown(Metrics(), Cache())) == expected


def test_whatever_the_package_counts_has_an_entry() -> None:
    assert set(Metrics().histograms) <= set(CATALOGUE)


def test_counts_and_histograms_keep_their_labels() -> None:
    measured = Metrics()
    measured.count("latency_pings_total", source="ws", result="ok")
    measured.observe("latency_rtt_seconds", 0.02, source="ws", role="host")

    families = shown(measured, Cache())

    (sample,) = families["latency_pings"].samples
    assert (sample.labels, sample.value) == ({"source": "ws", "result": "ok"}, 1)
    labels = families["latency_rtt_seconds"].samples[0].labels
    assert (labels["source"], labels["role"]) == ("ws", "host")


def test_ages_are_those_of_the_views() -> None:
    pings = Cache()
    pings.publish("anna", LatencyView(last_answered=90.0, oldest_unanswered=97.0))
    pings.publish("bo", LatencyView(last_answered=96.0, oldest_unanswered=99.0))
    pings.publish("cleo", LatencyView())

    families = shown(Metrics(), pings)

    assert families["latency_outstanding_age_seconds_max"].samples[0].value == pytest.approx(3.0)
    assert families["latency_cache_age_seconds"].samples[0].value == pytest.approx(7.0)


def test_what_is_counted_with_delay_is_brought_up_to_date_first() -> None:
    measured = Metrics()
    latencies = Latencies(measured, Cache(), lambda: measured.observe("latency_election_regret_seconds", 0.5))

    families = {family.name: family for family in latencies.collect(0.0)}

    assert families["latency_election_regret_seconds"].samples[-1].value == 0.5
