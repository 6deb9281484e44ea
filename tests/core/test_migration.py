"""Who is in charge, and how the charge passes on."""

from __future__ import annotations

import pytest

from gameserver.core.commands import (
    Disconnected,
    Hint,
    HostReady,
    JoinRoom,
    LeaveRoom,
    TransferHost,
    UpdateRoom,
)
from gameserver.core.effects import Done, Elected, HandOver, Publish, Retire, Tell, Watch
from gameserver.core.errors import BadRequest, NotAMember, NotHost, NotInRoom, PlayerUnavailable, StaleHost
from gameserver.core.messages import HostChanged, HostIsReady, PlayerLeft, RoomIsClosed, Successors
from gameserver.core.values import PlayerId
from tests.support.registry import ANNA, BO, CLEO, DAN, House, only, told


def test_the_charge_passes_in_a_fixed_order_of_words_and_routes() -> None:
    house = House()
    house.room(ANNA, BO, CLEO)
    effects = house.does(ANNA, LeaveRoom())
    words = [
        type(effect.message) if isinstance(effect, Tell) else type(effect)
        for effect in effects
        if isinstance(effect, Tell | Publish | HandOver)
    ]
    assert words == [PlayerLeft, Publish, HostChanged, HandOver, HostIsReady, Publish, Successors]
    first, second = (effect.route for effect in effects if isinstance(effect, Publish))
    assert (first.host_ready, second.host_ready) == (False, True)


def test_epochs_grow_by_one_with_each_host() -> None:
    house = House()
    room = house.room(ANNA, BO, CLEO)
    house.does(ANNA, LeaveRoom())
    house.does(BO, Disconnected("lost"))
    now = house.now_is(room)
    assert (now.host, now.epoch, now.former_hosts) == (CLEO, 3, (ANNA, BO))


def test_former_hosts_that_left_the_server_are_not_remembered_for_ever() -> None:
    house = House()
    room = house.room(ANNA, BO, CLEO)
    house.does(ANNA, TransferHost(BO))
    house.does(ANNA, Disconnected("left"))
    house.does(BO, TransferHost(CLEO))
    assert house.now_is(room).former_hosts == (BO,)


def test_a_lost_host_is_named_lost() -> None:
    house = House()
    house.room(ANNA, BO)
    (changed,) = only(HostChanged, told(house.does(ANNA, Disconnected("lost")), BO))
    assert changed.reason == "lost"


def test_an_election_is_told_to_the_log() -> None:
    house = House()
    room = house.room(ANNA, BO)
    house.ping(BO, 30)
    (elected,) = [effect for effect in house.does(ANNA, LeaveRoom()) if isinstance(effect, Elected)]
    assert (elected.room, elected.epoch, elected.previous, elected.host) == (room.id, 2, ANNA, BO)
    assert elected.why == "the only candidate"


def test_the_host_hands_its_room_over_and_stays() -> None:
    house = House()
    room = house.room(ANNA, BO)

    effects = house.does(ANNA, TransferHost(BO))

    (changed,) = only(HostChanged, told(effects, ANNA))
    assert (changed.host, changed.previous, changed.reason) == (BO, ANNA, "transfer")
    assert house.now_is(room).members.keys() == {ANNA, BO}
    assert effects[-1] == Done()
    assert Watch(ANNA, "member") in effects
    assert Watch(BO, "host") in effects
    with pytest.raises(NotHost):
        house.does(ANNA, UpdateRoom(title="Mine", given=frozenset({"title"})))


def test_a_former_host_that_reigns_again_is_no_former_host() -> None:
    house = House()
    room = house.room(ANNA, BO)
    house.does(ANNA, TransferHost(BO))
    assert house.now_is(room).former_hosts == (ANNA,)
    house.does(BO, TransferHost(ANNA))
    assert house.now_is(room).former_hosts == (BO,)


def test_a_transfer_to_oneself_is_done_and_changes_nothing() -> None:
    house = House()
    room = house.room(ANNA, BO)
    assert house.does(ANNA, TransferHost(ANNA)) == [Done()]
    assert house.now_is(room).epoch == 1


def test_nobody_gets_a_room_that_cannot_host_it() -> None:
    house = House()
    house.connect(BO, can_host=False)
    house.room(ANNA, BO)
    with pytest.raises(PlayerUnavailable):
        house.does(ANNA, TransferHost(BO))
    with pytest.raises(NotAMember):
        house.does(ANNA, TransferHost(CLEO))


def test_a_room_that_nobody_can_host_waits_and_the_epoch_stands() -> None:
    house = House()
    house.connect(BO, can_host=False)
    room = house.room(ANNA, BO)

    effects = house.does(ANNA, LeaveRoom())

    (changed,) = only(HostChanged, told(effects, BO))
    assert (changed.host, changed.previous, changed.epoch, changed.candidates) == (None, ANNA, 1, ())
    now = house.now_is(room)
    assert (now.host, now.state, now.epoch) == (None, "waiting", 1)
    assert house.routes[room.id].former_hosts == {ANNA}


def test_the_first_who_can_host_a_waiting_room_is_elected() -> None:
    house = House()
    house.connect(BO, can_host=False)
    room = house.room(ANNA, BO)
    house.does(ANNA, LeaveRoom())
    house.connect(CLEO)

    effects = house.does(CLEO, JoinRoom(room.id))

    (changed,) = only(HostChanged, told(effects, BO))
    assert (changed.host, changed.previous, changed.epoch, changed.reason) == (CLEO, None, 2, "returned")
    assert house.now_is(room).state == "open"
    assert not only(RoomIsClosed, told(house.passes(120), BO))


def test_a_member_that_can_host_after_all_takes_the_waiting_room() -> None:
    house = House()
    house.connect(BO, can_host=False)
    room = house.room(ANNA, BO)
    house.does(ANNA, LeaveRoom())
    house.does(BO, Hint(can_host=True))
    assert house.now_is(room).host == BO


def test_a_room_that_waits_too_long_is_closed() -> None:
    house = House()
    house.connect(BO, can_host=False)
    house.connect(CLEO, can_host=False)
    room = house.room(ANNA, BO)
    house.does(ANNA, LeaveRoom())
    house.passes(30)
    house.does(CLEO, JoinRoom(room.id))  # gives no new time

    effects = house.passes(30)

    assert told(effects, BO) == [RoomIsClosed(room.id, "no_host")]
    assert told(effects, CLEO) == [RoomIsClosed(room.id, "no_host")]
    assert Retire(room.id) in effects
    assert house.registry.players[BO].room is None


def test_a_creator_is_host_whatever_it_said() -> None:
    house = House()
    house.connect(ANNA, can_host=False)
    room = house.room(ANNA, BO)
    assert room.host == ANNA
    house.does(ANNA, Hint(can_host=False))
    assert house.now_is(room).host == ANNA


def test_members_know_who_would_follow() -> None:
    house = House()
    room = house.room(ANNA, BO, CLEO)
    house.connect(DAN)
    house.ping(DAN, 10)
    effects = house.does(DAN, JoinRoom(room.id))
    for player in (ANNA, BO, CLEO, DAN):
        assert only(Successors, told(effects, player)) == [Successors(ANNA, (DAN, BO))]


def test_a_changed_ping_changes_who_would_follow_after_a_while() -> None:
    house = House()
    house.room(ANNA, BO, CLEO)
    house.ping(BO, 50)
    house.ping(CLEO, 40)
    assert only(Successors, told(house.passes(5), ANNA)) == [Successors(ANNA, (CLEO, BO))]
    assert not house.passes(20)
    house.ping(CLEO, 90)
    assert only(Successors, told(house.passes(5), BO)) == [Successors(ANNA, (BO, CLEO))]


def test_who_says_it_cannot_host_is_no_successor() -> None:
    house = House()
    house.room(ANNA, BO, CLEO)
    effects = house.does(BO, Hint(can_host=False))
    assert only(Successors, told(effects, CLEO)) == [Successors(ANNA, (CLEO,))]


def test_a_newcomer_that_changes_nothing_is_told_too() -> None:
    house = House()
    room = house.room(ANNA, BO)
    house.connect(CLEO, can_host=False)
    effects = house.does(CLEO, JoinRoom(room.id))
    assert only(Successors, told(effects, CLEO)) == [Successors(ANNA, (BO,))]
    assert not only(Successors, told(effects, ANNA))


def test_only_the_host_of_this_epoch_says_that_it_is_ready() -> None:
    house = House()
    house.room(ANNA, BO, CLEO)
    house.does(ANNA, TransferHost(BO))
    assert house.does(BO, HostReady(2)) == [Done()]
    with pytest.raises(StaleHost):
        house.does(ANNA, HostReady(2))
    with pytest.raises(NotHost):
        house.does(CLEO, HostReady(2))
    with pytest.raises(StaleHost):
        house.does(BO, HostReady(1))
    with pytest.raises(BadRequest):
        house.does(BO, HostReady(3))
    house.connect(DAN)
    with pytest.raises(NotInRoom):
        house.does(DAN, HostReady(1))


def test_the_last_player_leaves_no_election_behind() -> None:
    house = House()
    house.room(ANNA, BO)
    house.does(ANNA, LeaveRoom())
    effects = house.does(BO, LeaveRoom())
    assert not [effect for effect in effects if isinstance(effect, Elected)]
    assert house.registry.next_deadline() is None


def test_a_room_of_many_hands_over_until_nobody_is_left() -> None:
    house = House()
    everybody = [PlayerId(f"player{number}") for number in range(8)]
    room = house.room(*everybody)
    for epoch, player in enumerate(everybody, start=1):
        assert (house.now_is(room).host, house.now_is(room).epoch) == (player, epoch)
        house.does(player, Disconnected("lost"))
    assert not house.registry.rooms
