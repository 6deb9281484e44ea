"""A member is lost and comes back: its seat is kept for a while, and it hears what it missed."""

from __future__ import annotations

import pytest

from gameserver.core.commands import (
    Disconnected,
    JoinRoom,
    Kick,
    LeaveRoom,
    PlayTrack,
    Reconnected,
    TransferHost,
    WatchLobby,
)
from gameserver.core.effects import Publish, SendSnapshot, Watch
from gameserver.core.errors import PlayerUnavailable, RoomFull
from gameserver.core.messages import (
    Kicked,
    PlayerDisconnected,
    PlayerLeft,
    PlayerReconnected,
    RoomIsClosed,
    RoomJoined,
    Successors,
    Tact,
    TrackState,
)
from gameserver.core.values import to_ms
from tests.core.coming_back import LOST, recoverable
from tests.support.registry import ANNA, BO, CLEO, House, only, told


def test_a_lost_member_keeps_its_seat_for_a_while() -> None:
    house = recoverable(ANNA, BO)
    room = house.room(ANNA, BO, max_players=2)

    effects = house.does(BO, LOST)

    until = to_ms(house.now + 60)
    assert told(effects, ANNA)[0] == PlayerDisconnected(room.id, BO, until)
    assert effects[-1] == Watch(BO, None)
    route = house.routes[room.id]
    assert route.members == (ANNA,)
    assert route.seated == {ANNA, BO}
    house.connect(CLEO)
    with pytest.raises(RoomFull):
        house.does(CLEO, JoinRoom(room.id))


def test_who_comes_back_in_time_is_where_it_was() -> None:
    house = recoverable(ANNA, BO)
    room = house.room(ANNA, BO)
    house.does(BO, LOST)
    house.passes(59)

    effects = house.does(BO, Reconnected(filled=True))

    assert told(effects, ANNA)[0] == PlayerReconnected(room.id, BO)
    assert not only(RoomJoined, told(effects, BO))
    assert house.routes[room.id].members == (ANNA, BO)
    assert Watch(BO, "member") in effects
    assert not only(PlayerLeft, told(house.passes(120), ANNA))


def test_who_does_not_come_back_in_time_has_left() -> None:
    house = recoverable(ANNA, BO)
    room = house.room(ANNA, BO)
    house.does(BO, LOST)
    effects = house.passes(60)
    assert only(PlayerLeft, told(effects, ANNA)) == [PlayerLeft(room.id, BO, "lost")]
    assert BO not in house.registry.players
    assert house.registry.returning("pid of bo") is None


def test_who_cannot_come_back_loses_its_seat_at_once() -> None:
    house = recoverable(ANNA)
    room = house.room(ANNA, BO)
    effects = house.does(BO, LOST)
    assert told(effects, ANNA)[0] == PlayerLeft(room.id, BO, "lost")


def test_a_goodbye_is_a_leave() -> None:
    house = recoverable(ANNA, BO)
    room = house.room(ANNA, BO)
    effects = house.does(BO, Disconnected("left", gone=True))
    assert told(effects, ANNA)[0] == PlayerLeft(room.id, BO, "left")
    assert BO not in house.registry.players


def test_what_is_told_the_room_names_who_is_away_too() -> None:
    house = recoverable(ANNA, BO)
    room = house.room(ANNA, BO)
    house.does(BO, LOST)
    house.connect(CLEO)
    effects = house.does(CLEO, JoinRoom(room.id))
    assert told(effects, BO)


def test_with_a_gap_a_member_is_told_the_room_anew() -> None:
    house = recoverable(ANNA, BO)
    room = house.room(ANNA, BO, late_join="snapshot")
    house.does(BO, LOST)
    effects = house.does(BO, Reconnected(filled=False, pid="another pid"))
    first = told(effects, BO)[0]
    assert isinstance(first, RoomJoined)
    assert not first.forgotten
    assert first.room.players[1].connected
    assert SendSnapshot(room.id, BO) in effects
    assert house.registry.returning("another pid") == BO
    assert house.registry.returning("pid of bo") is None


def test_a_new_connection_may_come_before_the_old_one_is_noticed_as_lost() -> None:
    house = recoverable(ANNA, BO)
    room = house.room(ANNA, BO)
    effects = house.does(BO, Reconnected(filled=True))
    assert not told(effects, ANNA)
    assert house.now_is(room).members[BO].connected
    assert any(isinstance(effect, Publish) for effect in effects)


def test_a_seat_is_found_by_pid_and_by_subject() -> None:
    house = House()
    house.connect(ANNA, pid="p", subject="anna@example.org")
    assert house.registry.returning("p") == ANNA
    assert house.registry.known("anna@example.org") == ANNA
    assert house.registry.returning("q") is None
    house.does(ANNA, Disconnected("left"))
    assert house.registry.returning("p") is None
    assert house.registry.known("anna@example.org") is None


def test_who_is_in_no_room_comes_back_too() -> None:
    house = recoverable(ANNA)
    house.does(ANNA, LOST)
    house.passes(30)
    assert house.does(ANNA, Reconnected(filled=True)) == [Watch(ANNA, "idle")]
    assert not house.passes(60)
    assert ANNA in house.registry.players


def test_the_lists_of_the_lobby_end_with_the_connection() -> None:
    house = recoverable(ANNA)
    house.does(ANNA, WatchLobby())
    house.does(ANNA, LOST)
    assert not house.passes(30)


def test_a_returning_member_is_told_where_the_track_stands() -> None:
    house = recoverable(ANNA, BO)
    house.room(ANNA, BO, track_id=2)
    house.does(ANNA, PlayTrack())
    house.does(BO, LOST)
    assert not only(Tact, told(house.passes(3.1), BO))
    effects = house.does(BO, Reconnected(filled=True))
    (state,) = only(TrackState, told(effects, BO))
    assert state.playing
    assert only(Tact, told(effects, BO))


def test_who_was_kicked_while_away_hears_it_first() -> None:
    house = recoverable(ANNA, BO)
    room = house.room(ANNA, BO)
    house.does(BO, LOST)
    effects = house.does(ANNA, Kick(BO, "slow"))
    assert only(PlayerLeft, told(effects, ANNA)) == [PlayerLeft(room.id, BO, "kicked")]
    assert BO not in house.now_is(room).members
    assert not told(effects, BO)
    effects = house.does(BO, Reconnected(filled=True))
    assert told(effects, BO) == [Kicked(room.id, "slow")]
    assert not told(house.does(BO, Reconnected(filled=True)), BO)


def test_a_room_that_closed_while_one_was_away_is_told_first() -> None:
    house = recoverable(ANNA, BO)
    room = house.room(ANNA, BO, on_host_exit="close")
    house.does(BO, LOST)
    house.does(ANNA, LeaveRoom())
    effects = house.does(BO, Reconnected(filled=True))
    assert told(effects, BO) == [RoomIsClosed(room.id, "host_left")]
    assert house.registry.players[BO].room is None


def test_a_member_that_is_away_gets_no_charge() -> None:
    house = recoverable(ANNA, BO)
    house.room(ANNA, BO, CLEO)
    effects = house.does(BO, LOST)
    assert only(Successors, told(effects, ANNA)) == [Successors(ANNA, (CLEO,))]
    with pytest.raises(PlayerUnavailable):
        house.does(ANNA, TransferHost(BO))
