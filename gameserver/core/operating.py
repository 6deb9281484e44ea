"""What an operator may do to any room: remove a member, appoint a host, close the room."""

from __future__ import annotations

from typing import assert_never

from gameserver.core import bounds, exits, hosting, migration
from gameserver.core.commands import AppointHost, CloseRoom, OperatorCommand, RemoveMember
from gameserver.core.effects import Effect
from gameserver.core.errors import BadRequest, NotAMember, RoomNotFound
from gameserver.core.room import Room
from gameserver.core.values import RoomId, Seconds
from gameserver.core.world import World


def operate(world: World, now: Seconds, command: OperatorCommand) -> list[Effect]:
    """Do what an operator orders. Raises a `Refusal` where it cannot be done."""
    room = _room(world, command.room)
    match command:
        case RemoveMember(_, player, reason):
            reason = bounds.reason(reason, world.limits)
            return hosting.remove(world, now, room, player, reason)
        case AppointHost(_, player):
            if player not in room.members:
                raise NotAMember("that player is not in this room")
            if player == room.host:
                raise BadRequest("that player is the host already")
            return exits.appoint(world, now, room, player)
        case CloseRoom():
            return [*exits.abandoned(room), *migration.close(world, room, "closed")]
        case _:
            assert_never(command)


def _room(world: World, room: RoomId) -> Room:
    found = world.rooms.get(room)
    if found is None:
        raise RoomNotFound("there is no such room")
    return found
