"""The played network: answers after the path's time, stalls that hold everything back."""

from __future__ import annotations

import numpy as np

from latency.prober import Notice
from latency.sample import Result, Sample
from latency.settings import Settings
from latency.silence import HostSilent
from latency.tools.play import Network, play
from latency.tools.traces import Floats
from latency.tools.worlds import Case, Entrant

STEADY = Settings().changed({"jitter": 0})


class Flat:
    """A path of one round trip, until it ends."""

    def __init__(self, rtt_ms: float, ends: float = float("inf")) -> None:
        self._rtt_ms, self._ends = rtt_ms, ends

    def rtt_ms(self, at: float) -> float | None:
        return self._rtt_ms if at < self._ends else None

    def ahead(self, at: float, horizon_s: float) -> Floats:
        return np.full(int(horizon_s), self._rtt_ms)


def test_each_member_is_measured_from_its_arrival_to_the_election() -> None:
    case = Case(0.0, (Entrant("old", -100.0, Flat(40.0)), Entrant("new", -6.0, Flat(30.0))), "pair", 0)

    played = play(case, STEADY, 1)

    cache = played.network.prober.cache
    assert {player: round(view.ping_ms or 0, 6) for player, view in cache.items()} == {
        "old": 40.0,
        "new": 30.0,
    }
    assert played.player_s == 106.0
    answered = len(played.heard["old"]) + len(played.heard["new"])
    assert answered == played.probes - 1  # one asked the main thread
    assert [round(rtt, 6) for _, rtt in played.heard["new"]] == [30.0] * len(played.heard["new"])
    assert 7 <= len(played.heard["new"]) <= 9


def test_the_same_seed_plays_the_same_game() -> None:
    case = Case(0.0, (Entrant("a", -60.0, Flat(40.0)),), "one", 0)
    assert play(case, Settings(), 1).heard == play(case, Settings(), 1).heard
    assert play(case, Settings(), 1).heard != play(case, Settings(), 2).heard


def test_what_arrives_in_a_stall_is_read_at_its_end_and_the_kernel_tells_how_late() -> None:
    samples: list[Sample] = []
    network = Network(STEADY, 1, record=samples.append, stalls=[(0.0, 3.0)], tick_s=0.001)
    network.join("a", Flat(40.0), 0.0)
    network.run(0.0, 3.5)
    assert samples[0].sent == 3.0  # even its sending waited

    samples.clear()
    network = Network(STEADY, 1, record=samples.append, stalls=[(0.41, 3.0)], tick_s=0.001)
    network.join("a", Flat(400.0), 0.0)
    network.run(0.0, 3.05)
    [sample] = samples
    assert sample.rtt_ms is not None and sample.rtt_ms > 2500
    assert sample.network_ms is not None and abs(sample.network_ms - 400.0) <= 1.0


def test_without_the_kernels_word_such_a_sample_is_dropped() -> None:
    samples: list[Sample] = []
    network = Network(STEADY, 1, record=samples.append, stalls=[(0.41, 3.0)])
    network.join("a", Flat(400.0), 0.0)
    network.run(0.0, 3.05)
    assert [sample.result for sample in samples] == [Result.DISCARDED]


def test_a_host_whose_path_ends_is_reported_silent() -> None:
    notices: list[tuple[float, Notice]] = []
    network = Network(STEADY, 1, notice=lambda now, notice: notices.append((now, notice)))
    network.join("a", Flat(40.0, ends=50.0), 0.0, host=True)
    network.run(0.0, 100.0)
    [silent_at] = [now for now, notice in notices if isinstance(notice, HostSilent)]
    assert 53.0 < silent_at < 58.1
