"""A host is lost and comes back: its grace, who reigns after it, and rooms that everybody lost."""

from __future__ import annotations

from gameserver.core.commands import (
    Disconnected,
    HostReady,
    LeaveRoom,
    Reconnected,
    SnapshotStored,
)
from gameserver.core.effects import HandOver, Retire, Watch
from gameserver.core.messages import (
    HostChanged,
    RoomIsClosed,
    RoomLeft,
)
from tests.core.coming_back import LOST, recoverable
from tests.support.registry import ANNA, BO, CLEO, only, told


def test_a_lost_host_keeps_its_role_for_its_grace() -> None:
    house = recoverable(ANNA)
    room = house.room(ANNA, BO)

    effects = house.does(ANNA, LOST)

    assert not only(HostChanged, told(effects, BO))
    route = house.routes[room.id]
    assert (route.host, route.host_ready, route.epoch) == (ANNA, False, 1)
    assert house.now_is(room).state == "migrating"

    house.passes(2.9)
    effects = house.does(ANNA, Reconnected(filled=True))

    assert house.routes[room.id].host_ready
    assert (house.now_is(room).host, house.now_is(room).epoch) == (ANNA, 1)
    assert Watch(ANNA, "host") in effects
    assert not only(HostChanged, told(house.passes(60), BO))


def test_after_the_grace_another_reigns_and_the_seat_is_kept() -> None:
    house = recoverable(ANNA)
    room = house.room(ANNA, BO)
    house.does(ANNA, LOST)
    (changed,) = only(HostChanged, told(house.passes(3), BO))
    assert (changed.host, changed.previous, changed.reason) == (BO, ANNA, "lost")
    house.does(ANNA, Reconnected(filled=True))
    now = house.now_is(room)
    assert (now.host, now.former_hosts) == (BO, (ANNA,))
    assert now.members.keys() == {ANNA, BO}


def test_a_page_that_is_gone_gets_no_grace_but_its_seat() -> None:
    house = recoverable(ANNA)
    room = house.room(ANNA, BO)
    effects = house.does(ANNA, Disconnected("lost", gone=True))
    (changed,) = only(HostChanged, told(effects, BO))
    assert changed.host == BO
    assert ANNA in house.now_is(room).members


def test_a_room_that_ends_with_its_host_gives_it_its_grace() -> None:
    house = recoverable(ANNA)
    room = house.room(ANNA, BO, on_host_exit="close")
    house.does(ANNA, LOST)
    effects = house.passes(3)
    assert only(RoomIsClosed, told(effects, BO)) == [RoomIsClosed(room.id, "host_left")]
    assert told(house.does(ANNA, Reconnected(filled=True)), ANNA) == [RoomIsClosed(room.id, "host_left")]


def test_a_host_that_comes_back_with_a_gap_begins_anew() -> None:
    house = recoverable(ANNA)
    room = house.room(ANNA, BO)
    house.does(ANNA, SnapshotStored())
    house.does(ANNA, LOST)

    effects = house.does(ANNA, Reconnected(filled=False, pid="new"))

    (changed,) = only(HostChanged, told(effects, BO))
    assert (changed.host, changed.previous, changed.epoch, changed.reason) == (ANNA, ANNA, 2, "returned")
    assert HandOver(room.id, ANNA, 2) in effects
    assert not house.routes[room.id].host_ready
    house.does(ANNA, HostReady(2))
    assert house.routes[room.id].host_ready
    assert house.now_is(room).former_hosts == ()


def test_a_host_alone_is_waited_for_and_elected_when_it_is_back() -> None:
    house = recoverable(ANNA)
    room = house.room(ANNA)
    house.does(ANNA, LOST)
    house.passes(30)
    assert house.now_is(room).state == "waiting"
    effects = house.does(ANNA, Reconnected(filled=True))
    (changed,) = only(HostChanged, told(effects, ANNA))
    assert (changed.host, changed.epoch, changed.reason) == (ANNA, 2, "returned")


def test_a_room_whose_members_are_all_away_ends_when_none_comes_back() -> None:
    house = recoverable(ANNA, BO)
    room = house.room(ANNA, BO)
    house.does(ANNA, LOST)
    house.does(BO, LOST)
    effects = house.passes(60)
    assert Retire(room.id) in effects
    assert not house.registry.rooms
    assert not house.registry.players
    assert house.registry.next_deadline() is None


def test_the_first_of_all_that_comes_back_takes_the_room() -> None:
    house = recoverable(ANNA, BO, CLEO)
    room = house.room(ANNA, BO, CLEO)
    for player in (BO, CLEO, ANNA):
        house.does(player, LOST)
    house.passes(10)
    house.does(CLEO, Reconnected(filled=True))
    assert house.now_is(room).host == CLEO
    house.does(ANNA, Reconnected(filled=True))
    assert house.now_is(room).host == CLEO


def test_a_candidate_that_is_lost_gets_no_grace() -> None:
    house = recoverable(ANNA, BO, CLEO)
    room = house.room(ANNA, BO, CLEO)
    house.does(ANNA, SnapshotStored())
    house.does(ANNA, Disconnected("left"))
    assert house.now_is(room).host == BO
    house.does(BO, LOST)
    now = house.now_is(room)
    assert (now.host, now.epoch) == (CLEO, 3)
    assert now.members.keys() == {BO, CLEO}


def test_a_host_lost_while_it_leaves_has_left_but_may_come_back_to_the_lobby() -> None:
    house = recoverable(ANNA, BO)
    room = house.room(ANNA, BO)
    house.does(ANNA, SnapshotStored())
    house.does(ANNA, LeaveRoom())
    house.does(ANNA, LOST)
    assert house.now_is(room).members.keys() == {BO}
    effects = house.does(ANNA, Reconnected(filled=True))
    assert told(effects, ANNA) == [RoomLeft(room.id)]
