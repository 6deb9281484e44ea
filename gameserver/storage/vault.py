"""What the core's rooms and players, and the relay's snapshots, are in a storage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gameserver.core.commands import Restored
from gameserver.core.member import Player
from gameserver.core.room import Room
from gameserver.core.values import RoomId
from gameserver.core.world import Changes
from gameserver.ports import Change, Delete, Done, KeptSnapshot, Put, Record, Storage
from gameserver.storage.records import Codec

ROOM, PLAYER, SNAPSHOT = "room", "player", "snapshot"

_rooms = Codec(ROOM, Room)
_players = Codec(PLAYER, Player)
_snapshots = Codec(SNAPSHOT, KeptSnapshot)


@dataclass(frozen=True, slots=True)
class Stored:
    """All that a former process left."""

    command: Restored
    snapshots: dict[RoomId, KeptSnapshot]


class Vault:
    """Implements `ports.Vault` on a storage."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def load(self) -> Stored:
        """Return what is stored. Raises RecordError where a record cannot be read."""
        rooms: list[Room] = []
        players: list[Player] = []
        snapshots: dict[RoomId, KeptSnapshot] = {}
        read: dict[str, Callable[[Record], None]] = {
            ROOM: lambda record: rooms.append(_rooms.decode(record.value)),
            PLAYER: lambda record: players.append(_players.decode(record.value)),
            SNAPSHOT: lambda record: snapshots.__setitem__(
                RoomId(record.key), _snapshots.decode(record.value)
            ),
        }
        for record in self._storage.load():
            read[record.kind](record)
        rooms.sort(key=lambda room: room.number)
        return Stored(Restored(tuple(players), tuple(rooms)), snapshots)

    def save(self, changes: Changes, done: Done | None) -> None:
        stored: list[Change] = []
        for room_id, room in changes.rooms.items():
            if room is not None:
                stored.append(Put(ROOM, room_id, _rooms.encode(room)))
            else:
                stored += [Delete(ROOM, room_id), Delete(SNAPSHOT, room_id)]
        for player_id, player in changes.players.items():
            if player is not None:
                stored.append(Put(PLAYER, player_id, _players.encode(player)))
            else:
                stored.append(Delete(PLAYER, player_id))
        self._storage.apply(stored, done)

    def save_snapshot(self, room: RoomId, snapshot: KeptSnapshot, done: Done | None) -> None:
        change = Put(SNAPSHOT, room, _snapshots.encode(snapshot))
        if done is None:
            self._storage.apply_lazily(room, [change])
        else:
            self._storage.apply([change], done)
