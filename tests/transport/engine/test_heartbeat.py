"""One timer for all connections: called when due, never early, and together where it is the same moment."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gameserver.transport.engine.heartbeat import Heartbeat


class Loop:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.timers: list[Timer] = []

    def call_later(self, delay: float, call: Callable[[], None]) -> Timer:
        assert delay >= 0
        timer = Timer(self, self.now + delay, call)
        self.timers.append(timer)
        return timer

    def advance(self, seconds: float) -> None:
        until = self.now + seconds
        while self.timers:
            timer = min(self.timers, key=lambda timer: timer.at)
            if timer.at > until:
                break
            self.timers.remove(timer)
            self.now = max(self.now, timer.at)
            timer.call()
        self.now = until


class Timer:
    def __init__(self, loop: Loop, at: float, call: Callable[[], None]) -> None:
        self.loop = loop
        self.at = at
        self.call = call

    def cancel(self) -> None:
        self.loop.timers.remove(self)


class Connection:
    beat_step = -1

    def __init__(self, again: Callable[[float], float | None] = lambda now: None) -> None:
        self.beats: list[float] = []
        self.again = again

    def beat(self, now: float) -> float | None:
        self.beats.append(now)
        return self.again(now)


def called_per_turn(loop: Loop, connections: list[Connection], turn_seconds: float = 0.0) -> list[int]:
    """How many were called each time the timer fired, until nobody is due."""
    called = []
    while loop.timers:
        before = sum(len(connection.beats) for connection in connections)
        loop.now = max(loop.now + turn_seconds, loop.timers[0].at)
        loop.timers.pop(0).call()
        called.append(sum(len(connection.beats) for connection in connections) - before)
    return called


@pytest.fixture
def loop() -> Loop:
    return Loop()


def heartbeat(loop: Loop, shortest: float = 25.6) -> Heartbeat:
    return Heartbeat(cast("asyncio.AbstractEventLoop", loop), shortest, clock=lambda: loop.now)


@given(st.lists(st.floats(0.0, 50.0), min_size=1, max_size=20))
def test_everybody_is_called_once_not_early_and_within_a_step(delays: list[float]) -> None:
    loop = Loop()
    beats = heartbeat(loop)
    connections = [Connection() for _ in delays]
    for connection, delay in zip(connections, delays, strict=True):
        beats.add(connection, loop.now + delay)
    loop.advance(60.0)
    for connection, delay in zip(connections, delays, strict=True):
        (at,) = connection.beats
        assert 1_000.0 + delay - 1e-6 <= at <= 1_000.0 + delay + 0.1 + 1e-6


def test_a_connection_comes_back_when_it_says(loop: Loop) -> None:
    beats = heartbeat(loop)
    connection = Connection(lambda now: now + 10.0)
    beats.add(connection, loop.now + 10.0)
    loop.advance(35.0)
    assert len(connection.beats) == 3


def test_a_new_time_takes_the_place_of_the_old_one(loop: Loop) -> None:
    beats = heartbeat(loop)
    connection = Connection()
    beats.add(connection, loop.now + 10.0)
    beats.add(connection, loop.now + 5.0)
    loop.advance(20.0)
    assert len(connection.beats) == 1
    assert connection.beats[0] < 1_006.0


def test_who_is_gone_is_called_no_more(loop: Loop) -> None:
    beats = heartbeat(loop)
    connection = Connection()
    beats.add(connection, loop.now + 10.0)
    beats.discard(connection)
    beats.discard(connection)
    loop.advance(20.0)
    assert connection.beats == []


def test_those_due_together_cost_one_timer(loop: Loop) -> None:
    beats = heartbeat(loop)
    for _ in range(1_000):
        beats.add(Connection(), loop.now + 10.0)
    assert len(loop.timers) == 1


def test_a_crowd_that_is_due_together_leaves_turns_to_others(loop: Loop) -> None:
    """A thousand PINGs in one turn of the loop would hold back everybody's messages."""
    beats = heartbeat(loop)
    connections = [Connection() for _ in range(100)]
    for connection in connections:
        beats.add(connection, loop.now + 10.0)

    assert max(called_per_turn(loop, connections)) == 3
    assert all(len(connection.beats) == 1 for connection in connections)


def test_a_loop_too_slow_for_a_few_each_turn_calls_more(loop: Loop) -> None:
    """With turns of 50 ms, three in each would be sixty connections a second."""
    beats = heartbeat(loop)
    connections = [Connection() for _ in range(100)]
    for connection in connections:
        beats.add(connection, loop.now + 10.0)

    called = called_per_turn(loop, connections, turn_seconds=0.05)

    assert called[0] == 3
    assert max(called) == 32
    assert len(called) < 15


def test_a_crowd_of_newcomers_is_spread_and_who_comes_alone_is_not(loop: Loop) -> None:
    """A thousand who come within a second must not be due within one second of each interval for ever."""
    beats = heartbeat(loop)
    assert [beats.spread(loop.now + at, loop.now) for at in (10.0, 10.5, 20.0)] == [
        loop.now + at for at in (10.0, 10.5, 20.0)
    ]

    due = [beats.spread(loop.now + 30.0, loop.now + 20.0) for _ in range(1_000)]

    assert due[0] == loop.now + 30.0
    tenths = Counter(int(at - loop.now - 20.0) for at in due[2:])
    assert sorted(tenths) == list(range(10))
    assert all(95 <= count <= 105 for count in tenths.values())


def test_a_crowd_after_a_standstill_is_waited_for_once(loop: Loop) -> None:
    beats = heartbeat(loop)
    connections = [Connection() for _ in range(100)]
    for connection in connections:
        beats.add(connection, loop.now + 1.0)
    loop.now += 60.0

    loop.advance(0.06)

    assert all(len(connection.beats) == 1 for connection in connections)


def test_one_that_raises_costs_no_other(loop: Loop, caplog: pytest.LogCaptureFixture) -> None:
    def trouble(now: float) -> Any:
        raise RuntimeError("trouble")

    beats = heartbeat(loop)
    other = Connection()
    beats.add(Connection(trouble), loop.now + 1.0)
    beats.add(other, loop.now + 1.0)
    loop.advance(2.0)
    assert len(other.beats) == 1
    assert "trouble" in caplog.text


def test_after_a_standstill_clients_are_read_before_they_are_judged(loop: Loop) -> None:
    """A suspended machine, or a long pause of the process, must not end everybody."""
    beats = heartbeat(loop)
    connection = Connection()
    beats.add(connection, loop.now + 1.0)
    (timer,) = loop.timers
    loop.now += 60.0
    loop.timers.clear()
    timer.call()
    assert connection.beats == []
    loop.advance(0.1)
    assert len(connection.beats) == 1


def test_a_stopped_heartbeat_calls_nobody(loop: Loop) -> None:
    beats = heartbeat(loop)
    connection = Connection()
    beats.add(connection, loop.now + 1.0)
    beats.stop()
    loop.advance(5.0)
    assert connection.beats == []
    assert loop.timers == []
