"""The realised quality of elections, worked by hand."""

from __future__ import annotations

import pytest

from latency.election import Election, Ranked, Tier
from latency.metrics import Metrics
from latency.quality import Quality, scrape
from latency.sample import Player, Result, Sample, Source
from latency.view import Cache, LatencyView


def election(at: float, *players: Player, reason: str = "lost") -> Election[Player]:
    ranking = tuple(Ranked(player, Tier.READY, 1.0, 1.0, 9, "") for player in players)
    return Election(at, reason, ranking, players[0] if players else None, "")


def sample(sent: float, player: Player, rtt_ms: float | None, source: Source = Source.CONTROL) -> Sample:
    result = Result.TIMEOUT if rtt_ms is None else Result.OK
    return Sample(sent, player, source, result, rtt_ms, None, 0.0, False, False, False)


def regrets(metrics: Metrics) -> tuple[int, float]:
    histogram = metrics.histograms["latency_election_regret_seconds"].at()
    return histogram.count, histogram.sum


def test_regret_is_the_cost_of_the_winner_less_that_of_the_best_over_the_next_half_minute() -> None:
    metrics = Metrics()
    quality = Quality(metrics)
    quality.elected("room", election(100.0, "anna", "bo", "cleo"))
    for sent, player, rtt in ((101, "anna", 40.0), (105, "anna", 80.0), (110, "bo", 30.0), (131, "bo", 1.0)):
        quality.sample(sample(float(sent), player, rtt))

    # anna: 0.75 x 60 + 0.25 x 80 = 65 ms; bo: 30 ms, its later sample is outside; cleo was not measured
    count, total = regrets(metrics)
    assert count == 1
    assert total == pytest.approx(0.035)


def test_timed_out_probes_and_heartbeats_do_not_count() -> None:
    metrics = Metrics()
    quality = Quality(metrics)
    quality.elected("room", election(100.0, "anna", "bo"))
    quality.sample(sample(101.0, "anna", 40.0))
    quality.sample(sample(102.0, "bo", None))
    quality.sample(sample(103.0, "bo", 5.0, Source.HEARTBEAT))
    quality.settle(131.0)
    assert regrets(metrics) == (0, 0.0)


def test_elections_without_choice_are_counted_but_not_judged() -> None:
    metrics = Metrics()
    quality = Quality(metrics)
    quality.elected("one", election(100.0, "anna"))
    quality.elected("none", election(100.0, reason="left"))
    quality.settle(200.0)
    assert dict(metrics.counters["latency_elections_total"]) == {
        (("reason", "lost"),): 1,
        (("reason", "left"),): 1,
    }
    assert regrets(metrics) == (0, 0.0)


def test_a_player_may_be_judged_in_two_elections_at_once() -> None:
    metrics = Metrics()
    quality = Quality(metrics)
    quality.elected("room", election(100.0, "anna", "bo"))
    quality.elected("room", election(110.0, "bo", "anna"))
    quality.sample(sample(111.0, "anna", 10.0))
    quality.sample(sample(112.0, "bo", 30.0))
    quality.settle(200.0)
    count, total = regrets(metrics)
    assert (count, round(total, 6)) == (2, 0.02)


def test_a_return_to_a_former_host_within_five_minutes_is_a_flap() -> None:
    metrics = Metrics()
    quality = Quality(metrics)
    for at, host in ((0.0, "anna"), (100.0, "bo"), (200.0, "anna"), (900.0, "bo")):
        quality.elected("room", election(at, host))
    quality.closed("room")
    quality.elected("room", election(950.0, "anna"))

    assert metrics.counters["latency_switches_total"][()] == 3
    assert metrics.counters["latency_flaps_total"][()] == 1


def test_gauges_tell_the_oldest_wait_the_oldest_estimate_and_what_hosts_exceed_the_best_by() -> None:
    metrics, cache = Metrics(), Cache()
    cache.publish("anna", LatencyView(score_ms=90.0, last_answered=95.0))
    cache.publish("bo", LatencyView(score_ms=40.0, last_answered=99.0, oldest_unanswered=99.99))
    cache.publish("cleo", LatencyView())

    scrape(metrics, cache, [("anna", ["bo", "cleo"]), ("cleo", ["bo"]), ("bo", [])], now=100.0)

    assert metrics.gauges["latency_outstanding_age_seconds_max"] == pytest.approx(0.01)
    assert metrics.gauges["latency_cache_age_seconds"] == 5.0
    assert metrics.gauges["latency_host_excess_seconds"] == pytest.approx(0.05)

    scrape(metrics, Cache(), [], now=100.0)
    assert set(metrics.gauges.values()) == {0.0}
