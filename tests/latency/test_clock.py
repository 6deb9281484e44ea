"""Clock offset from the least of each way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from latency.clock import ClockAnswer, ClockFilter, Offset, answer


def test_the_answer_carries_the_question_and_both_server_times_in_ms() -> None:
    assert answer(17.5, 1000.25, 1000.2505) == ClockAnswer(17.5, 1_000_250.0, 1_000_250.5)
    assert answer(None, 1.0, 1.0, read_delay_ms=52.0).received == 948.0


def test_one_exchange_gives_the_middle_and_half_the_round_trip_as_bound() -> None:
    clock = ClockFilter(drift_ppm=0)
    clock.add(asked=0.0, received=1010.0, sent=1011.0, answered=31.0)  # there 1010, back -980
    assert clock.offset(31.0) == Offset(995.0, 15.0)


def test_the_fast_ways_may_be_of_different_exchanges() -> None:
    clock = ClockFilter(drift_ppm=0)
    clock.add(0.0, 1010.0, 1010.0, 70.0)  # 10 there, 60 back
    clock.add(100.0, 1160.0, 1160.0, 170.0)  # 60 there, 10 back
    found = clock.offset(170.0)
    assert found == Offset(1000.0, 10.0)


def test_old_exchanges_count_as_wider_by_the_drift_since() -> None:
    clock = ClockFilter(drift_ppm=100)
    clock.add(0.0, 1010.0, 1010.0, 20.0)
    clock.add(60_000.0, 61_015.0, 61_015.0, 60_030.0)  # 15 each way, but fresh
    found = clock.offset(60_030.0)
    assert found is not None
    assert found.bound_ms == 15.0  # the old one would give 10 + 6
    assert found.ms == 1000.0


def test_nothing_is_known_before_the_first_exchange_and_the_oldest_goes_first() -> None:
    clock = ClockFilter(span=1, drift_ppm=0)
    assert clock.offset(0.0) is None
    clock.add(0.0, 5.0, 5.0, 10.0)
    clock.add(10.0, 115.0, 115.0, 20.0)
    assert clock.offset(20.0) == Offset(100.0, 5.0)


ways = st.lists(st.tuples(st.floats(0.1, 500), st.floats(0.1, 500)), min_size=1, max_size=30)


@given(ways, st.floats(-1e6, 1e6))
def test_the_truth_always_lies_within_the_bound(exchanges: list[tuple[float, float]], truth: float) -> None:
    clock, now = ClockFilter(), 0.0
    for there, back in exchanges:
        asked = now
        now += there + back
        clock.add(asked, asked + there + truth, asked + there + truth, now)
    found = clock.offset(now)
    assert found is not None
    assert abs(found.ms - truth) <= found.bound_ms + 1e-6
