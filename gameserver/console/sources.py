"""What the console reads and moves: the server's parts, named one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gameserver.console.records import Records
from gameserver.core.registry import Registry
from gameserver.core.values import RoomId
from gameserver.metrics.collector import Parts
from gameserver.ports import Clock, Timers
from gameserver.runtime import Runtime
from gameserver.settings import Settings
from gameserver.transport.players import Players
from gameserver.transport.probes import Probes
from latency.view import Cache


@dataclass(frozen=True, slots=True)
class Sources:
    """The parts of the server."""

    clock: Clock  # server time, Unix seconds
    monotonic: Callable[[], float]  # what the connections count by
    timers: Timers
    registry: Registry
    runtime: Runtime
    players: Players
    probes: Probes
    pings: Cache
    parts: Parts
    records: Records
    parked: Callable[[RoomId], int]  # inputs that wait for a room's host
    settings: Callable[[], Settings]  # those in force
    apply: Callable[[Settings], None]  # puts others in force, as far as that can be done at run time
