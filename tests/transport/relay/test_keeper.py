"""What a room keeps for its next host."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gameserver.core.values import PlayerId
from gameserver.protocol.packets import Literal
from gameserver.transport.relay.counters import Counters
from gameserver.transport.relay.keeper import Keeper, KeeperLimits
from gameserver.transport.relay.quota import Quota, QuotaLimits

ANNA, BO = PlayerId("anna"), PlayerId("bo")
HOME = "192.0.2.1"
STATE = Literal({"score": 1})
SMALL = KeeperLimits(tail_inputs=4, tail_bytes=1000, parked_inputs=3, parked_bytes=1000)


def seqs(keeper: Keeper) -> list[int]:
    return [each.seq for each in keeper.tail()]


def test_without_a_snapshot_there_is_nothing_to_remember() -> None:
    keeper = Keeper(SMALL, Quota(QuotaLimits(), Counters()))
    keeper.take(ANNA, Literal(1), 0.0)

    assert seqs(keeper) == []


def test_the_tail_holds_what_the_snapshot_does_not_cover() -> None:
    keeper = Keeper(SMALL, Quota(QuotaLimits(), Counters()))
    keeper.keep(STATE, epoch=1, covers=0, now=0.0, address=HOME)
    for number in range(3):
        keeper.take(ANNA, Literal(number), float(number))
    keeper.keep(STATE, epoch=1, covers=2, now=3.0, address=HOME)

    assert seqs(keeper) == [3]


def test_without_covers_the_last_second_before_the_snapshot_stays() -> None:
    keeper = Keeper(SMALL, Quota(QuotaLimits(), Counters()))
    keeper.keep(STATE, epoch=1, covers=None, now=0.0, address=HOME)
    for at in (1.0, 2.5, 3.0):
        keeper.take(ANNA, Literal(at), at)
    keeper.keep(STATE, epoch=1, covers=None, now=3.4, address=HOME)

    assert seqs(keeper) == [2, 3]


def test_a_full_tail_gives_its_oldest_and_counts_them() -> None:
    keeper = Keeper(SMALL, Quota(QuotaLimits(), Counters()))
    keeper.keep(STATE, epoch=1, covers=0, now=0.0, address=HOME)
    for number in range(6):
        keeper.take(ANNA, Literal(number), 0.0)

    assert seqs(keeper) == [3, 4, 5, 6]
    assert keeper.truncated == 2
    keeper.keep(STATE, epoch=1, covers=6, now=1.0, address=HOME)
    assert keeper.truncated == 0


def test_a_full_parking_refuses_the_newest_and_counts_them() -> None:
    keeper = Keeper(SMALL, Quota(QuotaLimits(), Counters()))

    assert [keeper.park(BO, Literal(number), 0.0) for number in range(5)] == [True, True, True, False, False]
    assert keeper.refused == {BO: 2}
    assert [each.seq for each in keeper.unpark()] == [1, 2, 3]
    assert keeper.parked == 0


def test_what_waited_is_in_the_tail_once_it_was_delivered() -> None:
    keeper = Keeper(SMALL, Quota(QuotaLimits(), Counters()))
    keeper.keep(STATE, epoch=1, covers=0, now=0.0, address=HOME)
    keeper.take(ANNA, Literal(1), 0.0)
    keeper.park(BO, Literal(2), 0.0)
    assert seqs(keeper) == [1]

    keeper.unpark()

    assert seqs(keeper) == [1, 2]


@given(st.lists(st.sampled_from(["take", "park", "unpark", "cover"]), max_size=60))
def test_every_input_is_covered_in_the_tail_waiting_or_counted(steps: list[str]) -> None:
    keeper = Keeper(SMALL, Quota(QuotaLimits(), Counters()))
    keeper.keep(STATE, epoch=1, covers=0, now=0.0, address=HOME)
    covered = given_out = 0
    now = 0.0
    for step in steps:
        now += 0.01
        if step == "take" and not keeper.parked:
            given_out = keeper.take(ANNA, Literal(0), now).seq
        elif step == "park":
            keeper.park(BO, Literal(0), now)
        elif step == "unpark":
            given_out = max([given_out, *(each.seq for each in keeper.unpark())])
        elif step == "cover":
            covered = given_out
            keeper.keep(STATE, epoch=1, covers=covered, now=now, address=HOME)
        tail = seqs(keeper)
        assert tail == sorted(tail)
        assert len(tail) <= SMALL.tail_inputs
        assert keeper.parked <= SMALL.parked_inputs
        assert tail == list(range(covered + keeper.truncated + 1, given_out + 1))
