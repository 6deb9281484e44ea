"""The listed rooms in the order in which the lobby shows them."""

from __future__ import annotations

import base64
import binascii
import heapq
import json
import math
from bisect import bisect_left, insort
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gameserver.core.commands import LobbyFilter
from gameserver.core.errors import BadRequest
from gameserver.core.room import Room
from gameserver.core.values import RoomId, Seconds

_ABSENT = object()  # equals no metadata

SMALL = 100  # rooms; below it every question finds the order fresh
SECONDS_PER_ROOM = 0.0001  # else the order of n rooms may be so old times n: a second for ten thousand

Key = tuple[bool, Any, int]  # full or locked, by what is sorted, the room's number: no two are equal


@dataclass(slots=True, eq=False)
class Listed:
    """A room with what the lobby asks of it again and again."""

    room: Room
    shut: bool  # full or locked
    seats: int
    track_id: int | None
    metadata: Any
    ping: float  # of its host, in ms; infinite while unknown
    text: str | None = None  # to be searched; made when first asked for


Place = tuple[bool, float, int, Listed]  # a `Key` by ping, flat, with the room it belongs to


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
        self._rooms: dict[RoomId, Listed] = {}
        self._order: list[Place] = []
        self._sorted_at: Seconds = -math.inf

    def __len__(self) -> int:
        return len(self._rooms)

    def put(self, room: Room, ping_ms: float | None) -> None:
        """List this room, in place of its former self."""
        seats = room.seats_taken
        shut = room.locked or seats >= room.max_players
        ping = math.inf if ping_ms is None else ping_ms
        listed = self._rooms.get(room.id)
        if listed is not None and listed.shut == shut and listed.ping == ping:  # its place is the same
            listed.room, listed.seats, listed.text = room, seats, None
            listed.track_id, listed.metadata = track_id(room), room.metadata
            return
        self.remove(room.id)
        listed = Listed(room, shut, seats, track_id(room), room.metadata, ping)
        self._rooms[room.id] = listed
        insort(self._order, _place(listed))

    def remove(self, room: RoomId) -> None:
        """List it no more."""
        listed = self._rooms.pop(room, None)
        if listed is not None:
            del self._order[bisect_left(self._order, _place(listed))]

    def refresh(self, now: Seconds, ping_of: Callable[[Room], float | None]) -> None:
        """Sort anew by the pings of now, if the order is too old."""
        if len(self) > SMALL and now < self._sorted_at + len(self) * SECONDS_PER_ROOM:
            return
        self._sorted_at = now
        moved = False
        for _, _, _, listed in self._order:
            ping = ping_of(listed.room)
            if ping is None:
                ping = math.inf
            if ping != listed.ping:
                listed.ping = ping
                moved = True
        if moved:
            self._order = sorted([_place(listed) for _, _, _, listed in self._order])

    def find(self, wanted: LobbyFilter, page: int) -> Page:
        """Return the first rooms that match, or those after the cursor."""
        limit = min(page, wanted.limit or page)
        sort = wanted.sort or "ping"
        key_of = _KEYS[sort]
        after = None if wanted.cursor is None else _read_cursor(sort, wanted.cursor)
        if sort == "ping" and _lets_all_pass(wanted):  # the common question: the order is the answer
            begin = 0 if after is None else bisect_left(self._order, (*after[:2], after[2] + 1))
            found = [listed for _, _, _, listed in self._order[begin : begin + limit + 1]]
            total = len(self)
        else:
            matching = self._matching(wanted)
            total = len(matching)
            if after is not None:
                matching = [listed for listed in matching if key_of(listed) > after]
            found = matching[: limit + 1]
            if sort != "ping":
                found = heapq.nsmallest(limit + 1, matching, key=key_of)
        rooms = [listed.room for listed in found[:limit]]
        more = len(found) > limit
        return Page(rooms, total, _write_cursor(sort, key_of(found[limit - 1])) if more else None)

    def nearest(self, fits: Callable[[Room], bool], max_ping_ms: float | None) -> Room | None:
        """Return the joinable room with the lowest known ping; else the fullest, then oldest, unknown one."""
        best: Listed | None = None
        for shut, ping, _, listed in self._order:
            if shut or (best is not None and ping > best.ping):
                break
            if max_ping_ms is not None and max_ping_ms < ping < math.inf:
                continue
            if (best is None or listed.seats > best.seats) and fits(listed.room):
                best = listed
        return None if best is None else best.room

    def _matching(self, wanted: LobbyFilter) -> list[Listed]:
        """The rooms that match, by ping: each question passes over those that are left."""
        found = [listed for _, _, _, listed in self._order]
        if wanted.max_ping_ms is not None:
            most = wanted.max_ping_ms
            found = [listed for listed in found if listed.ping <= most < math.inf]
        if wanted.joinable is not None:
            shut = not wanted.joinable
            found = [listed for listed in found if listed.shut == shut]
        if wanted.track_id is not None:
            found = [listed for listed in found if listed.track_id == wanted.track_id]
        if wanted.metadata is not None:
            # Key by key, not room by room: a call per room would cost more than all the rest.
            found = [listed for listed in found if isinstance(listed.metadata, dict)]
            for key, value in wanted.metadata.items():
                found = [listed for listed in found if listed.metadata.get(key, _ABSENT) == value]
        if wanted.text is not None:
            text = wanted.text.casefold()
            found = [listed for listed in found if text in (listed.text or _text(listed))]
        return found


def track_id(room: Room) -> int | None:
    """Which track the room carries."""
    return None if room.playback is None else room.playback.track.track_id


def has(metadata: Any, wanted: Any) -> bool:
    """Whether metadata has all that is wanted: each wanted key with an equal value, or an equal whole."""
    if isinstance(wanted, dict):
        return isinstance(metadata, dict) and all(
            key in metadata and metadata[key] == value for key, value in wanted.items()
        )
    return bool(metadata == wanted)


def _place(listed: Listed) -> Place:
    return listed.shut, listed.ping, listed.room.number, listed


def _text(listed: Listed) -> str:
    listed.text = f"{listed.room.title}\n{listed.room.description}".casefold()
    return listed.text


_KEYS: Mapping[str, Callable[[Listed], Key]] = {
    "ping": lambda listed: (listed.shut, listed.ping, listed.room.number),
    "players": lambda listed: (listed.shut, -listed.seats, listed.room.number),
    "created": lambda listed: (listed.shut, -listed.room.number, listed.room.number),
    "title": lambda listed: (listed.shut, listed.room.title.casefold(), listed.room.number),
}


def _lets_all_pass(wanted: LobbyFilter) -> bool:
    narrowing = (wanted.text, wanted.track_id, wanted.metadata, wanted.joinable, wanted.max_ping_ms)
    return all(each is None for each in narrowing)


def _write_cursor(sort: str, key: Key) -> str:
    return base64.urlsafe_b64encode(json.dumps([sort, *key]).encode()).decode()


def _read_cursor(sort: str, cursor: str) -> Key:
    kinds: tuple[type, ...] = (str,) if sort == "title" else (int, float)
    try:
        match json.loads(base64.urlsafe_b64decode(cursor)):
            case [str() as sorted_by, bool() as shut, value, int() as number] if sorted_by == sort:
                if isinstance(value, kinds):
                    return shut, value, number
    except (binascii.Error, ValueError):  # no base64, no UTF-8, no JSON
        pass
    raise BadRequest("this cursor belongs to no list sorted like this")
