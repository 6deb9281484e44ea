"""Lateness, pauses and relay times, by clocks of the test's own."""

from __future__ import annotations

import gc
from collections.abc import Callable

import pytest

from gameserver.metrics.process import LASTING_SECONDS, STEP_SECONDS, CollectorPauses, LoopLag, RelayTimes
from gameserver.testing import FakeClock


class LateClock(FakeClock):
    """Timers of a loop that is late by as much as the test says."""

    def __init__(self) -> None:
        super().__init__(0.0)
        self.late = 0.0

    def call_later(self, delay: float, callback: Callable[[], None], /) -> FakeClock._Handle:
        return super().call_later(delay + self.late, callback)


def test_a_loop_in_time_has_no_lag() -> None:
    timers = LateClock()
    lag = LoopLag(timers, lambda: timers.now)
    lag.start()
    timers.pass_time(1.0 + STEP_SECONDS / 2)

    assert lag.seconds.count == 10
    assert lag.seconds.sum == pytest.approx(0.0, abs=1e-9)
    assert lag.lasting == pytest.approx(0.0, abs=1e-9)


def test_one_long_turn_is_counted_but_does_not_last() -> None:
    timers = LateClock()
    lag = LoopLag(timers, lambda: timers.now)
    lag.start()
    timers.pass_time(1.0)
    timers.late = 2.0
    timers.pass_time(1.5)
    timers.late = 0.0
    timers.pass_time(3.0)

    assert lag.seconds.sum == pytest.approx(2.0)
    assert lag.lasting == pytest.approx(0.0, abs=1e-9)


def test_an_overload_lasts_until_it_is_over() -> None:
    timers = LateClock()
    lag = LoopLag(timers, lambda: timers.now)
    timers.late = 0.4
    lag.start()
    timers.pass_time(LASTING_SECONDS + 1.0)
    assert lag.lasting == pytest.approx(0.4)

    timers.late = 0.0
    timers.pass_time(1.0)
    assert lag.lasting == pytest.approx(0.0, abs=1e-9)


def test_once_stopped_it_looks_no_more() -> None:
    timers = LateClock()
    lag = LoopLag(timers, lambda: timers.now)
    lag.start()
    lag.stop()
    timers.pass_time(1.0)

    assert lag.seconds.count == 0


def test_the_collector_s_runs_are_timed_by_generation() -> None:
    now = 0.0
    pauses = CollectorPauses(lambda: now)
    pauses.collector("start", {"generation": 2})
    now = 0.003
    pauses.collector("stop", {"generation": 2})

    assert [each.count for each in pauses.seconds] == [0, 0, 1]
    assert pauses.seconds[2].sum == pytest.approx(0.003)


def test_the_collector_itself_tells_of_its_runs() -> None:
    pauses = CollectorPauses()
    pauses.start()
    try:
        gc.collect(1)
    finally:
        pauses.stop()
    gc.collect(1)

    assert pauses.seconds[1].count == 1


def test_a_relay_message_is_timed_until_its_turn_is_written() -> None:
    now = 10.0
    waiting: list[tuple[Callable[[float], None], float]] = []

    class Loop:
        def call_soon(self, callback: Callable[[float], None], began: float, /) -> None:
            waiting.append((callback, began))

    times = RelayTimes(Loop(), lambda: now)
    times.begin(10.0)
    assert times.seconds.count == 0
    now = 10.002
    for callback, began in waiting:
        callback(began)

    assert times.seconds.sum == pytest.approx(0.002)
