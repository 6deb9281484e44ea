"""What a player may send per second."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gameserver.transport.relay.bucket import Bucket


def test_a_full_bucket_lets_a_burst_through_and_no_more() -> None:
    bucket = Bucket(rate=5.0, burst=3.0, now=0.0)

    assert [bucket.take(1.0, 0.0) for _ in range(4)] == [True, True, True, False]


def test_what_is_owed_is_paid_by_time() -> None:
    bucket = Bucket(rate=5.0, burst=3.0, now=0.0)
    for _ in range(5):
        bucket.take(1.0, 0.0)

    assert bucket.debt_seconds(0.0) == 0.4
    assert not bucket.has(1.0, 0.5)
    assert bucket.has(1.0, 0.61)


def test_asking_takes_nothing() -> None:
    bucket = Bucket(rate=1.0, burst=1.0, now=0.0)

    assert [bucket.has(1.0, 0.0), bucket.has(1.0, 0.0), bucket.take(1.0, 0.0)] == [True, True, True]


@given(st.lists(st.tuples(st.floats(0, 2), st.floats(0.1, 3)), max_size=60))
def test_nobody_ever_takes_more_than_burst_and_rate_allow(steps: list[tuple[float, float]]) -> None:
    bucket = Bucket(rate=4.0, burst=6.0, now=0.0)
    now = taken = 0.0
    for pause, amount in steps:
        now += pause
        if bucket.has(amount, now):
            bucket.take(amount, now)
            taken += amount

    assert taken <= 6.0 + 4.0 * now + 1e-6
