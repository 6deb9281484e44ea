"""The server's clock, from exchanges whose ways take unequal and changing times."""

from __future__ import annotations

import random

import pytest

from gameroom_client.clock import DRIFT, SETTLING, SLEW, STEP_MS, ServerClock

OFFSET = 5_000.0  # the server's clock is so much ahead, in ms


def exchange(clock: ServerClock, at: float, there: float, back: float, offset: float = OFFSET) -> float:
    """Ask at this moment of our clock; return when the answer came."""
    read = at + there + offset
    clock.add(at, read, read, at + there + back)
    return at + there + back


def test_nothing_is_known_before_the_first_exchange() -> None:
    clock = ServerClock()

    assert not clock.synced
    assert clock.offset(0.0) is None
    assert clock.bound(0.0) is None
    assert clock.to_server(7.0) == 7.0


def test_the_fastest_way_there_and_back_need_not_be_of_one_exchange() -> None:
    clock = ServerClock()
    exchange(clock, 0.0, there=10.0, back=90.0)
    now = exchange(clock, 200.0, there=80.0, back=10.0)

    assert clock.offset(now) == pytest.approx(OFFSET, abs=0.05)
    assert clock.bound(now) == pytest.approx(10.0, abs=0.05)


def test_jitter_moves_it_less_than_its_bound_says() -> None:
    chance = random.Random(3)
    clock = ServerClock()
    now = 0.0
    for _ in range(40):
        now = exchange(clock, now + 150.0, 20 + chance.expovariate(0.1), 20 + chance.expovariate(0.1))
        offset, bound = clock.offset(now), clock.bound(now)
        assert offset is not None
        assert bound is not None
        assert abs(offset - OFFSET) <= bound
    assert clock.offset(now) == pytest.approx(OFFSET, abs=5.0)


def test_once_settled_what_is_used_moves_slowly_and_never_backwards() -> None:
    clock = ServerClock()
    now = 0.0
    for _ in range(SETTLING):
        now = exchange(clock, now + 150.0, 10.0, 10.0)
    before = clock.to_server(now)
    for _ in range(30):  # the server's clock was set back by 40 ms
        now = exchange(clock, now + 1000.0, 10.0, 10.0, OFFSET - 40.0)
        passed = clock.to_server(now) - before
        assert passed > 0
        assert passed >= 1020.0 * (1 - SLEW) - 1
        before = clock.to_server(now)

    assert clock.to_server(now) - now == pytest.approx(OFFSET - 40.0, abs=1.0)


def test_a_clock_that_is_far_off_is_set_at_once() -> None:
    clock = ServerClock()
    now = 0.0
    for _ in range(SETTLING):
        now = exchange(clock, now + 150.0, 10.0, 10.0)
    clock.forget()
    now = exchange(clock, now + 5000.0, 10.0, 10.0, OFFSET + 2 * STEP_MS)

    assert clock.to_server(now) - now == pytest.approx(OFFSET + 2 * STEP_MS, abs=0.1)


def test_an_old_exchange_counts_as_wider_by_the_drift_since() -> None:
    clock = ServerClock()
    now = exchange(clock, 0.0, 10.0, 10.0)

    assert clock.bound(now + 100_000.0) == pytest.approx(10.0 + DRIFT * 100_000.0, abs=0.1)
    assert clock.to_ours(clock.to_server(now), now) == pytest.approx(now)
