"""Connections are lost and come back; so does the server."""

from __future__ import annotations

import msgspec
import pytest

from gameserver.core.commands import (
    CreateRoom,
    CreateSession,
    Disconnected,
    Drain,
    HostReady,
    JoinRoom,
    JoinSession,
    Kick,
    LeaveRoom,
    PlayTrack,
    QuickJoin,
    Reconnected,
    Restored,
    SnapshotStored,
    TransferHost,
    WatchLobby,
)
from gameserver.core.effects import HandOver, Publish, Retire, SendSnapshot, Watch
from gameserver.core.errors import Draining, Internal, PlayerUnavailable, RoomFull
from gameserver.core.member import Player
from gameserver.core.messages import (
    DrainAnnounced,
    HostChanged,
    HostIsReady,
    Kicked,
    PlayerDisconnected,
    PlayerLeft,
    PlayerReconnected,
    RoomIsClosed,
    RoomJoined,
    RoomLeft,
    SnapshotRequest,
    Successors,
    Tact,
    TrackState,
)
from gameserver.core.room import Room
from gameserver.core.values import PlayerId, to_ms
from tests.support.registry import ANNA, BO, CLEO, DAN, House, only, told

LOST = Disconnected("lost")


def recoverable(*players: PlayerId) -> House:
    house = House()
    for player in players:
        house.connect(player, pid=f"pid of {player}")
    return house


# -- a member is away ------------------------------------------------------------------------------


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


# -- the host is away ------------------------------------------------------------------------------


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


# -- a planned stop --------------------------------------------------------------------------------


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


# -- the server itself comes back ------------------------------------------------------------------


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
