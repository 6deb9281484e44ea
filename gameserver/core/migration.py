"""Who is in charge of a room, and how the charge passes on."""

from __future__ import annotations

from dataclasses import replace

from gameserver.core import election
from gameserver.core.commands import HostReady, TransferHost
from gameserver.core.deadlines import Due
from gameserver.core.effects import Done, Effect, Elected, HandOver, Publish, Retire, Tell, Watch
from gameserver.core.election import Choice
from gameserver.core.errors import (
    BadRequest,
    NotAMember,
    NotHost,
    NotInRoom,
    PlayerUnavailable,
    StaleHost,
)
from gameserver.core.member import Player
from gameserver.core.messages import HostChanged, HostIsReady, RoomIsClosed, Successors
from gameserver.core.room import Room
from gameserver.core.values import CloseReason, HostChangeReason, PlayerId, Seconds
from gameserver.core.world import World


def hosted(world: World, player: Player) -> Room:
    """Return the room that the player is host of, or refuse."""
    room = world.room_of(player)
    if room is None:
        raise NotInRoom("you are in no room")
    if room.host != player.id:
        raise NotHost("only the host may do this")
    return room


def transfer(world: World, now: Seconds, player: Player, command: TransferHost) -> list[Effect]:
    """Hand the room to another member that is here and can host."""
    room = hosted(world, player)
    heir = command.player_id
    if heir not in room.members:
        raise NotAMember("that player is not in this room")
    if heir == player.id:
        return [Done()]
    if not room.members[heir].connected or not world.players[heir].can_host:
        raise PlayerUnavailable("that player is away or cannot be host")
    choice = election.elect(now, (each for each in world.members(room) if each.id == heir), world.pings)
    return [*reign(world, now, room, choice, "transfer", player.id), Done()]


def restored(world: World, now: Seconds, player: Player, command: HostReady) -> list[Effect]:
    """The new host has restored the game: what was parked comes to it."""
    room = world.room_of(player)
    if room is None:
        raise NotInRoom("you are in no room")
    if room.host != player.id:
        if player.id in room.former_hosts:
            raise StaleHost("another host reigns by now")
        raise NotHost("only the host may do this")
    if command.epoch < room.epoch:
        raise StaleHost(f"this is epoch {room.epoch}")
    if command.epoch > room.epoch:
        raise BadRequest(f"this is epoch {room.epoch}")
    if room.host_ready:
        return [Done()]
    return [*ready(world, room, forced=False), Done()]


def replace_host(
    world: World, now: Seconds, room: Room, reason: HostChangeReason, previous: PlayerId | None
) -> list[Effect]:
    """Elect the next host of a room that lost its own; without a candidate the room waits for one."""
    choice = election.elect(now, world.members(room), world.pings)
    if choice.winner is not None:
        return reign(world, now, room, choice, reason, previous)
    room = room.waiting()
    world.put(room)
    if room.connected and world.deadlines.at((Due.NO_HOST, room.id)) is None:
        world.deadlines.set((Due.NO_HOST, room.id), now + world.limits.reconnect_window_seconds)
    return [
        Publish(room.route()),
        Tell(room.connected, HostChanged(room.id, None, previous, room.epoch, reason, ())),
        Elected(room.id, room.epoch, previous, None, reason, (), choice.why),
        *settle(world, now, room),
    ]


def reign(
    world: World,
    now: Seconds,
    room: Room,
    choice: Choice,
    reason: HostChangeReason,
    previous: PlayerId | None,
) -> list[Effect]:
    """Begin the next epoch under the winner."""
    assert choice.winner is not None
    host = choice.winner
    room = room.under(host)
    world.put(room)
    world.deadlines.clear((Due.NO_HOST, room.id))
    effects: list[Effect] = [
        Publish(room.route()),
        Tell(room.connected, HostChanged(room.id, host, previous, room.epoch, reason, choice.candidates)),
        Elected(room.id, room.epoch, previous, host, reason, choice.candidates, choice.why),
        Watch(host, "host"),
    ]
    if previous is not None and previous in room.connected:
        effects.append(Watch(previous, "member"))
    effects.append(HandOver(room.id, host, room.epoch))
    # Nothing was ever stored for a new host to restore: it counts as ready at once.
    effects += ready(world, room, forced=False)
    return effects + settle(world, now, world.rooms[room.id])


def ready(world: World, room: Room, *, forced: bool) -> list[Effect]:
    """Let the room play on under its host; what was parked follows the word of it."""
    room = room.ready()
    assert room.host is not None
    world.put(room)
    return [
        Tell(room.connected, HostIsReady(room.host, room.epoch, forced)),
        Publish(room.route()),
    ]


def reconsider(world: World, now: Seconds, room: Room) -> list[Effect]:
    """After a member came or said something of itself: a waiting room may have found its host."""
    if room.host is None and any(member.can_host for member in world.members(room)):
        return replace_host(world, now, room, "returned", None)
    return settle(world, now, room)


def newcomer(world: World, now: Seconds, room: Room, player: PlayerId) -> list[Effect]:
    """Tell a new member who would follow, also where its coming changed nothing."""
    effects = reconsider(world, now, room)
    if any(isinstance(effect, Tell) and isinstance(effect.message, Successors) for effect in effects):
        return effects
    return [*effects, Tell((player,), Successors(*world.rooms[room.id].told_successors))]


def settle(world: World, now: Seconds, room: Room) -> list[Effect]:
    """Tell the members who would follow, if that changed, and look again in a while."""
    successors = heirs(world, now, room)
    if len(room.connected) > 2:  # with two members, pings change nothing
        again = now + world.limits.successors_interval_seconds
        world.deadlines.set((Due.REVIEW, room.id), again)
    else:
        world.deadlines.clear((Due.REVIEW, room.id))
    told = (room.host, successors)
    if told == room.told_successors:
        return []
    room = replace(room, told_successors=told)
    world.rooms[room.id] = room
    return [Tell(room.connected, Successors(*told))]


def heirs(world: World, now: Seconds, room: Room) -> tuple[PlayerId, ...]:
    """Who would follow the host, best first."""
    others = (each for each in world.members(room) if each.id != room.host)
    candidates = election.elect(now, others, world.pings).candidates
    return tuple(candidate.id for candidate in candidates[: world.measuring.successors])


def close(world: World, room: Room, reason: CloseReason) -> list[Effect]:
    """End the room and tell those who are still in it."""
    world.forget(room)
    for member in room.members:
        world.place(member, None)
    return [
        Tell(room.connected, RoomIsClosed(room.id, reason)),
        Retire(room.id),
        *(Watch(member, "idle") for member in room.connected),
    ]
