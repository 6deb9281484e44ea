"""One timer serves all deadlines."""

from __future__ import annotations

import logging

import pytest

from gameserver.transport.websocket.sweeper import Sweeper
from tests.transport.websocket.fakes import FakeLoop


def sweeping() -> tuple[FakeLoop, Sweeper]:
    loop = FakeLoop()
    return loop, Sweeper(loop, step=0.25, clock=loop.time)


def test_a_deadline_fires_once_never_early_and_at_most_a_step_late() -> None:
    loop, sweeper = sweeping()
    fired: list[float] = []
    sweeper.after(1.0, lambda: None)  # it sweeps already, at times that don't suit what comes
    loop.advance(0.1)
    due = loop.now + 5.0
    sweeper.after(5.0, lambda: fired.append(loop.now))

    loop.advance(60.0)

    assert len(fired) == 1
    assert due <= fired[0] <= due + 0.5


def test_a_cancelled_deadline_never_fires() -> None:
    loop, sweeper = sweeping()
    deadline = sweeper.after(1.0, lambda: pytest.fail("fired"))

    deadline.cancel()
    deadline.cancel()
    loop.advance(5.0)


def test_a_thousand_deadlines_share_one_timer_and_an_idle_sweeper_has_none() -> None:
    loop, sweeper = sweeping()
    fired: list[int] = []
    for number in range(1000):
        sweeper.after(number / 100, lambda number=number: fired.append(number))  # type: ignore[misc]
        assert loop.timers == 1

    loop.advance(20.0)

    assert sorted(fired) == list(range(1000))
    assert loop.timers == 0


def test_a_deadline_may_set_the_next_one() -> None:
    loop, sweeper = sweeping()
    fired: list[float] = []

    def again() -> None:
        fired.append(loop.now)
        if len(fired) < 3:
            sweeper.after(1.0, again)

    sweeper.after(1.0, again)
    loop.advance(10.0)

    assert len(fired) == 3


def test_what_is_watched_is_looked_at_until_it_is_not() -> None:
    loop, sweeper = sweeping()

    class Watched:
        seen = 0

        def check(self, now: float) -> None:
            assert now == loop.now
            self.seen += 1
            if self.seen == 4:
                sweeper.unwatch(self)

    watched = Watched()
    sweeper.watch(watched)
    loop.advance(10.0)

    assert watched.seen == 4
    assert loop.timers == 0


def test_a_deadline_that_raises_is_logged_and_costs_no_other(caplog: pytest.LogCaptureFixture) -> None:
    loop, sweeper = sweeping()
    fired = []

    def fail() -> None:
        raise RuntimeError("mine alone")

    sweeper.after(1.0, fail)
    sweeper.after(1.0, lambda: fired.append(1))
    with caplog.at_level(logging.CRITICAL):
        loop.advance(5.0)

    assert fired == [1]
