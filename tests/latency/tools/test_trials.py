"""Short runs of the trials behind the table: what must hold at any length holds here too."""

from __future__ import annotations

import itertools

import numpy as np

from bench.latency_trials import ClockModel, blocked_loop, clock_errors, dying_hosts, hour_of_stalls, stalls
from latency.settings import Settings


def test_every_dying_host_is_found_within_nine_seconds() -> None:
    silence = dying_hosts(Settings(), 1, hosts=30, span_s=60.0)
    assert (len(silence.delays), silence.missed) == (30, 0)
    assert silence.delays.max() <= 9.0
    assert silence.delays.min() >= 3.0


def test_no_alarm_is_false_while_the_server_stalls() -> None:
    some = hour_of_stalls(Settings(), 1, hosts=20, members=20, hours=0.1)
    assert some.stalls > 5
    assert some.false == 0


def test_blocks_of_the_loop_leave_no_mark_on_corrected_round_trips() -> None:
    often = Settings().changed({"interval_member_s": 1, "interval_host_s": 1})
    calm, raw, corrected = (
        blocked_loop(often, 1, blocks=blocks, tcp=tcp, players=16)
        for blocks, tcp in ((False, False), (True, False), (True, True))
    )
    assert np.median(raw.per_player - calm.per_player) > 5
    assert abs(np.median(corrected.per_player - calm.per_player)) <= 1
    assert raw.samples < corrected.samples  # some are dropped without the kernel's word


def test_separate_minima_beat_the_fastest_exchange_and_that_the_median() -> None:
    p95 = {name: np.percentile(row, 95) for name, row in clock_errors(ClockModel(), 1, runs=1000).items()}
    assert p95["separate minima"] < p95["fastest of 8"] < p95["median of 8"]


def test_stalls_follow_one_another_and_keep_their_lengths() -> None:
    spans = stalls(np.random.default_rng(1), 1000.0, mean_gap_s=10.0, low_s=0.5, high_s=2.0)
    assert all(0.5 <= end - begin <= 2.0 for begin, end in spans)
    assert all(later[0] > earlier[1] for earlier, later in itertools.pairwise(spans))
    assert 60 <= len(spans) <= 120
