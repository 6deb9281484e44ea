"""The host leaves or hands over while it is still here: its last snapshot is asked for first.

Only a room that ever stored a snapshot is made to wait, and only if somebody could follow.
"""

from __future__ import annotations

from dataclasses import replace

from gameserver.core import migration, seating
from gameserver.core.commands import HostSilent, LeaveRoom, SnapshotStored, TransferHost
from gameserver.core.deadlines import Due
from gameserver.core.effects import Done, Effect, Postpone, Reply, Settle, Tell
from gameserver.core.errors import BadRequest, NotAMember, NotInRoom, PlayerUnavailable, RoomClosed
from gameserver.core.member import Player
from gameserver.core.messages import RoomLeft, SnapshotRequest
from gameserver.core.room import Exit, Room
from gameserver.core.values import PlayerId, Seconds, to_ms
from gameserver.core.world import World


def leave(world: World, now: Seconds, player: Player, command: LeaveRoom) -> list[Effect]:
    """Give the seat back; a host is asked for its snapshot first, and again does not wait twice."""
    room = world.room_of(player)
    if room is None or command.id not in (None, room.id):
        raise NotInRoom("you are not in this room")
    if room.host == player.id and room.exit is None and _waits(world, now, room):
        return begin(world, now, room, Exit("left", leaves=True))
    return [Reply(RoomLeft(room.id)), *seating.depart(world, now, room, player.id, "left")]


def transfer(world: World, now: Seconds, player: Player, command: TransferHost) -> list[Effect]:
    """Hand the room to another member that is here and can host."""
    room = migration.hosted(world, player)
    heir = command.player_id
    if heir not in room.members:
        raise NotAMember("that player is not in this room")
    if heir == player.id:
        return [Done()]
    if not _can_take_over(world, room, heir):
        raise PlayerUnavailable("that player is away or cannot be host")
    if room.exit is not None:
        raise BadRequest("a hand-over is under way")
    exit = Exit("transfer", heir=heir)
    if _waits(world, now, room):
        return begin(world, now, room, exit)
    return [*_follow(world, now, room, exit), Done()]


def appoint(world: World, now: Seconds, room: Room, heir: PlayerId) -> list[Effect]:
    """Hand the room to this member without its host's asking, after the last snapshot where there is one."""
    if not _can_take_over(world, room, heir):
        raise PlayerUnavailable("that player is away or cannot be host")
    if room.exit is not None:
        raise BadRequest("a hand-over is under way")
    return hand_over(world, now, room, Exit("transfer", heir=heir, asked=False))


def abandoned(room: Room) -> list[Effect]:
    """Answer a host that waits for its hand-over: there is no room any more."""
    if room.exit is None or not room.exit.asked or room.host is None:
        return []
    return [Settle(room.host, RoomLeft(room.id) if room.exit.leaves else RoomClosed("the room was closed"))]


def begin(world: World, now: Seconds, room: Room, exit: Exit) -> list[Effect]:
    """Ask the host for its last snapshot; what it sent goes on to it until then."""
    assert room.host is not None
    within = world.limits.snapshot_request_seconds
    world.put(replace(room, exit=exit))
    world.deadlines.set((Due.EXIT, room.id), now + within)
    effects: list[Effect] = [
        Tell((room.host,), SnapshotRequest(room.epoch, exit.reason, to_ms(within))),
    ]
    return [Postpone(), *effects] if exit.asked else effects


def hand_over(world: World, now: Seconds, room: Room, exit: Exit) -> list[Effect]:
    """Replace a live host that did not ask for it, after its last snapshot where there is one to wait for."""
    if room.exit is not None:
        return []
    return begin(world, now, room, exit) if _waits(world, now, room) else _follow(world, now, room, exit)


def stored(world: World, now: Seconds, player: Player, command: SnapshotStored) -> list[Effect]:
    """The relay has kept a snapshot of this host: a new host will have something to restore."""
    room = world.room_of(player)
    if room is None or room.host != player.id:
        return []
    if not room.has_snapshot:
        room = replace(room, has_snapshot=True)
        world.put(room)
    return [] if room.exit is None else conclude(world, now, room)


def silent(world: World, now: Seconds, player: Player, command: HostSilent) -> list[Effect]:
    """Nothing is heard of a host whose connection stands: whoever can takes over, it stays a member."""
    room = world.room_of(player)
    if room is None or room.host != player.id or not room.members[player.id].connected:
        return []
    if room.exit is not None:
        return conclude(world, now, room)
    if room.on_host_exit == "close" or not _has_heir(world, now, room):
        return []
    return migration.replace_host(world, now, room, "silent", player.id)


def conclude(world: World, now: Seconds, room: Room) -> list[Effect]:
    """The snapshot has come, or was waited for long enough: do what was to be done."""
    exit, host = room.exit, room.host
    assert exit is not None
    assert host is not None
    room = replace(room, exit=None)
    world.put(room)
    world.deadlines.clear((Due.EXIT, room.id))
    if exit.leaves:
        return [Settle(host, RoomLeft(room.id)), *seating.depart(world, now, room, host, "left")]
    if exit.heir is not None and not _can_take_over(world, room, exit.heir):
        # Meanwhile the heir went away: all stays as it is.
        gone = PlayerUnavailable("that player is away or cannot be host")
        return [Settle(host, gone)] if exit.asked else []
    effects = _follow(world, now, room, exit)
    return [*effects, Settle(host, None)] if exit.asked else effects


def _follow(world: World, now: Seconds, room: Room, exit: Exit) -> list[Effect]:
    assert exit.heir is not None
    others = [each for each in room.connected if each != exit.heir]
    choice = migration.elect(world, now, room, but=others)
    return migration.reign(world, now, room, choice, exit.reason, room.host)


def _waits(world: World, now: Seconds, room: Room) -> bool:
    return (
        room.has_snapshot
        and room.host_serves
        and room.on_host_exit == "migrate"
        and _has_heir(world, now, room)
    )


def _has_heir(world: World, now: Seconds, room: Room) -> bool:
    return migration.elect(world, now, room, but=[room.host]).winner is not None


def _can_take_over(world: World, room: Room, heir: PlayerId) -> bool:
    return heir in room.connected and world.players[heir].can_host
