"""Timers by key."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gameserver.core.deadlines import Deadlines, Due

A, B = (Due.TACT, "a"), (Due.TACT, "b")


def test_what_is_due_the_longest_comes_first_and_once() -> None:
    deadlines = Deadlines()
    deadlines.set(A, 2.0)
    deadlines.set(B, 1.0)
    assert deadlines.next() == 1.0
    assert deadlines.pop(0.5) is None
    assert [deadlines.pop(3.0), deadlines.pop(3.0), deadlines.pop(3.0)] == [B, A, None]
    assert deadlines.next() is None


def test_a_timer_set_again_is_moved_and_a_cleared_one_is_gone() -> None:
    deadlines = Deadlines()
    deadlines.set(A, 1.0)
    deadlines.set(A, 5.0)
    assert deadlines.at(A) == 5.0
    assert deadlines.pop(4.0) is None
    deadlines.clear(A)
    deadlines.clear(A)
    assert deadlines.at(A) is None
    assert deadlines.next() is None


def test_moving_a_timer_for_ever_takes_no_memory() -> None:
    deadlines = Deadlines()
    deadlines.set(B, 1e9)
    for moment in range(10_000):
        deadlines.set(A, float(moment))
    assert len(deadlines._heap) < 100


@given(
    st.lists(
        st.tuples(st.sampled_from("abcde"), st.none() | st.floats(min_value=0, max_value=9)), max_size=200
    )
)
def test_timers_come_as_a_plain_list_would_give_them(steps: list[tuple[str, float | None]]) -> None:
    deadlines, plain = Deadlines(), dict[str, float]()
    for name, at in steps:
        if at is None:
            deadlines.clear((Due.REVIEW, name))
            plain.pop(name, None)
        else:
            deadlines.set((Due.REVIEW, name), at)
            plain[name] = at
    popped = []
    while (key := deadlines.pop(5.0)) is not None:
        popped.append(key[1])
    assert [plain[name] for name in popped] == sorted(at for at in plain.values() if at <= 5.0)
    assert deadlines.next() == min((at for at in plain.values() if at > 5.0), default=None)
