"""Look at some rooms now and then: how much worse is their host than the best member, over time."""

from __future__ import annotations

from collections.abc import Callable

from gameserver.core.registry import Registry
from gameserver.core.room import Room
from gameserver.core.values import RoomId, Seconds
from gameserver.ports import Timer, Timers
from latency.metrics import Metrics
from latency.view import Cache

LOOK_SECONDS = 0.2
ROOMS_PER_LOOK = 2  # some 0.1 ms each where nothing of it was touched lately; every room has its turn


class HostExcess:
    """Samples rooms evenly over time and rooms, so that the histogram is weighted by time."""

    def __init__(
        self,
        registry: Registry,
        pings: Cache,
        measured: Metrics,
        *,
        timers: Timers,
        now: Callable[[], Seconds],
    ) -> None:
        self._registry = registry
        self._pings = pings
        self._measured = measured
        self._timers = timers
        self._now = now
        self._round: list[RoomId] = []
        self._timer: Timer | None = None

    def start(self) -> None:
        """Look from now on."""
        self._timer = self._timers.call_later(LOOK_SECONDS, self._look)

    def stop(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self.start()
        if not self._round:
            self._round = list(self._registry.rooms)
        for _ in range(min(ROOMS_PER_LOOK, len(self._round))):
            room = self._registry.rooms.get(self._round.pop())
            if room is not None and room.host in room.connected:
                self._compare(room)

    def _compare(self, room: Room) -> None:
        """Count how far the host's score lies over the lowest of those that could host, itself included."""
        assert room.host is not None
        now, players = self._now(), self._registry.players
        host = self._pings.view(room.host).score_at(now)
        scores = [
            score
            for member in room.connected
            if players[member].can_host and (score := self._pings.view(member).score_at(now)) is not None
        ]
        if host is not None and len(scores) > 1:
            excess_ms = max(0.0, host - min(scores))
            self._measured.observe("latency_host_excess_seconds", excess_ms / 1000)
