"""One room's lane: who hears what, whose word counts, and what is kept of whom."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import replace

import pytest

from gameserver.core.effects import Route
from gameserver.core.errors import BadRequest, NotAMember, NotHost, StaleHost
from gameserver.core.values import PlayerId, RoomId
from gameserver.transport.relay.bucket import Allowance, Bucket, Buckets
from gameserver.transport.relay.counters import Counters
from gameserver.transport.relay.keeper import Keeper, KeeperLimits
from gameserver.transport.relay.lane import Audience, Lane
from gameserver.transport.relay.quota import Quota, QuotaLimits
from gameserver.transport.relay.ring import Recorder, RingLimits
from gameserver.transport.seat import Seat
from tests.support.peers import FakePeer, read
from tests.transport.relay.table import Client

ANNA, BO, CLEO, DAN = (PlayerId(name) for name in ("anna", "bo", "cleo", "dan"))
ROUTE = Route(RoomId("68ffbdj0"), 1, ANNA, True, (ANNA, BO, CLEO), frozenset((ANNA, BO, CLEO)), frozenset())


def seat(player: PlayerId, peer: FakePeer, *, recovers: bool = False) -> Seat:
    allowance = Allowance(rate=1.0, burst=1.0, byte_rate=1.0, bytes_burst=1.0, now=0.0)
    made = Seat(player, peer, buckets=Buckets(allowance, Bucket(1.0, 1.0, 0.0)), now=0.0)
    made.recovers = recovers
    return made


def lane(*, json: Iterable[PlayerId] = (), recovering: Set[PlayerId] = frozenset()) -> Lane:
    """The lane of a room in which Anna is host, and Bo and Cleo are members."""
    seats = {}
    for player in (ANNA, BO, CLEO, DAN):
        peer = Client(rides=True, parser="json" if player in json else "msgpack")
        peer.sid = player
        seats[player] = seat(player, peer, recovers=player in recovering)
    return Lane(
        ROUTE, seats, Keeper(KeeperLimits(), Quota(QuotaLimits(), Counters())), Recorder(RingLimits(), "run")
    )


def ids(audience: Audience) -> list[str]:
    return [peer.sid for peer in (*audience.plain, *audience.marked)]


def test_everybody_but_the_sender_is_meant_in_the_order_of_joining() -> None:
    room = lane()

    assert ids(room.others(BO)) == [ANNA, CLEO]
    assert ids(room.others(None)) == [ANNA, BO, CLEO]
    assert len(room.others(BO)) == 2


def test_who_could_come_back_is_told_apart_from_who_could_not() -> None:
    others = lane(recovering={CLEO}).others(ANNA)

    assert [peer.sid for peer in others.plain] == [BO]
    assert [peer.sid for peer in others.marked] == [CLEO]
    assert others.returning == {CLEO}


def test_what_is_said_is_also_for_a_member_that_is_away() -> None:
    room = lane()
    room.publish(replace(ROUTE, members=(ANNA, BO)))

    assert ids(room.others(ANNA)) == [BO]
    assert room.others(ANNA).returning == {CLEO}


def test_only_members_can_be_named() -> None:
    room = lane()

    assert ids(room.named([CLEO, BO, CLEO])) == [BO, CLEO]
    with pytest.raises(NotAMember):
        room.named([BO, DAN])


def test_only_the_hosts_word_counts_and_only_once_it_is_ready() -> None:
    room = lane()
    room.check_host(ANNA)
    with pytest.raises(NotHost):
        room.check_host(BO)

    room.publish(replace(ROUTE, epoch=2, host=BO, host_ready=False, former_hosts=frozenset((ANNA,))))
    with pytest.raises(NotHost):
        room.check_host(BO)
    with pytest.raises(StaleHost):
        room.check_host(ANNA)


def test_there_is_no_host_to_take_inputs_before_it_is_ready_nor_without_one() -> None:
    room = lane()
    host = room.host_seat()
    assert host is not None
    assert host.player == ANNA

    room.publish(replace(ROUTE, host_ready=False))
    assert room.host_seat() is None
    room.publish(replace(ROUTE, host=None))
    assert room.host_seat() is None


def test_a_room_is_mixed_while_its_members_speak_both_parsers() -> None:
    room = lane(json=[CLEO])
    assert room.mixed

    room.publish(replace(ROUTE, members=(ANNA, BO), seated=frozenset((ANNA, BO))))
    assert not room.mixed


def test_the_ways_to_the_others_are_kept_until_somebody_goes() -> None:
    room = lane()
    doors = room.doors(ANNA)
    assert doors is not None
    assert len(doors) == 2
    assert room.doors(ANNA) is doors

    room.forget_doors()
    assert room.doors(ANNA) is not doors


def test_there_is_no_short_way_to_those_that_could_come_back_or_speak_otherwise() -> None:
    assert lane(recovering={CLEO}).doors(ANNA) is None
    assert lane(json=[CLEO]).doors(ANNA) is None
    assert lane(json=[CLEO]).host_door() is None
    assert lane(recovering={ANNA}).host_door() is None


def test_the_way_to_the_host_is_kept_while_it_takes_inputs_as_they_come() -> None:
    room = lane()
    assert room.host_door() is not None
    assert room.to_host is room.host_door()

    host = room.host_seat()
    assert host is not None
    host.wants_seq = True
    room.forget_doors()
    assert room.to_host is None
    assert room.host_door() is None


def test_events_are_recorded_only_while_somebody_could_come_back() -> None:
    assert lane().mark(frozenset((BO,)), "room_updated", ()) is None

    room = lane(recovering={BO})
    packet = room.mark(frozenset((BO,)), "room_updated", ({"title": "Sparks"},))
    assert packet is not None
    name, body, offset = read(packet)
    assert (name, body) == ("room_updated", {"title": "Sparks"})
    assert room.has_told(BO)
    assert room.ring is not None
    assert room.ring.missed(BO, None) == [packet]
    assert room.ring.missed(BO, offset) == []


def test_nothing_recorded_is_kept_once_nobody_can_come_back() -> None:
    room = lane(recovering={BO})
    ring = room.ring
    assert ring is not None

    room.publish(replace(ROUTE, members=(ANNA, CLEO), seated=frozenset((ANNA, CLEO))))
    assert room.ring is None
    assert not room.has_told(BO)


def test_who_has_left_leaves_neither_number_nor_keys_behind() -> None:
    room = lane()
    for player in (BO, CLEO):
        room.numbers[player] = 5
        room.update_keys_with(player, "position", 1).add("position")

    room.publish(replace(ROUTE, members=(ANNA, CLEO), seated=frozenset((ANNA, CLEO))))

    assert room.numbers == {CLEO: 5}
    assert room.update_keys == {CLEO: {"position"}}


def test_a_member_that_is_only_away_keeps_its_number() -> None:
    room = lane()
    room.numbers[CLEO] = 5

    room.publish(replace(ROUTE, members=(ANNA, BO)))

    assert room.numbers == {CLEO: 5}


def test_a_member_has_so_many_update_keys_and_no_more() -> None:
    room = lane()
    room.update_keys_with(BO, "position", 2).add("position")
    room.update_keys_with(BO, "mood", 2).add("mood")

    assert room.update_keys_with(BO, "mood", 2) == {"position", "mood"}
    with pytest.raises(BadRequest, match="at most 2"):
        room.update_keys_with(BO, "hat", 2)
    room.update_keys_with(CLEO, "hat", 2)
