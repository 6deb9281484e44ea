"""Take a seat in a room and give it back."""

from __future__ import annotations

from dataclasses import replace

from gameserver.core import bounds, idleness, migration, passwords, playing, views
from gameserver.core.commands import CreateRoom, JoinRoom
from gameserver.core.deadlines import Due
from gameserver.core.effects import (
    Effect,
    Publish,
    Reply,
    Retire,
    RoomEnded,
    SendSnapshot,
    Settle,
    Tell,
    Watch,
)
from gameserver.core.errors import (
    AlreadyInRoom,
    Draining,
    NotInRoom,
    RoomFull,
    RoomLimit,
    RoomLocked,
    RoomNotFound,
    WasKicked,
    WrongPassword,
)
from gameserver.core.member import Member, Player
from gameserver.core.messages import (
    PlayerJoined,
    PlayerLeft,
    RoomCreated,
    RoomJoined,
    RoomLeft,
    UserConnected,
)
from gameserver.core.room import Room
from gameserver.core.values import HostChangeReason, LeaveReason, PlayerId, RoomId, Seconds
from gameserver.core.world import World


def create(world: World, now: Seconds, player: Player, command: CreateRoom) -> list[Effect]:
    """Open a room under its creator."""
    room = draft(world, now, player, command)
    password = bounds.password(command.password, world.limits)
    if password is not None:
        room = replace(room, password=passwords.digest(password, world.ids.salt()))
    room = replace(room, private=command.private)
    return [*open_room(world, room, player), Reply(RoomCreated(views.room_view(world, now, room)))]


def draft(world: World, now: Seconds, player: Player, command: CreateRoom) -> Room:
    """Return a new room under this player, or refuse; nothing is kept yet."""
    room = Room(
        id=RoomId(""),
        number=world.rooms_opened + 1,
        title=bounds.title(command.title, world.limits),
        description=bounds.description(command.description, world.limits),
        max_players=bounds.seats(command.max_players, world.limits),
        created_at=now,
        members={player.id: Member(player.id, joined_at=now)},
        host=player.id,
        told_successors=(player.id, ()),
        metadata=bounds.metadata(command.metadata, world.limits),
        on_host_exit=command.on_host_exit,
        host_policy=command.host_policy,
        late_join=command.late_join,
        control=command.control,
        playback=playing.load(world, command.track_id),
    )
    if world.draining:
        raise Draining("the server is about to stop")
    if player.room is not None:
        raise AlreadyInRoom("you are in a room already")
    if len(world.rooms) >= world.limits.max_rooms:
        raise RoomLimit(f"there are {world.limits.max_rooms} rooms already")
    return replace(room, id=world.free_room_id())


def open_room(world: World, room: Room, player: Player) -> list[Effect]:
    """Keep the new room and seat its host."""
    world.rooms_opened = room.number
    world.subscriptions.end(world.news, player.id)
    world.place(player.id, room.id)
    world.put(room)
    if room.session is not None:
        world.sessions[room.session.key] = room.id
    idleness.begin(world, room.created_at, room)
    return [Publish(room.route()), Watch(player.id, "host")]


def join(world: World, now: Seconds, player: Player, command: JoinRoom) -> list[Effect]:
    """Take a seat in the room with this id."""
    room = world.rooms.get(command.id)
    if room is None or (room.session is not None and player.room != room.id):
        raise RoomNotFound("there is no such room")
    if player.room == room.id:
        return [Reply(RoomJoined(views.room_view(world, now, room)))]
    admit(player, room)
    _check_password(world, now, player, room, command.password)
    return take_seat(world, now, player, room)


def admit(player: Player, room: Room) -> None:
    """Refuse whoever may not have a seat in this room; a password is another matter."""
    if player.room is not None:
        raise AlreadyInRoom("you are in another room")
    if player.id in room.kicked:
        raise WasKicked("you were removed from this room")
    if room.locked:
        raise RoomLocked("the room is locked")
    if room.seats_taken >= room.max_players:
        raise RoomFull(f"all {room.max_players} seats are taken")


def take_seat(world: World, now: Seconds, player: Player, room: Room) -> list[Effect]:
    """Seat a player that was admitted, and let everybody know."""
    member = Member(player.id, joined_at=now)
    others = room.everybody
    room = room.seated(member)
    world.subscriptions.end(world.news, player.id)
    world.place(player.id, room.id)
    world.put(room)
    view = views.room_view(world, now, room)
    effects: list[Effect] = [Publish(room.route()), Reply(RoomJoined(view))]
    if room.late_join == "snapshot":
        effects.append(SendSnapshot(room.id, player.id))
    effects += [
        *playing.missed(now, room, player.id),
        Tell(others, PlayerJoined(room.id, view.players[-1])),  # who comes sits down in the last place
        Watch(player.id, "member"),
    ]
    if room.session is not None and player.name is not None:
        effects.append(Tell(room.everybody, UserConnected("User connected!", player.name)))
    return [*effects, *migration.newcomer(world, now, room, player.id)]


def depart(world: World, now: Seconds, room: Room, player: PlayerId, reason: LeaveReason) -> list[Effect]:
    """Free the seat, and let the room go on: under its host, under the next one, or not at all."""
    was_host = room.host == player
    effects: list[Effect] = [Watch(player, "idle")] if room.members[player].connected else []
    if was_host and room.exit is not None:  # it does not wait for its own snapshot any more
        world.deadlines.clear((Due.EXIT, room.id))
        if room.exit.asked:
            left_first = NotInRoom("you left before the room was handed over")
            effects.append(Settle(player, RoomLeft(room.id) if room.exit.leaves else left_first))
    room = room.without(player)
    world.place(player, None)
    if not room.members:
        world.forget(room)
        return [*effects, Retire(room.id), RoomEnded(room.id, "empty", room.created_at, 0)]
    if was_host and room.on_host_exit == "close":
        return [*effects, *migration.close(world, room, "host_left")]
    world.put(room)
    effects.append(Tell(room.everybody, PlayerLeft(room.id, player, reason)))
    if was_host:
        why: HostChangeReason = "lost" if reason == "lost" else "left"
        return [*effects, *migration.replace_host(world, now, room, why, player)]
    return [*effects, Publish(room.route()), *migration.settle(world, now, room)]


def _check_password(world: World, now: Seconds, player: Player, room: Room, password: str | None) -> None:
    if room.password is None:
        return
    guards, subject = world.guards, (player.id, room.id)
    guards.passwords.check(now, subject)
    if player.address:
        guards.password_addresses.check(now, player.address)
    if password is not None and room.password.fits(password):
        guards.passwords.right(subject)
        return
    if password is not None:  # asking without one, to learn that the room is protected, is no guess
        guards.passwords.wrong(now, subject)
        if player.address:
            guards.password_addresses.wrong(now, player.address)
    raise WrongPassword("the room is protected by another password")
