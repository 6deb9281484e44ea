"""A player's own ping, and what it feels in a room."""

from __future__ import annotations

import pytest

from gameroom_client import Ping
from gameroom_client.ping import band


def measured(*round_trips: float) -> Ping:
    ping = Ping()
    for round_trip in round_trips:
        ping.add(round_trip)
    return ping


def test_unknown_is_unknown() -> None:
    ping = Ping()

    assert (ping.ms, ping.band, ping.jitter_ms) == (None, None, None)
    assert ping.total(20.0) is None


def test_a_steady_way_is_its_round_trip() -> None:
    ping = measured(*[40.0] * 10)

    assert ping.ms == pytest.approx(40.0)
    assert ping.jitter_ms == 0.0
    assert ping.band == "good"


def test_one_spike_moves_it_little_and_a_lasting_change_within_some_samples() -> None:
    before = measured(*[40.0] * 10)
    spiked = measured(*[40.0] * 10, 1000.0)
    changed = measured(*[40.0] * 10, *[120.0] * 24)

    assert before.ms is not None
    assert spiked.ms is not None
    assert spiked.ms < 2 * before.ms
    assert changed.ms == pytest.approx(120.0, rel=0.1)


def test_the_total_is_the_sum_and_unknown_while_either_is() -> None:
    ping = measured(30.0)

    assert ping.total(25.0) == pytest.approx(55.0)
    assert ping.total(None) is None


def test_bands_are_the_servers() -> None:
    assert [band(ms) for ms in (60.0, 60.1, 150.0, 150.1)] == ["good", "fair", "fair", "poor"]
