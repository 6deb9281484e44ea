"""Any history of commands keeps the promises of the rooms: explored, not sampled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gameserver.core.commands import (
    ClientCommand,
    Command,
    Connected,
    CreateRoom,
    CreateSession,
    Disconnected,
    Hint,
    HostReady,
    HostSilent,
    JoinRoom,
    JoinSession,
    Kick,
    LeaveRoom,
    LobbyFilter,
    Login,
    Logout,
    PauseTrack,
    PlayTrack,
    QuickJoin,
    Reconnected,
    RefreshLobby,
    Restored,
    SeekTrack,
    SnapshotStored,
    StartSession,
    Tick,
    TransferHost,
    UpdateRoom,
    WatchLobby,
)
from gameserver.core.errors import Internal, Refusal
from gameserver.core.limits import Limits
from gameserver.core.member import Player
from gameserver.core.room import Room
from gameserver.core.values import PlayerId, RoomId
from tests.support.believing import Belief, Believers
from tests.support.registry import House

PLAYERS = [PlayerId(name) for name in ("anna", "bo", "cleo", "dan", "eve", "fay")]
players = st.sampled_from(PLAYERS)
maybe = st.none() | st.booleans()

changes = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["New", "", None]),
        "max_players": st.integers(0, 5),
        "private": st.booleans(),
        "locked": st.booleans(),
        "password": st.sampled_from([None, "sesame", ""]),
        "metadata": st.sampled_from([None, {"a": 1}, float("nan")]),
        "track_id": st.sampled_from([None, 1, 2, 99]),
    },
)


def lasting(room: Room) -> Room:
    """The room without what need not be stored."""
    playback = None if room.playback is None else replace(room.playback, announced=0)
    return replace(room, playback=playback, told_successors=(None, ()))


class Rooms(RuleBasedStateMachine):
    """Six players do whatever comes to their mind; three rooms is all there is."""

    def __init__(self) -> None:
        super().__init__()
        self.limits = Limits(max_rooms=3, max_players=4)
        self.house = House(self.limits)
        self.registry = self.house.registry
        self.believers = Believers()
        self.epochs: dict[RoomId, int] = {}
        self.stored_rooms: dict[RoomId, Room] = {}
        self.stored_players: dict[PlayerId, Player] = {}
        self.pids = 0
        for player in PLAYERS:
            self.arrive(player, name="Name", can_host=True, can_return=player != "fay")
        self.attempt(PLAYERS[0], CreateRoom("First", track_id=1))
        for player in PLAYERS[1:4]:
            self.attempt(player, JoinRoom(*self.registry.rooms))
        self.attempt(PLAYERS[0], SnapshotStored())
        self.attempt(PLAYERS[4], CreateSession(ph_users=1))

    def arrive(self, player: PlayerId, *, name: str | None, can_host: bool, can_return: bool) -> None:
        self.pids += 1
        pid = f"pid{self.pids}" if can_return else None
        if player not in self.registry.players:
            self.believers.forget(player)
        self.attempt(player, Connected(name=name, can_host=can_host, address="192.0.2.1", pid=pid))

    def attempt(self, player: PlayerId | None, command: Command) -> bool:
        """Do it, or be refused and find everything as it was."""
        if isinstance(command, ClientCommand) and player is not None and not self.here(player):
            return False  # it has no connection to ask through
        before = dict(self.registry.rooms), dict(self.registry.players), self.registry.next_deadline()
        if player is not None and player in self.registry.players:
            self.connection_changes(self.registry.players[player], command)
        try:
            effects = self.house.does(player, command)
        except Refusal as refusal:
            assert str(refusal)
            # The edge lets nobody ask who has not arrived, or arrive twice.
            assert (
                not isinstance(refusal, Internal) or isinstance(command, Connected) or player not in before[1]
            )
            after = dict(self.registry.rooms), dict(self.registry.players), self.registry.next_deadline()
            assert after == before
            return False
        self.believers.follow(player, effects)
        self.store()
        return True

    def connection_changes(self, player: Player, command: Command) -> None:
        match command:
            case Disconnected("lost") if player.can_return:
                self.believers.lost(player.id)
            case Disconnected():
                self.believers.forget(player.id)
            case Reconnected(filled):
                self.believers.back(player.id, filled=filled)

    def store(self) -> None:
        changes = self.registry.changes()
        for id, room in changes.rooms.items():
            self.stored_rooms.pop(id, None)
            if room is not None:
                self.stored_rooms[id] = room
        for who, player in changes.players.items():
            self.stored_players.pop(who, None)
            if player is not None:
                self.stored_players[who] = player

    def here(self, player: PlayerId) -> bool:
        return player not in self.registry.players or self.registry.players[player].connected

    def room(self, data: st.DataObject) -> RoomId:
        return data.draw(st.sampled_from([*self.registry.rooms, RoomId("nowhere")]))

    @precondition(lambda self: any(each.room is None for each in self.registry.players.values()))
    @precondition(lambda self: self.registry.rooms)
    @rule(data=st.data())
    def somebody_takes_a_seat(self, data: st.DataObject) -> None:
        free = [each.id for each in self.registry.players.values() if each.room is None]
        room = data.draw(st.sampled_from(list(self.registry.rooms.values())))
        key = room.session.key if room.session is not None else None
        player = data.draw(st.sampled_from(free))
        self.attempt(player, JoinRoom(room.id, "sesame") if key is None else JoinSession(key))

    @precondition(lambda self: self.registry.rooms)
    @rule(how=st.sampled_from(["leave", "lose", "transfer", "kick"]), data=st.data())
    def a_host_acts(self, how: str, data: st.DataObject) -> None:
        room = data.draw(st.sampled_from(list(self.registry.rooms.values())))
        member = data.draw(st.sampled_from(list(room.members)))
        if room.host is None:
            return
        commands: dict[str, Command] = {
            "leave": LeaveRoom(),
            "lose": Disconnected("lost"),
            "transfer": TransferHost(member),
            "kick": Kick(member),
        }
        if room.members[room.host].connected:
            self.attempt(room.host, commands[how])

    @rule(data=st.data(), how=st.sampled_from(["stored", "ready", "silent"]))
    @precondition(lambda self: any(room.host is not None for room in self.registry.rooms.values()))
    def a_host_is_heard_of(self, data: st.DataObject, how: str) -> None:
        hosted = [room for room in self.registry.rooms.values() if room.host is not None]
        room = data.draw(st.sampled_from(hosted))
        assert room.host is not None
        if room.members[room.host].connected:
            commands: dict[str, Command] = {
                "stored": SnapshotStored(),
                "ready": HostReady(room.epoch),
                "silent": HostSilent(),
            }
            assert self.attempt(room.host, commands[how])

    @precondition(lambda self: any(not each.connected for each in self.registry.players.values()))
    @rule(data=st.data(), filled=st.booleans())
    def somebody_comes_back(self, data: st.DataObject, filled: bool) -> None:
        away = [each.id for each in self.registry.players.values() if not each.connected]
        player = data.draw(st.sampled_from(away))
        filled = filled and not self.registry.players[player].restored  # nothing is kept over a restart
        self.pids += 1
        assert self.attempt(player, Reconnected(filled, pid=None if filled else f"pid{self.pids}"))

    @precondition(lambda self: any(each.can_return for each in self.registry.players.values()))
    @rule(data=st.data(), filled=st.booleans())
    def a_new_connection_takes_over(self, data: st.DataObject, filled: bool) -> None:
        known = [each.id for each in self.registry.players.values() if each.can_return]
        player = data.draw(st.sampled_from(known))
        assert self.attempt(player, Reconnected(filled and not self.registry.players[player].restored))

    @precondition(lambda self: any(len(room.members) > 1 for room in self.registry.rooms.values()))
    @rule(seconds=st.floats(0, 3600), seldom=st.sampled_from([False] * 3 + [True]))
    def the_server_is_restarted(self, seconds: float, seldom: bool) -> None:
        if not seldom:
            return
        now = self.house.now + seconds
        for player in self.registry.players.values():
            if player.can_return:
                self.believers.lost(player.id)
            else:
                self.believers.forget(player.id)
        self.believers.routes.clear()
        self.house = House(self.limits)
        self.house.now = now
        self.house.ids.skip(1000)
        self.registry = self.house.registry
        rooms = tuple(self.stored_rooms.values())
        assert self.attempt(None, Restored(tuple(self.stored_players.values()), rooms))
        assert len(self.registry.rooms) <= len(rooms)

    @rule(player=players, can_host=st.booleans(), name=st.sampled_from([None, "Name", "Name", ""]))
    def connect(self, player: PlayerId, can_host: bool, name: str | None) -> None:
        self.arrive(player, name=name, can_host=can_host, can_return=can_host or name is None)

    @rule(player=players, reason=st.sampled_from(["left", "lost", "lost"]), gone=st.booleans())
    def disconnect(self, player: PlayerId, reason: Any, gone: bool) -> None:
        if self.here(player):
            self.attempt(player, Disconnected(reason, gone=gone or reason == "left"))

    @rule(
        player=players,
        seats=st.none() | st.integers(0, 4),
        password=st.sampled_from([None, None, "sesame"]),
        track=st.sampled_from([None, 1, 2, 99]),
        close=st.sampled_from(["migrate", "migrate", "close"]),
        late_join=st.sampled_from(["live", "snapshot"]),
    )
    def create(
        self, player: PlayerId, seats: int | None, password: str | None, track: int | None, **options: Any
    ) -> None:
        command = CreateRoom(
            "Room",
            track_id=track,
            max_players=seats,
            password=password,
            on_host_exit=options["close"],
            late_join=options["late_join"],
        )
        self.attempt(player, command)

    @rule(player=players, password=st.sampled_from([None, "sesame"]), data=st.data())
    def join(self, player: PlayerId, password: str | None, data: st.DataObject) -> None:
        self.attempt(player, JoinRoom(self.room(data), password))

    @rule(player=players, named=st.booleans(), data=st.data())
    def leave(self, player: PlayerId, named: bool, data: st.DataObject) -> None:
        self.attempt(player, LeaveRoom(self.room(data) if named else None))

    @rule(player=players, track=st.sampled_from([None, 1, 99]))
    def quick_join(self, player: PlayerId, track: int | None) -> None:
        self.attempt(player, QuickJoin(track))

    @rule(player=players, other=players)
    def kick(self, player: PlayerId, other: PlayerId) -> None:
        self.attempt(player, Kick(other))

    @rule(player=players, other=players)
    def transfer(self, player: PlayerId, other: PlayerId) -> None:
        self.attempt(player, TransferHost(other))

    @rule(player=players, fields=changes)
    def update(self, player: PlayerId, fields: dict[str, Any]) -> None:
        self.attempt(player, UpdateRoom(**fields, given=frozenset(fields)))

    @rule(player=players, name=st.sampled_from(["Name", " "]))
    def login(self, player: PlayerId, name: str) -> None:
        self.attempt(player, Login(name))

    @rule(player=players)
    def logout(self, player: PlayerId) -> None:
        self.attempt(player, Logout())

    @rule(player=players, phantoms=st.integers(-1, 4), kind=st.sampled_from(["default", "single_device"]))
    def create_session(self, player: PlayerId, phantoms: int, kind: Any) -> None:
        self.attempt(player, CreateSession(type=kind, ph_users=phantoms))

    @rule(player=players, data=st.data())
    def join_session(self, player: PlayerId, data: st.DataObject) -> None:
        keys = [room.session.key for room in self.registry.rooms.values() if room.session is not None]
        self.attempt(player, JoinSession(data.draw(st.sampled_from([*keys, "WRONG2"]))))

    @rule(player=players)
    def start(self, player: PlayerId) -> None:
        self.attempt(player, StartSession())

    @rule(player=players, can_host=maybe, hidden=maybe)
    def hint(self, player: PlayerId, can_host: bool | None, hidden: bool | None) -> None:
        self.attempt(player, Hint(can_host, hidden))

    @rule(player=players, epoch=st.integers(1, 4))
    def ready(self, player: PlayerId, epoch: int) -> None:
        self.attempt(player, HostReady(epoch))

    @rule(player=players, command=st.sampled_from([PlayTrack(), PauseTrack(), SeekTrack(1), SeekTrack(99)]))
    def control(self, player: PlayerId, command: Command) -> None:
        self.attempt(player, command)

    @rule(player=players, subscribe=st.booleans(), delta=st.booleans(), text=st.sampled_from([None, "x"]))
    def watch(self, player: PlayerId, subscribe: bool, delta: bool, text: str | None) -> None:
        narrowed = None if text is None else LobbyFilter(text=text)
        self.attempt(player, WatchLobby(subscribe, narrowed, delta))

    @rule(player=players)
    def refresh(self, player: PlayerId) -> None:
        self.attempt(player, RefreshLobby())

    @rule(player=players, ping_ms=st.integers(1, 300))
    def measure(self, player: PlayerId, ping_ms: int) -> None:
        self.house.ping(player, ping_ms)

    @precondition(lambda self: self.registry.next_deadline() is not None)
    @rule()
    def the_next_deadline_comes(self) -> None:
        due = self.registry.next_deadline()
        assert due is not None
        self.house.now = max(self.house.now, due)
        assert self.attempt(None, Tick())

    @rule(seconds=st.floats(0, 90))
    def the_server_is_late(self, seconds: float) -> None:
        self.house.now += seconds
        for _ in range(10):  # what one tick leaves over is due at once again
            assert self.attempt(None, Tick())
            due = self.registry.next_deadline()
            if due is None or due > self.house.now:
                return
        raise AssertionError("a timer that is due is never done")

    @invariant()
    def every_room_has_at_most_one_host_and_it_is_a_member(self) -> None:
        for room in self.registry.rooms.values():
            assert room.host is None or room.host in room.members
            assert room.host not in room.former_hosts
            assert room.host is not None or room.exit is None

    @invariant()
    def a_room_waits_only_while_nobody_here_can_host(self) -> None:
        for room in self.registry.rooms.values():
            if room.host is None:
                assert not any(self.registry.players[member].can_host for member in room.connected)

    @invariant()
    def nobody_is_in_two_rooms(self) -> None:
        seats = [(member, room.id) for room in self.registry.rooms.values() for member in room.members]
        assert len({member for member, _ in seats}) == len(seats)
        placed = {(each.id, each.room) for each in self.registry.players.values() if each.room is not None}
        assert placed == set(seats)

    @invariant()
    def seats_are_never_exceeded_and_phantoms_count(self) -> None:
        for room in self.registry.rooms.values():
            phantoms = sum(member.phantoms for member in room.members.values())
            assert room.seats_taken == len(room.members) + phantoms <= room.max_players

    @invariant()
    def epochs_only_grow(self) -> None:
        for id, room in self.registry.rooms.items():
            assert room.epoch >= self.epochs.get(id, 1)
        self.epochs = {id: room.epoch for id, room in self.registry.rooms.items()}

    @invariant()
    def an_empty_room_is_gone_and_the_limit_holds(self) -> None:
        assert all(room.members for room in self.registry.rooms.values())
        assert len(self.registry.rooms) <= 3

    @invariant()
    def what_is_stored_is_what_is(self) -> None:
        assert {id: lasting(room) for id, room in self.stored_rooms.items()} == {
            id: lasting(room) for id, room in self.registry.rooms.items()
        }
        assert self.stored_players == {
            player.id: player for player in self.registry.players.values() if player.can_return
        }

    @invariant()
    def who_is_away_has_its_seat_until_then(self) -> None:
        for room in self.registry.rooms.values():
            for member in room.members.values():
                assert member.away_until == self.registry.players[member.id].away_until

    @invariant()
    def the_relay_goes_by_the_rooms(self) -> None:
        assert self.believers.routes == {id: room.route() for id, room in self.registry.rooms.items()}

    @invariant()
    def members_believe_what_is_true_and_nobody_else_believes_anything(self) -> None:
        here = {each.id for each in self.registry.players.values() if each.connected}
        beliefs = {player: belief for player, belief in self.believers.beliefs.items() if player in here}
        assert beliefs == {
            member: Belief(room.id, tuple(room.members), room.host, room.epoch)
            for room in self.registry.rooms.values()
            for member in room.connected
        }

    def teardown(self) -> None:
        for player in PLAYERS:
            if player in self.registry.players and self.here(player):
                self.attempt(player, Disconnected("lost"))
        for _ in range(200):
            if (due := self.registry.next_deadline()) is not None:
                self.house.now = max(self.house.now, due)
                self.attempt(None, Tick())
        assert not self.registry.rooms
        assert not self.registry.players
        assert not self.believers.routes
        assert self.registry.next_deadline() is None


TestRooms = Rooms.TestCase
TestRooms.settings = settings(max_examples=200, stateful_step_count=60, deadline=None)
