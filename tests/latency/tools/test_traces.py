"""The shipped traces are whole, and what is promised of them holds."""

from __future__ import annotations

import numpy as np

from latency.tools.traces import SCENARIOS, load_bases, load_traces


def test_every_run_is_there_under_a_name_of_its_own() -> None:
    traces = load_traces()
    assert len(traces) == 106
    assert len({trace.name for trace in traces}) == 106
    assert sum(trace.outage for trace in traces) == 6
    assert all(len(trace.rtt_ms) >= 390 and trace.rtt_ms.min() > 0 for trace in traces)
    assert len(load_traces(outages=False)) == 100


def test_bases_stay_within_reach_and_every_server_has_enough_neighbours() -> None:
    for scenario, reach in zip(SCENARIOS, (0, 60, 400), strict=True):
        bases = load_bases(scenario)
        assert bases
        assert max(float(np.max(row)) for row in bases) <= reach
    assert len(load_bases("regional")) > 200
    assert min(len(row) for row in load_bases("global")) >= 20
