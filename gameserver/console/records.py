"""What is kept of rooms, players and the log while the console is open, and only then."""

from __future__ import annotations

from collections.abc import Callable

from gameserver.console.pings import PingHistory
from gameserver.console.tail import Tail
from gameserver.console.timeline import Timelines
from gameserver.core.effects import Effect, Watch
from gameserver.core.registry import Registry
from gameserver.core.values import RoomId


class Records:
    """`sample` is for the prober, `performed` for the runtime, `tail.note` for the log."""

    def __init__(
        self, registry: Registry, now: Callable[[], float], waiting: Callable[[RoomId], int]
    ) -> None:
        """`now` is server time; `waiting` tells how many inputs wait for a room's host."""
        self.timelines = Timelines(registry, now, waiting)
        self.pings = PingHistory(now)
        self.tail = Tail()
        self.sample = self.pings.sample

    def performed(self, effect: Effect) -> None:
        """Take what has just been done."""
        if isinstance(effect, Watch):
            if effect.role is None:
                self.pings.left(effect.player)
        else:
            self.timelines.performed(effect)
