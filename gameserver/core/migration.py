"""The charge of a room passes on: who is host, from when on, and who would follow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import floor
from zlib import crc32

from gameserver.core import election
from gameserver.core.commands import HostReady
from gameserver.core.deadlines import Due
from gameserver.core.effects import Done, Effect, Elected, HandOver, Publish, Retire, RoomEnded, Tell, Watch
from gameserver.core.election import Choice
from gameserver.core.errors import BadRequest, NotHost, NotInRoom, StaleHost
from gameserver.core.member import Farewell, Player
from gameserver.core.messages import HostChanged, HostIsReady, RoomIsClosed, Successors
from gameserver.core.room import Room
from gameserver.core.values import CloseReason, HostChangeReason, PlayerId, RoomId, Seconds
from gameserver.core.world import World
from latency.proactive import Reign

LOOK_SECONDS = 1.0  # how often a host is looked at that another may replace


def hosted(world: World, player: Player) -> Room:
    """Return the room that the player is host of, or refuse."""
    room = world.room_of(player)
    if room is None:
        raise NotInRoom("you are in no room")
    if room.host != player.id:
        raise NotHost("only the host may do this")
    return room


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


def elect(world: World, now: Seconds, room: Room, *, but: Iterable[PlayerId | None] = ()) -> Choice:
    """Rank the connected members that may host, but for these."""
    return election.elect(now, world.members(room, but=but), world.pings, world.measuring)


def replace_host(
    world: World,
    now: Seconds,
    room: Room,
    reason: HostChangeReason,
    previous: PlayerId | None,
) -> list[Effect]:
    """Elect the next host of a room that lost its own; without a candidate the room waits for one."""
    choice = elect(world, now, room, but=[previous, *room.tried])
    if choice.winner is None and room.tried:
        choice = elect(world, now, room, but=[previous])
        if choice.winner is not None:
            return reign(world, now, room, choice, reason, previous, forced=True)
    if choice.winner is not None:
        return reign(world, now, room, choice, reason, previous)
    room = replace(room.waiting(), tried=())
    world.put(room)
    for due in (Due.READY, Due.GRACE, Due.EXIT):
        world.deadlines.clear((due, room.id))
    return [
        Publish(room.route()),
        Tell(room.everybody, HostChanged(room.id, None, previous, room.epoch, reason, ())),
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
    *,
    forced: bool = False,
) -> list[Effect]:
    """Begin the next epoch under the winner; with a snapshot to restore, its word is waited for."""
    host = choice.winner
    assert host is not None
    room = room.under(host)
    # Who is no longer on the server never speaks under that id again.
    here = tuple(each for each in room.former_hosts if each in world.players)
    room = replace(room, former_hosts=here)
    world.put(room)
    world.reigns[room.id] = world.reigns.get(room.id, Reign(room.created_at)).host_changed(now)
    for due in (Due.NO_HOST, Due.GRACE, Due.EXIT):
        world.deadlines.clear((due, room.id))
    effects: list[Effect] = [
        Publish(room.route()),
        Tell(room.everybody, HostChanged(room.id, host, previous, room.epoch, reason, choice.candidates)),
        Elected(room.id, room.epoch, previous, host, reason, choice.candidates, choice.why),
        Watch(host, "host"),
    ]
    if previous is not None and previous != host and previous in room.connected:
        effects.append(Watch(previous, "member"))
    effects.append(HandOver(room.id, host, room.epoch))
    if room.has_snapshot and not forced:
        world.deadlines.set((Due.READY, room.id), now + world.limits.host_ready_timeout_seconds)
    else:  # there is nothing to restore, or nobody better to wait for
        effects += ready(world, room, forced=forced)
    return effects + settle(world, now, world.rooms[room.id])


def ready(world: World, room: Room, *, forced: bool) -> list[Effect]:
    """Let the room play on under its host; what was parked follows the word of it."""
    room = room.ready()
    assert room.host is not None
    world.put(room)
    world.deadlines.clear((Due.READY, room.id))
    return [
        Tell(room.everybody, HostIsReady(room.host, room.epoch, forced)),
        Publish(room.route()),
    ]


def not_ready(world: World, now: Seconds, room: Room) -> list[Effect]:
    """The new host has not answered in time: the next candidate; if none is left, the best one as it is."""
    room = replace(room, tried=(*room.tried, *((room.host,) if room.host else ())))
    choice = elect(world, now, room, but=room.tried)
    if choice.winner is not None:
        return reign(world, now, room, choice, "timeout", room.host)
    choice = elect(world, now, room)
    if choice.winner is not None:
        return reign(world, now, room, choice, "timeout", room.host, forced=True)
    return ready(world, room, forced=True)  # it said meanwhile that it cannot be host, and nobody else can


def reconsider(world: World, now: Seconds, room: Room) -> list[Effect]:
    """After a member came or said something of itself: a waiting room may have found its host."""
    if room.host is None and any(member.can_host for member in world.members(room)):
        return replace_host(world, now, room, "returned", None)
    return settle(world, now, room)


def newcomer(world: World, now: Seconds, room: Room, player: PlayerId) -> list[Effect]:
    """Tell a member that just came who would follow, also where its coming changed nothing."""
    effects = reconsider(world, now, room)
    if any(isinstance(effect, Tell) and isinstance(effect.message, Successors) for effect in effects):
        return effects
    return [*effects, Tell((player,), Successors(*world.rooms[room.id].told_successors))]


def settle(world: World, now: Seconds, room: Room) -> list[Effect]:
    """Tell the members who would follow, if that changed, and look again in a while."""
    _set_timers(world, now, room)
    told = (room.host, heirs(world, now, room))
    if told == room.told_successors:
        return []
    room = room.told(told)
    world.rooms[room.id] = room
    return [Tell(room.everybody, Successors(*told))]


def heirs(world: World, now: Seconds, room: Room) -> tuple[PlayerId, ...]:
    """Who would follow the host, best first."""
    return election.heirs(now, world.members(room), room.host, world.pings, world.measuring)


def close(world: World, room: Room, reason: CloseReason) -> list[Effect]:
    """End the room and tell those who are still in it, or will be when they are back."""
    world.forget(room)
    for member in room.members.values():
        player = replace(world.players[member.id], room=None)
        world.note(player if member.connected else replace(player, farewell=Farewell(room.id, reason)))
    return [
        Tell(room.connected, RoomIsClosed(room.id, reason)),
        Retire(room.id),
        RoomEnded(room.id, reason, room.created_at, len(room.members)),
        *(Watch(member, "idle") for member in room.connected),
    ]


def _turn(room: RoomId, now: Seconds, interval: Seconds) -> Seconds:
    """Return the next of the room's own moments, which lie an interval apart; one just reached is over.

    Rooms that were opened together are thus not looked at together for ever after.
    """
    phase = crc32(room.encode()) / 2**32
    return (floor(now / interval - phase + 0.01) + 1 + phase) * interval


def _set_timers(world: World, now: Seconds, room: Room) -> None:
    connected = room.connected
    others = len(connected) - (room.host in connected)
    watched = room.host is not None and world.players[room.host].hidden
    no_host, review = (Due.NO_HOST, room.id), (Due.REVIEW, room.id)
    if others >= 1 and (watched or (room.host_policy == "best" and others > 1)):
        world.looks.set(review, now + LOOK_SECONDS)
    elif others > 1:  # with one other, pings change nothing
        world.looks.set(review, _turn(room.id, now, world.limits.successors_interval_seconds))
    else:
        world.looks.clear(review)
    if room.host is not None or not connected:
        world.deadlines.clear(no_host)
    elif world.deadlines.at(no_host) is None:
        world.deadlines.set(no_host, now + world.limits.reconnect_window_seconds)
