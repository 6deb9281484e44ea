"""Whole rooms: a bad creator is moved off once under "best" and kept under "keep"; who leaves is followed."""

from __future__ import annotations

from latency.settings import Settings
from latency.tools.reigns import reign
from latency.tools.worlds import Life, Stay
from tests.latency.tools.test_play import Flat


def room(*stays: Stay, ended: float = 300.0) -> Life:
    return Life(stays, 0.0, ended)


def test_best_moves_off_a_slow_creator_once_and_keep_does_not() -> None:
    life = room(Stay("slow", Flat(200.0)), Stay("fast", Flat(20.0)), Stay("middle", Flat(60.0)))

    best, keep = (reign(life, Settings(), 1, best=policy) for policy in (True, False))

    assert (best.switches, keep.switches) == (1, 0)
    assert keep.host_rtt_ms.mean() == 200.0
    assert 59 <= (best.host_rtt_ms == 200.0).sum() <= 62  # the first cool-down
    assert best.hours == 300 / 3600


def test_a_host_that_leaves_is_followed_by_the_best_which_is_no_switch() -> None:
    life = room(
        Stay("first", Flat(200.0), left=100.0),
        Stay("second", Flat(60.0)),
        Stay("third", Flat(20.0), joined=50.0),
    )
    tenure = reign(life, Settings(), 1, best=False)
    assert tenure.switches == 0
    assert tenure.host_rtt_ms[-1] == 20.0
    assert 99 <= (tenure.host_rtt_ms == 200.0).sum() <= 101


def test_a_room_that_empties_has_no_host_until_somebody_comes() -> None:
    life = room(Stay("first", Flat(200.0), left=100.0), Stay("second", Flat(20.0), joined=200.0))
    tenure = reign(life, Settings(), 1, best=True)
    assert 195 <= len(tenure.host_rtt_ms) <= 201
