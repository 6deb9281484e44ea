"""All that the registry knows, and the few steps that every feature shares."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from gameserver.core.deadlines import Deadlines, Due
from gameserver.core.errors import Internal
from gameserver.core.given import Ids, Pings
from gameserver.core.guesses import Allowance, Tries
from gameserver.core.limits import Limits
from gameserver.core.lobby import Lobby
from gameserver.core.member import Player
from gameserver.core.room import Room
from gameserver.core.subscriptions import Subscriptions
from gameserver.core.tracks import Collection
from gameserver.core.values import PlayerId, RoomId, Seconds, SessionKey
from latency.settings import Settings
from latency.view import Shown

DRAWS = 100  # candidates drawn for a free id before giving up


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
    rooms: dict[RoomId, Room] = field(default_factory=dict)
    players: dict[PlayerId, Player] = field(default_factory=dict)
    sessions: dict[SessionKey, RoomId] = field(default_factory=dict)
    deadlines: Deadlines = field(default_factory=Deadlines)  # of the rooms: they never wait
    news: Deadlines = field(default_factory=Deadlines)  # of the lobby: it waits while rooms are due
    subscriptions: Subscriptions = field(default_factory=Subscriptions)
    rooms_opened: int = 0

    def room_of(self, player: Player) -> Room | None:
        """The room in which the player has its seat."""
        return None if player.room is None else self.rooms[player.room]

    def put(self, room: Room) -> None:
        """Keep this room in place of the former one, in the lobby too."""
        self.rooms[room.id] = room
        if room.listed:
            self.lobby.put(room, self.host_ping(room))
        else:
            self.lobby.remove(room.id)

    def forget(self, room: Room) -> None:
        """Let the room go with its key and its timers."""
        del self.rooms[room.id]
        self.lobby.remove(room.id)
        if room.session is not None:
            del self.sessions[room.session.key]
        for due in (Due.TACT, Due.REVIEW, Due.NO_HOST):
            self.deadlines.clear((due, room.id))

    def place(self, player: PlayerId, room: RoomId | None) -> None:
        """Note where the player has its seat."""
        self.players[player] = replace(self.players[player], room=room)

    def members(self, room: Room) -> list[Player]:
        """The connected members as players, in join order."""
        return [self.players[member] for member in room.connected]

    def host_ping(self, room: Room) -> float | None:
        """The cached ping of the room's host, in ms."""
        return None if room.host is None else self.pings.view(room.host).ping_ms

    def shown(self, now: Seconds, player: PlayerId) -> Shown | None:
        """What players are told of this one's ping."""
        return self.pings.view(player).shown(now, self.measuring)

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
