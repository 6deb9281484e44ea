"""Follow the rooms' hosts: how long each change takes, and which changes were for nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from gameserver.core.effects import Elected, Route
from gameserver.core.values import PlayerId, RoomId
from latency.metrics import Histogram, Metrics

FLAP_SECONDS = 300.0
MIGRATION_BOUNDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Reigns:
    """Counts elections and times migrations; implements `ports.RouteObserver`.

    A migration begins when a new host is announced and ends when the room plays on under it, or under
    the next one if it does not answer; without a candidate it ends as `no_host`.
    """

    def __init__(self, measured: Metrics, now: Callable[[], float]) -> None:
        self._measured = measured
        self._now = now
        self._since: dict[RoomId, float] = {}  # of the migrations under way
        self._deposed: dict[RoomId, dict[PlayerId, float]] = {}  # who was host until when, lately
        self.elections = 0
        self.ended: Counter[str] = Counter()  # migrations, by how they ended
        self.seconds = Histogram(MIGRATION_BOUNDS)  # of those that ended under a new host

    @property
    def under_way(self) -> int:
        """How many rooms wait for a new host's word."""
        return len(self._since)

    def elected(self, election: Elected) -> None:
        """A room's host changed, or it found none."""
        now, room = self._now(), election.room
        self.elections += 1
        self._measured.count("latency_elections_total", reason=election.reason)
        deposed = self._deposed.setdefault(room, {})
        for player in [each for each, until in deposed.items() if now - until >= FLAP_SECONDS]:
            del deposed[player]
        if election.host is None:
            self._end(room, "no_host")
        else:
            self._since.setdefault(room, now)
            if election.previous not in (None, election.host):
                self._measured.count("latency_switches_total")
            if deposed.pop(election.host, None) is not None:
                self._measured.count("latency_flaps_total")
        if election.previous is not None:
            deposed[election.previous] = now

    def published(self, route: Route) -> None:
        if route.host_ready and route.room in self._since:
            self.seconds.observe(self._now() - self._since[route.room])
            self._end(route.room, "ready")

    def retired(self, room: RoomId) -> None:
        self._end(room, "closed")
        self._deposed.pop(room, None)

    def _end(self, room: RoomId, how: str) -> None:
        if self._since.pop(room, None) is not None:
            self.ended[how] += 1
