"""The listed rooms in the order in which the lobby shows them."""

from __future__ import annotations

import base64
import binascii
import heapq
import json
import math
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gameserver.core.commands import LobbyFilter
from gameserver.core.errors import BadRequest
from gameserver.core.room import Room
from gameserver.core.values import RoomId, Seconds

SMALL = 100  # rooms; below it every question finds the order fresh
SECONDS_PER_ROOM = 0.0001  # else the order of n rooms may be so old times n: a second for ten thousand

Key = tuple[bool, Any, int]  # full or locked, by what is sorted, the room's number: no two are equal


@dataclass(frozen=True, slots=True)
class Page:
    """Rooms in order, how many match in all, and where the next page begins."""

    rooms: list[Room]
    total: int
    next_cursor: str | None


class Lobby:
    """Keeps the rooms sorted by ping, so that the first page costs as little with ten thousand rooms.

    Pings change on their own, so the whole order is made anew once it is too old.
    """

    def __init__(self) -> None:
        self._rooms: dict[RoomId, Room] = {}
        self._keys: dict[RoomId, Key] = {}
        self._order: list[tuple[Key, RoomId]] = []
        self._texts: dict[RoomId, str] = {}
        self._sorted_at: Seconds = -math.inf

    def __len__(self) -> int:
        return len(self._rooms)

    def put(self, room: Room, ping_ms: float | None) -> None:
        """List this room, in place of its former self."""
        key = _by_ping(room, ping_ms)
        former = self._keys.get(room.id)
        if former != key:
            self._drop(room.id, former)
            insort(self._order, (key, room.id))
            self._keys[room.id] = key
        self._rooms[room.id] = room
        self._texts.pop(room.id, None)

    def remove(self, room: RoomId) -> None:
        """List it no more."""
        if self._rooms.pop(room, None) is not None:
            self._drop(room, self._keys.pop(room))
            self._texts.pop(room, None)

    def refresh(self, now: Seconds, ping_of: Callable[[Room], float | None]) -> None:
        """Sort anew by the pings of now, if the order is too old."""
        if len(self) > SMALL and now < self._sorted_at + len(self) * SECONDS_PER_ROOM:
            return
        self._keys = {room.id: _by_ping(room, ping_of(room)) for room in self._rooms.values()}
        self._order = sorted((key, room) for room, key in self._keys.items())
        self._sorted_at = now

    def find(self, wanted: LobbyFilter, page: int) -> Page:
        """Return the first rooms that match, or those after the cursor."""
        limit = min(page, wanted.limit or page)
        sort = wanted.sort or "ping"
        after = None if wanted.cursor is None else _read_cursor(sort, wanted.cursor)
        if sort == "ping":
            rooms, total = self._walk(wanted, after, limit + 1)
        else:
            keyed = [(_KEYS[sort](room), room) for _, room in self._matching(wanted, self._order)]
            total = len(keyed)
            later = (each for each in keyed if after is None or each[0] > after)
            rooms = heapq.nsmallest(limit + 1, later, key=lambda each: each[0])
        more = len(rooms) > limit
        rooms = rooms[:limit]
        return Page([room for _, room in rooms], total, _write_cursor(sort, rooms[-1][0]) if more else None)

    def nearest(self, fits: Callable[[Room], bool], max_ping_ms: float | None) -> Room | None:
        """Return the joinable room with the lowest known ping; else the fullest, then oldest, unknown one."""
        best: Room | None = None
        best_ping = math.inf
        for (shut, ping, _), id in self._order:
            if shut or (best is not None and ping > best_ping):
                break
            if max_ping_ms is not None and max_ping_ms < ping < math.inf:
                continue
            room = self._rooms[id]
            if fits(room) and (best is None or room.seats_taken > best.seats_taken):
                best, best_ping = room, ping
        return best

    def _walk(self, wanted: LobbyFilter, after: Key | None, most: int) -> tuple[list[tuple[Key, Room]], int]:
        if _lets_all_pass(wanted):
            begin = 0 if after is None else bisect_right(self._order, after, key=lambda each: each[0])
            listed = self._order[begin : begin + most]
            return [(key, self._rooms[room]) for key, room in listed], len(self)
        rooms: list[tuple[Key, Room]] = []
        total = 0
        for key, room in self._matching(wanted, self._order):
            total += 1
            if len(rooms) < most and (after is None or key > after):
                rooms.append((key, room))
        return rooms, total

    def _matching(
        self, wanted: LobbyFilter, order: Iterable[tuple[Key, RoomId]]
    ) -> Iterator[tuple[Key, Room]]:
        text = None if wanted.text is None else wanted.text.casefold()
        most = math.inf if wanted.max_ping_ms is None else wanted.max_ping_ms
        for key, id in order:
            shut, ping, _ = key
            if wanted.max_ping_ms is not None and not ping <= most:
                continue
            if wanted.joinable is not None and wanted.joinable == shut:
                continue
            room = self._rooms[id]
            if (
                (wanted.track_id is None or track_id(room) == wanted.track_id)
                and (text is None or text in self._text(room))
                and (wanted.metadata is None or has(room.metadata, wanted.metadata))
            ):
                yield key, room

    def _text(self, room: Room) -> str:
        text = self._texts.get(room.id)
        if text is None:
            text = self._texts[room.id] = f"{room.title}\n{room.description}".casefold()
        return text

    def _drop(self, room: RoomId, key: Key | None) -> None:
        if key is not None:
            del self._order[bisect_left(self._order, (key, room))]


def track_id(room: Room) -> int | None:
    """Which track the room carries."""
    return None if room.playback is None else room.playback.track.track_id


def has(metadata: Any, wanted: Any) -> bool:
    """Whether metadata has all that is wanted: each wanted key with an equal value, or an equal whole."""
    if isinstance(wanted, Mapping):
        return isinstance(metadata, Mapping) and all(
            key in metadata and metadata[key] == value for key, value in wanted.items()
        )
    return bool(metadata == wanted)


def _by_ping(room: Room, ping_ms: float | None) -> Key:
    return not room.joinable, math.inf if ping_ms is None else ping_ms, room.number


_KEYS: Mapping[str, Callable[[Room], Key]] = {
    "players": lambda room: (not room.joinable, -room.seats_taken, room.number),
    "created": lambda room: (not room.joinable, -room.number, room.number),
    "title": lambda room: (not room.joinable, room.title.casefold(), room.number),
}


def _lets_all_pass(wanted: LobbyFilter) -> bool:
    narrowing = (wanted.text, wanted.track_id, wanted.metadata, wanted.joinable, wanted.max_ping_ms)
    return all(each is None for each in narrowing)


def _write_cursor(sort: str, key: Key) -> str:
    return base64.urlsafe_b64encode(json.dumps([sort, *key]).encode()).decode()


def _read_cursor(sort: str, cursor: str) -> Key:
    try:
        match json.loads(base64.urlsafe_b64decode(cursor)):
            case [str() as sorted_by, bool() as shut, value, int() as number] if sorted_by == sort:
                if isinstance(value, str if sort == "title" else int | float):
                    return shut, value, number
    except (binascii.Error, ValueError):  # no base64, no UTF-8, no JSON
        pass
    raise BadRequest("this cursor belongs to no list sorted like this")
