"""Read the collector's pauses as the server shows them."""

from __future__ import annotations

from bench.pauses import Pauses, pauses
from gameserver.metrics.families import timed
from latency.metrics import Histogram


def test_runs_their_time_and_a_bound_of_the_longest_are_read_by_generation() -> None:
    young, middle, old = Histogram((0.001, 0.01)), Histogram((0.001, 0.01)), Histogram((0.001, 0.01))
    for seconds in (0.0005, 0.0004, 0.005):
        young.observe(seconds)
    old.observe(3.0)
    family = timed("gameserver_collector_pause_seconds", [(("0",), young), (("1",), middle), (("2",), old)])

    assert pauses([family]) == {
        "0": Pauses(3.0, young.sum, 0.01),
        "1": Pauses(0.0, 0.0, 0.0),
        "2": Pauses(1.0, 3.0, float("inf")),
    }
