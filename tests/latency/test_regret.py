"""The regret of an election, by hand."""

from __future__ import annotations

import pytest

from latency import regret
from latency.metrics import Metrics
from latency.regret import HORIZON_S, Regrets


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


def counted(metrics: Metrics) -> tuple[int, float]:
    """How many elections were judged, and their regret in all, in ms."""
    histogram = metrics.histograms["latency_election_regret_seconds"].at()
    return histogram.count, round(1000 * histogram.sum, 6)


def test_the_regret_is_what_the_best_candidate_would_have_cost_less(metrics: Metrics) -> None:
    regrets = Regrets(metrics)
    regrets.elected("anna", ["anna", "bo", "cleo"], 0.0)
    for rtt_ms in (40.0, 60.0):
        regrets.sample("anna", rtt_ms, 1.0)  # 0.75 * 50 + 0.25 * 60 = 52.5
    regrets.sample("bo", 30.0, 2.0)
    regrets.sample("cleo", 80.0, 2.0)

    regrets.judge(HORIZON_S - 0.001)
    assert counted(metrics) == (0, 0.0)
    regrets.judge(HORIZON_S)
    assert counted(metrics) == (1, 22.5)


def test_the_best_choice_has_no_regret(metrics: Metrics) -> None:
    regrets = Regrets(metrics)
    regrets.elected("anna", ["anna", "bo"], 0.0)
    regrets.sample("anna", 20.0, 1.0)
    regrets.sample("bo", 30.0, 1.0)

    regrets.sample("bo", 1.0, HORIZON_S)  # too late to count, and in time to judge
    assert counted(metrics) == (1, 0.0)


@pytest.mark.parametrize(
    ("candidates", "measured"),
    [
        (["anna"], ["anna"]),  # no choice
        (["bo", "cleo"], ["bo", "cleo"]),  # forced upon one that was no candidate
        (["anna", "bo"], ["bo"]),  # the winner left
        (["anna", "bo"], ["anna"]),  # the others left
    ],
)
def test_what_cannot_be_compared_is_left_out(
    metrics: Metrics, candidates: list[str], measured: list[str]
) -> None:
    regrets = Regrets(metrics)
    regrets.elected("anna", candidates, 0.0)
    for player in measured:
        regrets.sample(player, 30.0, 1.0)

    regrets.judge(HORIZON_S)
    assert counted(metrics) == (0, 0.0)


def test_elections_overlap_and_leave_nothing_behind(metrics: Metrics) -> None:
    regrets = Regrets(metrics)
    regrets.elected("anna", ["anna", "bo"], 0.0)
    regrets.elected("bo", ["bo", "cleo"], 10.0)
    for player, rtt_ms in (("anna", 10.0), ("bo", 20.0), ("cleo", 15.0)):
        regrets.sample(player, rtt_ms, 11.0)

    regrets.judge(40.0)
    assert counted(metrics) == (2, 5.0)
    assert not regrets._of


def test_a_flood_of_elections_costs_no_memory_without_bound(
    metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regret, "MAX_OPEN", 3)
    regrets = Regrets(metrics)
    for number in range(10):
        regrets.elected(f"a{number}", [f"a{number}", f"b{number}"], 0.0)

    assert sorted(map(str, regrets._of)) == ["a7", "a8", "a9", "b7", "b8", "b9"]
