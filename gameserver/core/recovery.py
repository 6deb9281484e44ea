"""A connection is lost and comes back; the server itself is stopped and comes back."""

from __future__ import annotations

from dataclasses import replace

from gameserver.core import bounds, election, exits, idleness, migration, playing, seating, views
from gameserver.core.commands import Connected, Disconnected, Drain, Reconnected, Restored
from gameserver.core.deadlines import Due
from gameserver.core.effects import Effect, Publish, SendSnapshot, Tell, Watch
from gameserver.core.election import Choice
from gameserver.core.errors import Internal
from gameserver.core.member import Farewell, Player
from gameserver.core.messages import (
    DrainAnnounced,
    PlayerDisconnected,
    PlayerReconnected,
    RoomJoined,
    SnapshotRequest,
)
from gameserver.core.room import Room
from gameserver.core.values import PlayerId, Seconds, to_ms
from gameserver.core.world import World

DRAIN_STEPS = 50  # delays told at a planned stop; as many messages are encoded


def connected(world: World, sender: PlayerId, command: Connected) -> list[Effect]:
    """A player that was not here arrives."""
    if sender in world.players:
        raise Internal("this player is here already")
    name = None if command.name is None else bounds.name(command.name, world.limits)
    player = Player(
        sender,
        name=name,
        address=command.address,
        can_host=command.can_host,
        pid=command.pid,
        subject=command.subject,
    )
    world.note(player)
    return [Watch(sender, "idle")]


def disconnected(world: World, now: Seconds, player: Player, command: Disconnected) -> list[Effect]:
    """A connection is over: who can come back keeps its place for a while."""
    world.subscriptions.end(world.news, player.id)
    room = world.room_of(player)
    if command.reason == "left" or not player.can_return:
        effects = [] if room is None else seating.depart(world, now, room, player.id, command.reason)
        world.part(world.players[player.id])
        return [*effects, Watch(player.id, None)]
    effects = []
    if room is not None and room.exit is not None and room.host == player.id:
        effects = exits.conclude(world, now, room)  # it will send no snapshot any more
        player = world.players[player.id]
        if player.room is None:  # nobody can tell it now that it has left
            player = replace(player, farewell=Farewell(room.id, "left"))
        room = world.room_of(player)
    until = now + world.limits.reconnect_window_seconds
    world.note(replace(player, away_until=until))
    world.deadlines.set((Due.AWAY, player.id), until)
    if room is not None:
        effects += _away(world, now, room, player.id, until, gone=command.gone)
    return [*effects, Watch(player.id, None)]


def reconnected(world: World, now: Seconds, player: Player, command: Reconnected) -> list[Effect]:
    """A player is back: in its seat, if that was kept; with a gap it is told the room anew."""
    back = replace(player, away_until=None, farewell=None, restored=False, pid=command.pid or player.pid)
    world.note(back)
    world.deadlines.clear((Due.AWAY, player.id))
    room = world.room_of(back)
    if room is None:
        farewell = [Tell((player.id,), player.farewell.told())] if player.farewell is not None else []
        return [*farewell, Watch(player.id, "idle")]
    was_away = not room.members[player.id].connected
    room = room.seated(replace(room.members[player.id], away_until=None))
    reigns_anew = room.host == player.id and not command.filled
    if reigns_anew:  # inputs may be in the gap: it gets them as a new host would
        room = replace(room, host_ready=False)
    world.put(room)
    if room.host == player.id:
        world.deadlines.clear((Due.GRACE, room.id))
    effects: list[Effect] = []
    if not command.filled:
        joined = RoomJoined(views.room_view(world, now, room), forgotten=player.restored)
        effects.append(Tell((player.id,), joined))
        if room.late_join == "snapshot" and room.host != player.id:
            effects.append(SendSnapshot(room.id, player.id))
    if was_away:
        effects.append(Tell(room.others(player.id), PlayerReconnected(room.id, player.id)))
    effects.append(Publish(room.route()))
    if room.playback is not None:
        effects.append(Tell((player.id,), views.track_state(now, room, room.playback, None)))
        effects += playing.missed(now, room, player.id)
    effects.append(Watch(player.id, "host" if room.host == player.id else "member"))
    if reigns_anew:
        choice = Choice((election.candidate(now, back, world.pings),), "it has come back in time")
        return effects + migration.reign(world, now, room, choice, "returned", player.id)
    return effects + migration.newcomer(world, now, room, player.id)


def given_up(world: World, now: Seconds, player: Player) -> list[Effect]:
    """A player did not come back in its time."""
    room = world.room_of(player)
    effects = [] if room is None else seating.depart(world, now, room, player.id, "lost")
    world.part(world.players[player.id])
    return effects


def grace_over(world: World, now: Seconds, room: Room) -> list[Effect]:
    """A lost host did not come back in its time: another one reigns, its seat is kept."""
    if room.on_host_exit == "close":
        return migration.close(world, room, "host_left")
    restarted = room.host is not None and world.players[room.host].restored
    return migration.replace_host(world, now, room, "restart" if restarted else "lost", room.host)


def drain(world: World, command: Drain) -> list[Effect]:
    """The server will stop: tell everybody when to come back, and have the games' state kept."""
    world.draining = True
    within = to_ms(world.limits.snapshot_request_seconds)
    effects: list[Effect] = [
        Tell((room.host,), SnapshotRequest(room.epoch, "drain", within))
        for room in world.rooms.values()
        if room.host is not None and room.has_snapshot and room.host_serves
    ]
    here = [player.id for player in world.players.values() if player.connected]
    step = to_ms(world.limits.drain_spread_seconds) // DRAIN_STEPS
    announced = [
        Tell(tuple(here[number::DRAIN_STEPS]), DrainAnnounced((number + 1) * step))
        for number in range(min(DRAIN_STEPS, len(here)))
    ]
    return [*effects, *announced]


def restored(world: World, now: Seconds, command: Restored) -> list[Effect]:
    """Open the rooms that a former process stored; everybody is away, and has time to come back."""
    if world.players or world.rooms:
        raise Internal("rooms are restored before anybody arrives")
    until = now + world.limits.reconnect_window_seconds
    seats = {member: room.id for room in command.rooms for member in room.members}
    for player in command.players:
        if player.can_return:
            seat = seats.get(player.id)
            world.note(replace(player, away_until=until, hidden=False, restored=True, room=seat))
            world.deadlines.set((Due.AWAY, player.id), until)
    effects: list[Effect] = []
    for room in command.rooms:
        effects += _reopen(world, now, room, until)
    return effects


def _reopen(world: World, now: Seconds, room: Room, until: Seconds) -> list[Effect]:
    world.rooms_opened = max(world.rooms_opened, room.number)
    members = {
        member.id: replace(member, away_until=until)
        for member in room.members.values()
        if member.id in world.players
    }
    if not members:
        world.gone(room.id)
        return []
    host = room.host if room.host in members else None
    if host is None:
        room = room.waiting()
    room = replace(room, members=members, host=host, epoch=room.epoch + 1, tried=(), exit=None)
    if room.session is not None:
        world.sessions[room.session.key] = room.id
    world.put(room)
    if room.playback is not None and room.playback.playing:
        playing.keep(world, room, room.playback)
    if host is not None:
        grace = now + world.limits.restart_grace_seconds
        world.deadlines.set((Due.GRACE, room.id), grace)
    idleness.begin(world, now, room)
    return [Publish(room.route())]


def _away(
    world: World, now: Seconds, room: Room, player: PlayerId, until: Seconds, *, gone: bool
) -> list[Effect]:
    took_over = room.host_ready
    room = room.seated(replace(room.members[player], away_until=until))
    world.put(room)
    effects: list[Effect] = [
        Tell(room.others(player), PlayerDisconnected(room.id, player, to_ms(until))),
    ]
    if room.host != player:
        return [*effects, Publish(room.route()), *migration.settle(world, now, room)]
    if gone or not took_over:  # the page is gone; or the room has waited for this host once already
        return [*effects, *grace_over(world, now, room)]
    world.deadlines.set((Due.GRACE, room.id), now + world.limits.host_grace_seconds)
    return [*effects, Publish(room.route()), *migration.settle(world, now, room)]
