"""What an operator may do to any room."""

from __future__ import annotations

import pytest

from gameserver.core.commands import (
    AppointHost,
    CloseRoom,
    Disconnected,
    JoinRoom,
    LeaveRoom,
    RemoveMember,
    SnapshotStored,
    TransferHost,
)
from gameserver.core.effects import Elected, RoomEnded, Settle
from gameserver.core.errors import (
    BadRequest,
    NotAMember,
    PlayerUnavailable,
    RoomClosed,
    RoomNotFound,
    WasKicked,
)
from gameserver.core.messages import Kicked, RoomIsClosed, RoomLeft, SnapshotRequest
from gameserver.core.values import RoomId
from tests.support.registry import ANNA, BO, CLEO, DAN, House, only, told


def test_a_host_that_is_removed_is_told_why_stays_out_and_is_followed() -> None:
    house = House()
    room = house.room(ANNA, BO)

    effects = house.does(None, RemoveMember(room.id, ANNA, "rude"))

    assert told(effects, ANNA) == [Kicked(room.id, "rude")]
    assert house.now_is(room).host == BO
    with pytest.raises(WasKicked):
        house.does(ANNA, JoinRoom(room.id))


def test_the_last_member_can_be_removed_and_the_room_ends() -> None:
    house = House()
    room = house.room(ANNA)

    effects = house.does(None, RemoveMember(room.id, ANNA))

    assert [effect.reason for effect in effects if isinstance(effect, RoomEnded)] == ["empty"]


def test_who_is_appointed_is_host_whatever_the_host_says() -> None:
    house = House()
    room = house.room(ANNA, BO, CLEO)

    effects = house.does(None, AppointHost(room.id, CLEO))

    assert house.now_is(room).host == CLEO
    assert [effect.reason for effect in effects if isinstance(effect, Elected)] == ["transfer"]


def test_a_host_that_keeps_snapshots_is_asked_for_its_last_one_first() -> None:
    house = House()
    room = house.room(ANNA, BO)
    house.does(ANNA, SnapshotStored())

    effects = house.does(None, AppointHost(room.id, BO))
    before = house.now_is(room).host
    house.does(ANNA, SnapshotStored())

    assert len(only(SnapshotRequest, told(effects, ANNA))) == 1
    assert (before, house.now_is(room).host) == (ANNA, BO)


def test_who_is_away_or_cannot_be_host_is_not_appointed() -> None:
    house = House()
    house.connect(ANNA, pid="a")
    house.connect(BO, can_host=False)
    room = house.room(ANNA, BO)
    house.does(ANNA, Disconnected("lost", gone=True))
    assert house.now_is(room).host is None

    with pytest.raises(PlayerUnavailable):
        house.does(None, AppointHost(room.id, BO))
    with pytest.raises(PlayerUnavailable):
        house.does(None, AppointHost(room.id, ANNA))


def test_a_closed_room_is_over_for_everybody_in_it() -> None:
    house = House()
    room = house.room(ANNA, BO)

    effects = house.does(None, CloseRoom(room.id))

    assert told(effects, ANNA) == told(effects, BO) == [RoomIsClosed(room.id, "closed")]
    assert room.id not in house.registry.rooms
    assert house.registry.players[ANNA].room is None


def test_a_host_that_waits_to_leave_is_answered_when_its_room_is_closed() -> None:
    house = House()
    room = house.room(ANNA, BO)
    house.does(ANNA, SnapshotStored())
    house.does(ANNA, LeaveRoom())

    assert Settle(ANNA, RoomLeft(room.id)) in house.does(None, CloseRoom(room.id))


def test_a_host_that_waits_to_hand_over_is_refused_when_its_room_is_closed() -> None:
    house = House()
    room = house.room(ANNA, BO)
    house.does(ANNA, SnapshotStored())
    house.does(ANNA, TransferHost(BO))

    effects = house.does(None, CloseRoom(room.id))

    (settled,) = [effect for effect in effects if isinstance(effect, Settle)]
    assert isinstance(settled.outcome, RoomClosed)


def test_what_an_operator_cannot_do_is_refused_and_changes_nothing() -> None:
    house = House()
    room = house.room(ANNA, BO)
    house.connect(DAN)
    for command, refusal in (
        (RemoveMember(room.id, DAN), NotAMember),
        (AppointHost(room.id, DAN), NotAMember),
        (AppointHost(room.id, ANNA), BadRequest),
        (CloseRoom(RoomId("nowhere")), RoomNotFound),
    ):
        with pytest.raises(refusal):
            house.does(None, command)

    assert house.now_is(room).members.keys() == {ANNA, BO}


def test_a_second_appointment_waits_for_the_first() -> None:
    house = House()
    room = house.room(ANNA, BO, CLEO)
    house.does(ANNA, SnapshotStored())
    house.does(None, AppointHost(room.id, BO))

    with pytest.raises(BadRequest, match="under way"):
        house.does(None, AppointHost(room.id, CLEO))
