"""The server stops and is started again: rooms, seats and roles are as they were."""

from __future__ import annotations

import msgspec
import pytest

from gameserver.core.commands import (
    CreateRoom,
    CreateSession,
    Disconnected,
    Drain,
    JoinRoom,
    JoinSession,
    PlayTrack,
    QuickJoin,
    Reconnected,
    Restored,
    SnapshotStored,
)
from gameserver.core.errors import Draining, Internal
from gameserver.core.member import Player
from gameserver.core.messages import (
    DrainAnnounced,
    HostChanged,
    HostIsReady,
    PlayerLeft,
    RoomJoined,
    SnapshotRequest,
    Tact,
)
from gameserver.core.room import Room
from gameserver.core.values import PlayerId, to_ms
from tests.core.coming_back import LOST, recoverable
from tests.support.registry import ANNA, BO, CLEO, DAN, House, only, told


def stored(house: House) -> Restored:
    """What storage gives back of this house, through bytes."""
    changes = house.registry.changes()
    players = [player for player in changes.players.values() if player is not None]
    rooms = [room for room in changes.rooms.values() if room is not None]
    encoded = msgspec.msgpack.encode((players, rooms))
    return Restored(*msgspec.msgpack.decode(encoded, type=tuple[tuple[Player, ...], tuple[Room, ...]]))


def restarted(house: House, after: float = 5.0) -> House:
    again = House()
    again.now = house.now + after
    again.does(None, stored(house))
    return again


def test_a_server_that_stops_opens_no_rooms_and_spreads_the_return() -> None:
    house = House()
    players = [PlayerId(f"player{number}") for number in range(60)]
    house.connect(*players)
    delays: dict[PlayerId, int] = {}
    for effect in house.does(None, Drain()):
        for player in players:
            for message in only(DrainAnnounced, told([effect], player)):
                assert player not in delays
                delays[player] = message.reconnect_in_ms
    assert delays.keys() == set(players)
    assert (min(delays.values()), max(delays.values()), len(set(delays.values()))) == (200, 10_000, 50)
    with pytest.raises(Draining):
        house.does(players[0], CreateRoom("Room"))
    with pytest.raises(Draining):
        house.does(players[0], QuickJoin())


def test_a_server_that_stops_asks_hosts_for_their_state_and_goes_on() -> None:
    house = House()
    room = house.room(ANNA, BO)
    house.room(CLEO)
    house.does(ANNA, SnapshotStored())
    effects = house.does(None, Drain())
    assert only(SnapshotRequest, told(effects, ANNA)) == [SnapshotRequest(1, "drain", 1000)]
    assert not only(SnapshotRequest, told(effects, CLEO))
    house.connect(DAN)
    house.does(DAN, JoinRoom(room.id))
    house.does(ANNA, SnapshotStored())
    assert house.now_is(room).host == ANNA


def test_rooms_seats_roles_and_keys_are_back() -> None:
    house = recoverable(ANNA, BO)
    room = house.room(ANNA, title="Again", password="sesame", metadata={"a": [1, None]}, track_id=1)
    house.does(BO, JoinRoom(room.id, "sesame"))
    again = restarted(house)
    back = again.now_is(room)
    assert (back.title, back.host, back.epoch, back.state) == ("Again", ANNA, 2, "migrating")
    assert back.members.keys() == {ANNA, BO}
    assert back.metadata == {"a": [1, None]}
    assert again.registry.returning("pid of anna") == ANNA
    assert again.routes[room.id] == back.route()
    again.connect(CLEO)
    again.does(CLEO, JoinRoom(room.id, "sesame"))


def test_a_session_is_joined_by_its_key_after_a_restart() -> None:
    house = House()
    house.connect(ANNA, name="Anna", pid="p")
    house.does(ANNA, CreateSession(ph_users=1))
    (room,) = house.registry.rooms.values()
    assert room.session is not None
    again = restarted(house)
    again.connect(BO, name="Bo")
    again.does(BO, JoinSession(room.session.key))
    assert again.now_is(room).seats_taken == 3


def test_players_that_return_after_a_restart_go_on() -> None:
    house = recoverable(ANNA, BO)
    room = house.room(ANNA, BO)
    again = restarted(house)

    effects = again.does(BO, Reconnected(filled=False, pid="new"))
    first = told(effects, BO)[0]
    assert isinstance(first, RoomJoined)
    assert first.forgotten
    effects = again.does(ANNA, Reconnected(filled=False, pid="newer"))
    (changed,) = only(HostChanged, told(effects, BO))
    assert (changed.host, changed.epoch) == (ANNA, 3)
    assert only(HostIsReady, told(effects, BO))
    assert again.now_is(room).state == "open"
    assert not again.passes(120)


def test_after_a_restart_a_host_has_ten_seconds_and_everybody_a_full_window() -> None:
    house = recoverable(ANNA, BO)
    room = house.room(ANNA, BO)
    again = restarted(house, after=3600)
    again.does(BO, Reconnected(filled=False, pid="new"))
    assert not only(HostChanged, told(again.passes(9.9), BO))
    (changed,) = only(HostChanged, told(again.passes(0.1), BO))
    assert (changed.host, changed.reason) == (BO, "restart")
    again.passes(49)
    assert ANNA in again.now_is(room).members
    assert only(PlayerLeft, told(again.passes(1), BO)) == [PlayerLeft(room.id, ANNA, "lost")]


def test_track_time_goes_on_over_a_restart() -> None:
    house = recoverable(ANNA)
    house.room(ANNA, track_id=2)
    house.does(ANNA, PlayTrack())
    begun = house.now + 0.25
    house.passes(1)
    again = restarted(house, after=60)
    effects = again.does(ANNA, Reconnected(filled=False, pid="new"))
    effects += again.passes(2)
    tacts = only(Tact, told(effects, ANNA))
    assert len({tact.at for tact in tacts}) == len(tacts) >= 4
    for tact in tacts:
        count = round((tact.at / 1000 - begun) / 0.5)
        assert abs(tact.at - to_ms(begun + 0.5 * count)) <= 1
        assert tact.tact == count % 3


def test_who_could_not_prove_itself_is_not_back() -> None:
    house = recoverable(ANNA)
    room = house.room(ANNA, BO)
    alone = house.room(CLEO)
    again = House()
    again.now = house.now
    again.does(None, Restored((house.registry.players[ANNA],), (house.now_is(room), house.now_is(alone))))
    assert again.now_is(room).members.keys() == {ANNA}
    assert alone.id not in again.registry.rooms
    assert again.registry.changes().rooms[alone.id] is None


def test_a_room_whose_host_is_not_back_waits_for_anybody() -> None:
    house = recoverable(BO)
    room = house.room(ANNA, BO)
    again = restarted(house)
    assert again.now_is(room).state == "waiting"
    again.does(BO, Reconnected(filled=False, pid="new"))
    assert (again.now_is(room).host, again.now_is(room).epoch) == (BO, 3)


def test_rooms_are_restored_before_anybody_arrives() -> None:
    house = recoverable(ANNA)
    with pytest.raises(Internal):
        house.does(None, Restored((), ()))


def test_changes_are_told_once_and_name_what_is_gone() -> None:
    house = recoverable(ANNA)
    house.connect(BO)
    room = house.room(ANNA, BO)
    changes = house.registry.changes()
    assert changes.rooms.keys() == {room.id}
    assert changes.players.keys() == {ANNA}  # nobody else could come back
    assert house.registry.changes().rooms == {}
    house.does(ANNA, Disconnected("left"))
    house.does(BO, LOST)
    changes = house.registry.changes()
    assert changes.rooms == {room.id: None}
    assert changes.players == {ANNA: None}


def test_a_tact_is_no_change_worth_storing() -> None:
    house = recoverable(ANNA)
    house.room(ANNA, track_id=2)
    house.does(ANNA, PlayTrack())
    house.registry.changes()
    house.passes(10)
    assert house.registry.changes().rooms == {}


def test_a_player_that_never_arrived_cannot_come_back() -> None:
    with pytest.raises(Internal):
        House().does(ANNA, Reconnected(filled=True))
