"""Rooms in which nothing happens end, and no others."""

from __future__ import annotations

import pytest

from gameserver.core.commands import (
    AskClock,
    AskPings,
    Command,
    Disconnected,
    Hint,
    PlayTrack,
    Reconnected,
    UpdateRoom,
)
from gameserver.core.errors import Refusal
from gameserver.core.limits import Limits
from gameserver.core.messages import RoomIdle, RoomIsClosed
from gameserver.core.room import Room
from tests.support.registry import ANNA, BO, START, House, only, told

LIMITS = Limits(room_idle_seconds=600.0, room_idle_warning_seconds=60.0)


def ended(house: House, room: Room) -> bool:
    return room.id not in house.registry.rooms


def test_an_idle_room_is_warned_and_then_closed() -> None:
    house = House(LIMITS)
    room = house.room(ANNA, BO)

    assert only(RoomIdle, told(house.passes(539), BO)) == []
    assert only(RoomIdle, told(house.passes(1), BO)) == [RoomIdle(room.id, 60_000)]
    assert only(RoomIsClosed, told(house.passes(59), BO)) == []
    assert only(RoomIsClosed, told(house.passes(1), BO)) == [RoomIsClosed(room.id, "idle")]
    assert ended(house, room)
    assert house.registry.players[ANNA].room is None


@pytest.mark.parametrize("after", [100, 580])
def test_whoever_asks_for_something_keeps_its_room(after: float) -> None:
    house = House(LIMITS)
    room = house.room(ANNA, BO)
    house.passes(after)

    house.does(ANNA, UpdateRoom(title="Round two", given=frozenset({"title"})))

    assert only(RoomIsClosed, told(house.passes(599), BO)) == []
    house.passes(1)
    assert ended(house, room)


@pytest.mark.parametrize("command", [AskClock(), AskPings(), Hint(hidden=True)])
def test_what_clients_ask_by_themselves_keeps_no_room(command: Command) -> None:
    house = House(LIMITS)
    room = house.room(ANNA, BO)
    house.passes(300)

    house.does(BO, command)

    house.passes(300)
    assert ended(house, room)


def test_a_refused_request_keeps_no_room() -> None:
    house = House(LIMITS)
    room = house.room(ANNA, BO)
    house.passes(300)

    with pytest.raises(Refusal):
        house.does(BO, UpdateRoom(title="Mine", given=frozenset({"title"})))

    house.passes(300)
    assert ended(house, room)


def test_who_comes_or_comes_back_keeps_the_room() -> None:
    house = House(LIMITS)
    house.connect(ANNA, pid="digest")
    room = house.room(ANNA)
    house.passes(580)
    house.does(ANNA, Disconnected("lost"))
    house.does(ANNA, Reconnected(filled=True))

    house.passes(599)
    assert not ended(house, room)


def test_a_track_that_plays_keeps_its_room() -> None:
    house = House(LIMITS)
    room = house.room(ANNA, BO, track_id=2)  # it loops
    house.does(ANNA, PlayTrack())

    house.passes(2000)

    assert not ended(house, room)


def test_what_is_relayed_keeps_a_room() -> None:
    house = House(LIMITS)
    room = house.room(ANNA, BO)
    house.passes(400)
    house.relayed_at[room.id] = START + 400

    house.passes(599)
    assert not ended(house, room)
    house.passes(1)
    assert ended(house, room)


def test_zero_keeps_rooms_for_ever() -> None:
    house = House(Limits(room_idle_seconds=0.0))
    room = house.room(ANNA, BO)

    house.passes(10_000_000)

    assert not ended(house, room)


def test_by_default_a_night_ends_no_room_and_a_day_does() -> None:
    house = House()
    room = house.room(ANNA, BO)

    house.passes(16 * 3600)
    assert not ended(house, room)
    house.passes(8 * 3600)
    assert ended(house, room)
