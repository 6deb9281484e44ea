"""Rooms and players as rows to be searched, sorted and paged."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from gameserver.console.rows import Rows
from gameserver.console.shapes import players as p
from gameserver.console.shapes import rooms as r
from gameserver.console.sources import Sources
from gameserver.core.member import Player
from gameserver.core.room import Room
from gameserver.core.values import PlayerId
from latency.view import LatencyView


@dataclass(slots=True)
class _RoomRow:
    room: Room
    state: r.State
    ping: float  # of the host, in ms; infinite while unknown
    text: str


@dataclass(slots=True)
class _PlayerRow:
    player: Player
    host: bool
    view: LatencyView
    ping: float
    text: str


class Finding:
    """Answers the two lists."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        now = sources.clock.now
        self._rooms = Rows(self._room_rows, _ROOM_COLUMNS, now)
        self._players = Rows(self._player_rows, _PLAYER_COLUMNS, now)

    def spoil(self) -> None:
        """Something was changed: the next list shows it."""
        self._rooms.spoil()
        self._players.spoil()

    async def rooms(self, query: r.RoomsQuery) -> r.Rooms:
        """Return a page of rooms."""
        began = time.perf_counter()
        state = query.state
        found = await self._rooms.find(
            search=query.search,
            keep=None if state is None else lambda row: row.state == state,
            sort=query.sort,
            descending=query.descending,
            offset=query.offset,
            limit=query.limit,
        )
        return r.Rooms(
            rooms=[self._room(row) for row in found.rows],
            total=found.total,
            offset=query.offset,
            at=round(found.at * 1000),
            took_ms=round((time.perf_counter() - began) * 1000, 3),
        )

    async def players(self, query: p.PlayersQuery) -> p.Players:
        """Return a page of players."""
        began = time.perf_counter()
        away = query.away
        found = await self._players.find(
            search=query.search,
            keep=None if away is None else lambda row: row.player.connected != away,
            sort=query.sort,
            descending=query.descending,
            offset=query.offset,
            limit=query.limit,
        )
        return p.Players(
            players=[_player(row) for row in found.rows],
            total=found.total,
            offset=query.offset,
            at=round(found.at * 1000),
            took_ms=round((time.perf_counter() - began) * 1000, 3),
        )

    def _room_rows(self) -> Iterator[_RoomRow]:
        players, pings = self._sources.registry.players, self._sources.pings
        for room in tuple(self._sources.registry.rooms.values()):
            names = [
                player.name
                for member in room.members
                if (player := players.get(member)) is not None and player.name is not None
            ]
            ping = None if room.host is None else pings.view(room.host).ping_ms
            text = "\n".join((room.id, room.title, *room.members, *names)).casefold()
            yield _RoomRow(room, room.state, math.inf if ping is None else ping, text)

    def _player_rows(self) -> Iterator[_PlayerRow]:
        rooms, pings = self._sources.registry.rooms, self._sources.pings
        for player in tuple(self._sources.registry.players.values()):
            room = None if player.room is None else rooms.get(player.room)
            view = pings.view(player.id)
            ping = math.inf if view.ping_ms is None else view.ping_ms
            text = "\n".join((player.id, player.name or "", player.room or "", player.address)).casefold()
            yield _PlayerRow(player, room is not None and room.host == player.id, view, ping, text)

    def _room(self, row: _RoomRow) -> r.RoomRow:
        room = row.room
        return r.RoomRow(
            id=room.id,
            title=room.title,
            state=row.state,
            kind="session" if room.session is not None else "private" if room.private else "listed",
            players=len(room.members),
            seats=room.seats_taken,
            max_players=room.max_players,
            host=room.host,
            host_name=self._name(room.host),
            host_ping_ms=rounded(row.ping),
            epoch=room.epoch,
            created_at=round(room.created_at * 1000),
        )

    def _name(self, player: PlayerId | None) -> str | None:
        known = None if player is None else self._sources.registry.players.get(player)
        return None if known is None else known.name


def _player(row: _PlayerRow) -> p.PlayerRow:
    player, view = row.player, row.view
    return p.PlayerRow(
        id=player.id,
        name=player.name,
        room=player.room,
        host=row.host,
        connected=player.connected,
        address=player.address,
        ping_ms=rounded(row.ping),
        jitter_ms=None if view.ping_ms is None else rounded(view.jitter_ms),
        loss=round(view.loss, 4),
    )


def rounded(ms: float | None) -> float | None:
    """Return milliseconds to three places; None of what is unknown."""
    return None if ms is None or math.isinf(ms) else round(ms, 3)


_ROOM_COLUMNS: dict[str, Callable[[_RoomRow], Any]] = {
    "created": lambda row: row.room.number,
    "title": lambda row: row.room.title.casefold(),
    "state": lambda row: row.state,
    "players": lambda row: len(row.room.members),
    "host_ping": lambda row: row.ping,
    "epoch": lambda row: row.room.epoch,
}
_PLAYER_COLUMNS: dict[str, Callable[[_PlayerRow], Any]] = {
    "id": lambda row: row.player.id,
    "name": lambda row: (row.player.name or "\uffff").casefold(),
    "room": lambda row: row.player.room or "\uffff",
    "ping": lambda row: row.ping,
    "jitter": lambda row: row.view.jitter_ms,
    "loss": lambda row: row.view.loss,
}
