"""What a player may send per second."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gameserver.transport.relay.bucket import Allowance, Bucket


def test_a_full_bucket_lets_a_burst_through_and_no_more() -> None:
    bucket = Bucket(rate=5.0, burst=3.0, now=0.0)

    assert [bucket.take(1.0, 0.0) for _ in range(4)] == [True, True, True, False]


def test_what_is_owed_is_paid_by_time() -> None:
    bucket = Bucket(rate=5.0, burst=3.0, now=0.0)
    for _ in range(5):
        bucket.take(1.0, 0.0)

    assert bucket.debt_seconds(0.0) == 0.4
    assert not bucket.take(1.0, 0.5)
    assert bucket.take(0.4, 0.7)


def allowance(now: float = 0.0) -> Allowance:
    return Allowance(rate=4.0, burst=6.0, byte_rate=100.0, bytes_burst=200.0, now=now)


def test_a_message_asks_for_itself_and_for_its_bytes() -> None:
    few, large = allowance(), allowance()

    assert [few.take(1, 0.0) for _ in range(7)] == [True] * 6 + [False]
    assert [large.take(150, 0.0), large.take(150, 0.0)] == [True, False]


def test_the_larger_of_both_debts_is_owed() -> None:
    both = allowance()
    for _ in range(7):
        both.take(100, 0.0)

    assert both.debt_seconds(0.0) == 5.0  # 500 bytes; the one message too many takes 0.25 s
    assert both.debt_seconds(4.9) == pytest.approx(0.1)
    assert both.debt_seconds(5.1) == 0.0


def test_asking_takes_nothing_unless_all_is_there() -> None:
    both = allowance()

    assert not both.take_if_there(201, 0.0)
    assert both.take_if_there(200, 0.0)
    assert not both.take_if_there(1, 0.0)
    assert both.debt_seconds(0.0) == 0.0


@given(st.lists(st.tuples(st.floats(0, 2), st.integers(0, 300)), max_size=60))
def test_nobody_ever_takes_more_than_burst_and_rate_allow(steps: list[tuple[float, int]]) -> None:
    both = allowance()
    now = taken = 0.0
    count = 0
    for pause, size in steps:
        now += pause
        covered = both.covers(size, now)
        there = both.take_if_there(size, now)
        assert there == covered
        if there:
            count += 1
            taken += size

    assert count <= 6.0 + 4.0 * now + 1e-6
    assert taken <= 200.0 + 100.0 * now + 1e-6
