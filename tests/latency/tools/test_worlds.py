"""Made worlds are the same for the same seed, and their paths repeat the traces."""

from __future__ import annotations

import numpy as np
import pytest

from latency.tools.traces import GRID_S, Trace
from latency.tools.worlds import LIFE_S, TracePath, TraceWorld, cost_ms


def test_a_path_is_its_trace_over_its_base_to_and_fro() -> None:
    path = TracePath(Trace("run", np.array([10.0, 20.0, 30.0])), begin_s=GRID_S, base_ms=5.0)
    assert [path.rtt_ms((k + 0.5) * GRID_S) for k in range(7)] == [25, 35, 35, 25, 15, 15, 25]
    assert path.ahead(0.0, 7 * GRID_S).tolist() == [25, 35, 35, 25, 15, 15, 25]
    assert path.rtt_ms(-0.5 * GRID_S) == 15


def test_the_cost_of_a_host_is_mostly_its_mean_and_partly_its_worst() -> None:
    assert cost_ms(np.array([10.0] * 100)) == 10.0
    assert cost_ms(np.arange(101.0)) == pytest.approx(0.75 * 50 + 0.25 * 95)


def test_the_same_seed_gives_the_same_elections_and_another_others() -> None:
    world = TraceWorld("regional")

    def fingerprint(seed: int) -> list[list[tuple[str, float, float | None]]]:
        return [
            [(each.player, each.joined, each.path.rtt_ms(0.0)) for each in case.entrants]
            for case in world.cases(5, seed)
        ]

    assert fingerprint(1) == fingerprint(1)
    assert fingerprint(1) != fingerprint(2)


def test_an_election_has_the_rooms_others_longest_seated_first() -> None:
    for case in TraceWorld("same-city").cases(20, 1):
        assert len(case.entrants) in (3, 7, 15)
        joined = [each.joined for each in case.entrants]
        assert joined == sorted(joined)
        assert all(-600 <= at <= -6 for at in joined)
        assert case.kind == f"rooms of {len(case.entrants) + 1}"


def test_a_life_has_everybody_from_its_beginning() -> None:
    [life] = TraceWorld("global", outages=False).lives(1, 1)
    assert (life.began, life.ended) == (0.0, LIFE_S)
    assert {stay.joined for stay in life.stays} == {0.0}
