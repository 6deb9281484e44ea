"""Take players from their seats once their connections are over, for a bounded time in each turn of the loop.

A thousand connections can end in one moment, and each of them costs messages to its room, perhaps an
election, and log lines. Those who play on must not wait for all of that.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from gameserver.core.commands import Disconnected
from gameserver.core.values import PlayerId, RoomId
from gameserver.logs import Log
from gameserver.runtime import Runtime
from gameserver.transport.gate import Ending
from gameserver.transport.seat import Seat

STAY_AWAY = frozenset({"bad_request", "replaced", "unauthorized"})  # closed with DISCONNECT

log = logging.getLogger(__name__)


class Measuring(Protocol):
    """Who measures the connections, as `probes.Probes` does."""

    def closed(self, player: PlayerId, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How departures share the event loop with everything else."""

    call_soon: Callable[[Callable[[], None]], object]  # in the next turn of the loop
    seconds: float = 0.003  # of one turn, of `now`; a departure that was begun is always finished
    now: Callable[[], float] = time.perf_counter


AT_ONCE = Pace(lambda run: run(), now=lambda: 0.0)
"""Nothing waits: for servers without an event loop."""


@dataclass(frozen=True, slots=True)
class _Departure:
    seat: Seat
    disconnected: Disconnected | None  # None: a newer connection has the seat already
    facts: Mapping[str, Any]  # for the log


class Departures:
    """Who is to be taken from its seat, by room.

    From `left` on nothing is sent to such a player: what comes for a host that waits here is parked for the
    next one. What others hear of follows, in order within each room but for its host, who comes last: then
    no member that is gone as well is a candidate, and one election does. Rooms that wait for an election
    come first. Whoever comes back, or asks for something in a room, has those settled first whom it would
    meet there.
    """

    def __init__(
        self,
        runtime: Runtime,
        seats: dict[PlayerId, Seat],
        probes: Measuring,
        *,
        log: Log,
        pace: Pace = AT_ONCE,
    ) -> None:
        self._runtime = runtime
        self._seats = seats
        self._probes = probes
        self._log = log
        self._pace = pace
        self._waiting: dict[str, deque[_Departure]] = {}  # by room; by player where it has none
        self._urgent: dict[str, None] = {}  # those of these rooms whose host is among them, in order
        self._places: dict[PlayerId, str] = {}  # where a player waits
        self._scheduled = False
        self._away: dict[PlayerId, Seat] = {}  # whose connection is lost, in that order

    def __bool__(self) -> bool:
        """Whether anybody waits."""
        return bool(self._waiting)

    def left(self, seat: Seat, ending: Ending, facts: Mapping[str, Any]) -> None:
        """This connection is over: let its seat be free as soon as there is time for it."""
        player = seat.player
        disconnected = None
        place: str = player
        if not seat.superseded:
            self._seats.pop(player, None)
            self._probes.closed(player)
            stays_away = ending is Ending.DISCONNECT or seat.peer.closed_for in STAY_AWAY
            disconnected = Disconnected(
                "left" if stays_away else "lost", gone=stays_away or ending is Ending.GONE
            )
            registry = self._runtime.registry
            known = registry.players.get(player)
            if known is not None and known.room is not None:
                place = known.room
                if registry.rooms[known.room].host == player:
                    self._urgent[place] = None
            self._places[player] = place
        self._waiting.setdefault(place, deque()).append(_Departure(seat, disconnected, facts))
        if not self._scheduled:
            self._schedule()

    def settle(self, place: str | None) -> None:
        """Take all who wait in this room from their seats now."""
        while place in self._waiting:
            self._depart(self._next(place))

    def settle_player(self, player: PlayerId) -> None:
        """Take this player from its seat now, if it waits, behind those of its room that come before it."""
        while (place := self._places.get(player)) is not None:
            self._depart(self._next(place))

    def finish(self) -> None:
        """Take everybody who waits from its seat now."""
        while self._waiting:
            self._depart(self._next(next(iter(self._waiting))))

    def reclaim(self, player: PlayerId) -> Seat | None:
        """Return the seat that a player had before its connection was lost; it has another one now."""
        return self._away.pop(player, None)

    def _schedule(self) -> None:
        self._scheduled = True
        self._pace.call_soon(self._run)

    def _run(self) -> None:
        """Do as much as there is time for in one turn."""
        self._scheduled = False
        pace = self._pace
        until = pace.now() + pace.seconds
        while self._waiting:
            self._depart(self._next(next(iter(self._urgent or self._waiting))))
            if pace.now() >= until:
                break
        if self._waiting:
            self._schedule()

    def _next(self, place: str) -> _Departure:
        """Take who departs next in this room: its host only when nobody else waits there."""
        waiting = self._waiting[place]
        departure = waiting.popleft()
        if waiting and self._is_host(departure.seat.player, place):
            waiting.append(departure)
            departure = waiting.popleft()
        if not waiting:
            del self._waiting[place]
            self._urgent.pop(place, None)
        if departure.disconnected is not None:
            del self._places[departure.seat.player]
        return departure

    def _is_host(self, player: PlayerId, place: str) -> bool:
        room = self._runtime.registry.rooms.get(RoomId(place))
        return room is not None and room.host == player

    def _depart(self, departure: _Departure) -> None:
        """A departure that raises is our mistake, and costs no other."""
        try:
            self._take_away(departure)
        except Exception:
            log.exception("a departure raised")

    def _take_away(self, departure: _Departure) -> None:
        seat = departure.seat
        here = self._runtime.registry.players
        known = here.get(seat.player)
        # Who was banned while it waited here is gone already.
        if departure.disconnected is not None and known is not None:
            self._runtime.report(seat.player, departure.disconnected)
            while self._away and next(iter(self._away)) not in here:  # the first to go is the first to expire
                del self._away[next(iter(self._away))]
            if seat.player in here:
                self._away[seat.player] = seat
        self._log.info(
            "connection.closed",
            player=seat.player,
            room=None if known is None else known.room,
            **departure.facts,
            players=len(self._seats),
        )
