"""Look after live hosts: one in the background, or lastingly worse than another member, is replaced."""

from __future__ import annotations

from gameserver.core import election, exits, migration
from gameserver.core.effects import Effect
from gameserver.core.room import Exit, Room
from gameserver.core.values import HostChangeReason, PlayerId, Seconds
from gameserver.core.world import World
from latency.proactive import Reign, Switch, look


def review(world: World, now: Seconds, room: Room) -> list[Effect]:
    """Look at the host and at those who would follow it."""
    switch = _look(world, now, room)
    if switch is None:
        return migration.settle(world, now, room)
    reason: HostChangeReason = "silent" if switch.emergency else "policy"
    effects = exits.hand_over(world, now, room, Exit(reason, heir=switch.to, asked=False))
    return effects + migration.settle(world, now, world.rooms[room.id])


def _look(world: World, now: Seconds, room: Room) -> Switch[PlayerId] | None:
    if not room.host_serves or room.exit is not None or room.on_host_exit == "close":
        return None
    candidates = election.candidates(world.members(room), world.pings)
    host = next((each for each in candidates if each.player == room.host), None)
    if host is None:  # it cannot be host by its own word, and is one by its room's creation
        return None
    others = [each for each in candidates if each.player != room.host]
    reign = world.reigns.get(room.id, Reign(room.created_at))
    best = room.host_policy == "best"
    world.reigns[room.id], switch = look(reign, now, host, others, world.measuring, best=best)
    return switch
