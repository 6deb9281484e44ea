"""All that the registry knows, and the few steps that every feature shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field

from gameserver.core.deadlines import OF_ROOMS, Deadlines, Due
from gameserver.core.errors import Internal
from gameserver.core.given import Activity, Ids, NoRelay, Pings
from gameserver.core.guesses import Allowance, Tries
from gameserver.core.limits import Limits
from gameserver.core.lobby import Lobby
from gameserver.core.made import dataclass
from gameserver.core.member import Player
from gameserver.core.room import Room
from gameserver.core.subscriptions import Subscriptions
from gameserver.core.tracks import Collection
from gameserver.core.values import PlayerId, RoomId, Seconds, SessionKey
from latency.proactive import Reign
from latency.settings import Settings
from latency.view import Shown

DRAWS = 100  # candidates drawn for a free id before giving up


@dataclass(frozen=True, slots=True)
class Changes:
    """What storage must know: the newest values, None for what is gone."""

    rooms: Mapping[RoomId, Room | None]
    players: Mapping[PlayerId, Player | None]


NO_CHANGES = Changes({}, {})


class Guards:
    """Who guessed wrong how often."""

    def __init__(self, limits: Limits) -> None:
        self.passwords = Tries(limits.password_tries, limits.password_pause_seconds)
        self.password_addresses = Tries(limits.address_password_tries, limits.address_password_pause_seconds)
        self.key_addresses = Tries(limits.key_tries, limits.key_pause_seconds)
        self.keys = Allowance(limits.key_tries_in_all_per_second)


@dataclass(slots=True)
class World:
    """Rooms, players, keys, timers. Features read it freely and change it by whole values."""

    limits: Limits
    tracks: Collection
    ids: Ids
    pings: Pings
    measuring: Settings
    guards: Guards
    lobby: Lobby
    activity: Activity = field(default_factory=NoRelay)
    rooms: dict[RoomId, Room] = field(default_factory=dict)
    players: dict[PlayerId, Player] = field(default_factory=dict)
    sessions: dict[SessionKey, RoomId] = field(default_factory=dict)
    deadlines: Deadlines = field(default_factory=Deadlines)  # of the rooms: they never wait
    looks: Deadlines = field(default_factory=Deadlines)  # at rooms: they wait while any is due
    news: Deadlines = field(default_factory=Deadlines)  # of the lobby: it waits while rooms are due
    subscriptions: Subscriptions = field(default_factory=Subscriptions)
    reigns: dict[RoomId, Reign[PlayerId]] = field(default_factory=dict)  # what is known of live hosts
    pids: dict[str, PlayerId] = field(default_factory=dict)  # digest -> who may come back with it
    subjects: dict[str, PlayerId] = field(default_factory=dict)
    used: dict[RoomId, Seconds] = field(default_factory=dict)  # when a member last asked for something
    rooms_opened: int = 0
    draining: bool = False
    _changed_rooms: set[RoomId] = field(default_factory=set)
    _changed_players: set[PlayerId] = field(default_factory=set)

    def room_of(self, player: Player) -> Room | None:
        """The room in which the player has its seat."""
        return None if player.room is None else self.rooms[player.room]

    def changes(self) -> Changes:
        """What has changed since this was last asked. Players that could not come back are not stored."""
        if not (self._changed_rooms or self._changed_players):
            return NO_CHANGES
        changes = Changes(
            {room: self.rooms.get(room) for room in self._changed_rooms},
            {player: self.players.get(player) for player in self._changed_players},
        )
        self._changed_rooms.clear()
        self._changed_players.clear()
        return changes

    def put(self, room: Room) -> None:
        """Keep this room in place of the former one, in the lobby too."""
        self.rooms[room.id] = room
        self._changed_rooms.add(room.id)
        if room.listed:
            self.lobby.put(room, self.host_ping(room))
        else:
            self.lobby.remove(room.id)

    def forget(self, room: Room) -> None:
        """Let the room go with its key and its timers."""
        del self.rooms[room.id]
        self._changed_rooms.add(room.id)
        self.reigns.pop(room.id, None)
        self.used.pop(room.id, None)
        self.lobby.remove(room.id)
        if room.session is not None:
            del self.sessions[room.session.key]
        for due in OF_ROOMS:
            self.deadlines.clear((due, room.id))
        self.looks.clear((Due.REVIEW, room.id))

    def gone(self, room: RoomId) -> None:
        """Let storage forget a room that was never opened."""
        self._changed_rooms.add(room)

    def note(self, player: Player) -> None:
        """Keep this player in place of the former one."""
        former = self.players.get(player.id)
        if former is not None and former.pid is not None and former.pid != player.pid:
            del self.pids[former.pid]
        self.players[player.id] = player
        if player.pid is not None:
            self.pids[player.pid] = player.id
        if player.subject is not None:
            self.subjects[player.subject] = player.id
        if player.can_return:
            self._changed_players.add(player.id)

    def part(self, player: Player) -> None:
        """Let the player go for good; it has no seat any more."""
        del self.players[player.id]
        self.subscriptions.forget(self.news, player.id)
        self.deadlines.clear((Due.AWAY, player.id))
        if player.pid is not None:
            del self.pids[player.pid]
        if player.subject is not None and self.subjects.get(player.subject) == player.id:
            del self.subjects[player.subject]
        if player.can_return:
            self._changed_players.add(player.id)

    def place(self, player: PlayerId, room: RoomId | None) -> None:
        """Note where the player has its seat."""
        self.note(self.players[player].placed(room))

    def members(self, room: Room, *, but: Iterable[PlayerId | None] = ()) -> list[Player]:
        """The connected members as players, in join order."""
        left_out = set(but)
        return [self.players[member] for member in room.connected if member not in left_out]

    def host_ping(self, room: Room) -> float | None:
        """The cached ping of the room's host, in ms."""
        return None if room.host is None else self.pings.view(room.host).ping_ms

    def shown(self, now: Seconds, player: PlayerId) -> Shown | None:
        """What players are told of this one's ping."""
        view = self.pings.view(player)
        return None if view.ping_ms is None else view.shown(now, self.measuring)

    def free_room_id(self) -> RoomId:
        """Draw an id that no room has."""
        for _ in range(DRAWS):
            room = self.ids.room_id()
            if room not in self.rooms:
                return room
        raise Internal("no free room id was drawn")

    def free_session_key(self) -> SessionKey:
        """Draw a key that no session has."""
        for _ in range(DRAWS):
            key = self.ids.session_key()
            if key not in self.sessions:
                return key
        raise Internal("no free session key was drawn")
