"""What only the host may do to its room."""

from __future__ import annotations

from typing import Any

import pytest

from gameserver.core.commands import (
    Command,
    Disconnected,
    JoinRoom,
    Kick,
    QuickJoin,
    TransferHost,
    UpdateRoom,
)
from gameserver.core.effects import Done, Watch
from gameserver.core.errors import (
    BadRequest,
    NotAMember,
    NotHost,
    NotInRoom,
    TrackNotFound,
    WasKicked,
    WrongPassword,
)
from gameserver.core.messages import Kicked, PlayerLeft, RoomCreated, RoomUpdated
from gameserver.core.values import PlayerId
from tests.support.registry import ANNA, BO, CLEO, House, answer, only, told


def change(**fields: Any) -> UpdateRoom:
    return UpdateRoom(**fields, given=frozenset(fields))


def test_who_is_kicked_is_told_why_and_the_others_that_it_left() -> None:
    house = House()
    room = house.room(ANNA, BO, CLEO)

    effects = house.does(ANNA, Kick(BO, " rude "))

    assert told(effects, BO) == [Kicked(room.id, "rude")]
    assert told(effects, CLEO)[0] == PlayerLeft(room.id, BO, "kicked")
    assert told(effects, ANNA)[0] == PlayerLeft(room.id, BO, "kicked")
    assert Done() in effects
    assert Watch(BO, "idle") in effects


def test_who_was_kicked_stays_out_but_may_open_a_room() -> None:
    house = House()
    room = house.room(ANNA, BO)
    house.does(ANNA, Kick(BO))
    with pytest.raises(WasKicked):
        house.does(BO, JoinRoom(room.id))
    assert isinstance(answer(house.does(BO, QuickJoin())), RoomCreated)


def test_the_host_kicks_neither_itself_nor_strangers() -> None:
    house = House()
    room = house.room(ANNA, BO)
    house.room(CLEO)
    with pytest.raises(BadRequest):
        house.does(ANNA, Kick(ANNA))
    with pytest.raises(NotAMember):
        house.does(ANNA, Kick(CLEO))
    with pytest.raises(NotAMember):
        house.does(ANNA, Kick(PlayerId("nobody")))
    with pytest.raises(BadRequest):
        house.does(ANNA, Kick(BO, "x" * 129))
    assert house.now_is(room).members.keys() == {ANNA, BO}


@pytest.mark.parametrize("command", [Kick(ANNA), change(title="Mine"), TransferHost(BO)])
def test_what_is_the_hosts_is_nobody_elses(command: Command) -> None:
    house = House()
    house.room(ANNA, BO)
    with pytest.raises(NotHost):
        house.does(BO, command)
    house.connect(CLEO)
    with pytest.raises(NotInRoom):
        house.does(CLEO, command)


def test_a_changed_room_is_shown_to_all() -> None:
    house = House()
    house.room(ANNA, BO)

    effects = house.does(
        ANNA,
        change(title=" New ", description="d", max_players=4, private=True, locked=True, metadata={"a": [1]}),
    )

    updated = answer(effects)
    assert isinstance(updated, RoomUpdated)
    assert only(RoomUpdated, told(effects, BO)) == [updated]
    room = updated.room
    assert (room.title, room.description, room.max_players) == ("New", "d", 4)
    assert (room.private, room.locked, room.metadata) == (True, True, {"a": [1]})


def test_only_what_was_given_changes_and_null_is_a_value_where_it_means_none() -> None:
    house = House()
    room = house.room(ANNA, track_id=1, metadata={"a": 1}, password="sesame", description="here")
    house.does(ANNA, change(title="New"))
    assert house.now_is(room).metadata == {"a": 1}

    house.does(ANNA, change(metadata=None, track_id=None, password=None))

    now = house.now_is(room)
    assert (now.metadata, now.playback, now.password, now.description) == (None, None, None, "here")


def test_a_new_password_opens_and_the_old_one_does_not() -> None:
    house = House()
    room = house.room(ANNA, password="old")
    house.does(ANNA, change(password="new"))
    house.connect(BO)
    with pytest.raises(WrongPassword):
        house.does(BO, JoinRoom(room.id, "old"))
    house.does(BO, JoinRoom(room.id, "new"))


@pytest.mark.parametrize(
    "wrong",
    [
        change(title=None),
        change(title=" "),
        change(description=None),
        change(description="x" * 513),
        change(max_players=None),
        change(max_players=1),
        change(max_players=65),
        change(private=None),
        change(locked=None),
        change(password=""),
        change(title="New", metadata="x" * 3000),
    ],
)
def test_a_change_is_done_whole_or_not_at_all(wrong: UpdateRoom) -> None:
    house = House()
    room = house.now_is(house.room(ANNA, BO))
    with pytest.raises(BadRequest):
        house.does(ANNA, wrong)
    assert house.now_is(room) == room


def test_an_unknown_track_changes_nothing_else_either() -> None:
    house = House()
    room = house.room(ANNA, track_id=1)
    with pytest.raises(TrackNotFound):
        house.does(ANNA, change(title="New", track_id=99))
    assert house.now_is(room) == room


def test_a_kicked_list_forgets_players_that_are_gone() -> None:
    house = House()
    room = house.room(ANNA, BO, CLEO)
    house.does(ANNA, Kick(BO))
    house.does(BO, Disconnected("lost"))
    house.does(ANNA, Kick(CLEO))
    assert house.now_is(room).kicked == (CLEO,)
