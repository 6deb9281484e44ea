"""What a member that was away gets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gameserver.core.values import PlayerId
from gameserver.protocol.packets import Outgoing
from gameserver.transport.relay.ring import ENTRY_BYTES, Recorder, Ring, RingLimits
from tests.support.peers import read

ANNA, BO = PlayerId("anna"), PlayerId("bo")


def say(ring: Ring, text: str, *to: PlayerId, size: int = 0) -> str:
    offset = ring.next_offset()
    ring.record(frozenset(to or (ANNA, BO)), Outgoing.event("say", text, offset), size)
    return offset


def heard(ring: Ring, player: PlayerId, offset: str | None) -> list[str] | None:
    missed = ring.missed(player, offset)
    return None if missed is None else [read(packet)[1] for packet in missed]


@pytest.fixture
def ring() -> Ring:
    ring = Recorder(RingLimits(messages=4), "run").ring()
    ring.begin(ANNA)
    return ring


def test_a_member_gets_what_came_after_the_last_it_saw_once_and_in_order(ring: Ring) -> None:
    say(ring, "one")
    seen = say(ring, "two")
    say(ring, "three")
    last = say(ring, "four")

    assert heard(ring, ANNA, seen) == ["three", "four"]
    assert heard(ring, ANNA, last) == []


def test_before_its_first_event_a_member_gets_all_since_it_came() -> None:
    ring = Recorder(RingLimits(), "run").ring()
    say(ring, "before")
    ring.begin(BO)
    say(ring, "after")

    assert heard(ring, BO, None) == ["after"]


def test_a_member_gets_only_what_was_for_it(ring: Ring) -> None:
    ring.begin(BO)
    say(ring, "for bo", BO)
    say(ring, "for both")

    assert heard(ring, ANNA, None) == ["for both"]


def test_a_gap_that_is_gone_is_told(ring: Ring) -> None:
    seen = say(ring, "one")
    for text in ("two", "three", "four", "five", "six"):
        say(ring, text)

    assert heard(ring, ANNA, seen) is None
    assert heard(ring, ANNA, None) is None


@pytest.mark.parametrize(
    "offset", ["", "x", "run1.", "run1.zz", "run1.-1", "run1.ffffffffffffffffff", "run2.1"]
)
def test_an_offset_that_is_none_of_this_ring_fills_nothing(ring: Ring, offset: str) -> None:
    say(ring, "one")

    assert heard(ring, ANNA, offset) is None


def test_a_member_that_left_gets_nothing_more(ring: Ring) -> None:
    seen = say(ring, "one")
    ring.end(ANNA)

    assert heard(ring, ANNA, seen) is None


def test_an_offset_of_another_run_fills_nothing(ring: Ring) -> None:
    other = Recorder(RingLimits(), "ran").ring()
    other.begin(ANNA)

    assert heard(ring, ANNA, say(other, "one")) is None


def test_the_idlest_room_gives_first() -> None:
    recorder = Recorder(RingLimits(all_bytes=4 * ENTRY_BYTES), "run")
    idle, busy = recorder.ring(), recorder.ring()
    idle.begin(ANNA)
    busy.begin(ANNA)
    for _ in range(2):
        say(idle, "idle")
    for _ in range(3):
        say(busy, "busy")

    assert heard(idle, ANNA, None) is None
    assert heard(busy, ANNA, None) == ["busy"] * 3
    assert recorder.bytes == idle.cost + busy.cost == 4 * ENTRY_BYTES


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 900)), max_size=60))
def test_no_bound_is_ever_passed_and_the_sum_is_right(steps: list[tuple[int, int]]) -> None:
    limits = RingLimits(messages=8, bytes=2000, all_bytes=4000)
    recorder = Recorder(limits, "run")
    rings = [recorder.ring() for _ in range(3)]
    for which, size in steps:
        say(rings[which], "x", size=size)

        assert recorder.bytes == sum(ring.cost for ring in rings) <= limits.all_bytes
        assert all(ring.bytes <= limits.bytes for ring in rings)
