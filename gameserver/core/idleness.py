"""End a room in which nothing happens any more, after a warning."""

from __future__ import annotations

from gameserver.core import migration
from gameserver.core.commands import AskClock, AskPings, Command, Hint
from gameserver.core.deadlines import Due
from gameserver.core.effects import Effect, Tell
from gameserver.core.messages import RoomIdle
from gameserver.core.room import Room
from gameserver.core.values import RoomId, Seconds, to_ms
from gameserver.core.world import World

BY_ITSELF = (AskClock, AskPings, Hint)  # what clients ask without anybody playing
NEARLY_SECONDS = 0.001  # two clocks and their sums agree within this


def begin(world: World, now: Seconds, room: Room) -> None:
    """Count the room's idleness from now on."""
    world.used[room.id] = now
    if world.limits.room_idle_seconds:
        world.deadlines.set((Due.IDLE, room.id), _warning_at(world, now))


def asked(world: World, now: Seconds, room: RoomId | None, command: Command) -> None:
    """Note that a member of this room asked for something and got it."""
    if room in world.used and not isinstance(command, BY_ITSELF):
        world.used[room] = now


def look(world: World, now: Seconds, room: Room) -> list[Effect]:
    """Warn the room, end it, or look again when it will have been idle for long enough."""
    used = _used(world, now, room)
    ends, warning = used + world.limits.room_idle_seconds, _warning_at(world, used)
    if now >= ends - NEARLY_SECONDS:
        return migration.close(world, room, "idle")
    if now < warning - NEARLY_SECONDS:
        world.deadlines.set((Due.IDLE, room.id), warning)
        return []
    world.deadlines.set((Due.IDLE, room.id), ends)
    return [Tell(room.everybody, RoomIdle(room.id, to_ms(ends - now)))]


def _warning_at(world: World, used: Seconds) -> Seconds:
    return used + world.limits.room_idle_seconds - world.limits.room_idle_warning_seconds


def _used(world: World, now: Seconds, room: Room) -> Seconds:
    """When the room was last used: a track that plays is used all the time."""
    if room.playback is not None and room.playback.playing:
        return now
    quiet = world.activity.quiet_seconds(room.id)
    asked = world.used[room.id]
    return asked if quiet is None else max(asked, now - quiet)
