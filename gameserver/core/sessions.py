"""Party play: log in, open a session, join it by its key, set it to work."""

from __future__ import annotations

from dataclasses import replace

from gameserver.core import bounds, seating, views
from gameserver.core.commands import CreateRoom, CreateSession, JoinSession, Login, Logout, StartSession
from gameserver.core.effects import Effect, Reply, Tell
from gameserver.core.errors import (
    BadRequest,
    NotHost,
    NotInRoom,
    NotLoggedIn,
    RoomFull,
    RoomNotFound,
    WrongSessionType,
)
from gameserver.core.member import Player
from gameserver.core.messages import (
    LoggedIn,
    LoggedOut,
    RoomJoined,
    RoomUpdated,
    SessionCreated,
    SessionStarted,
)
from gameserver.core.room import Room, Session
from gameserver.core.values import RoomId, Seconds, SessionKey, UserType, to_ms
from gameserver.core.world import World


def login(world: World, now: Seconds, player: Player, command: Login) -> list[Effect]:
    """Take a name, or another one."""
    player = replace(player, name=bounds.name(command.name, world.limits))
    assert player.name is not None
    world.note(player)
    room = world.room_of(player)
    effects: list[Effect] = [Reply(LoggedIn("You are connected!", player.name, _type(player, room)))]
    if room is not None:
        effects.append(Tell(room.everybody, RoomUpdated(views.room_view(world, now, room))))
    return effects


def logout(world: World, now: Seconds, player: Player, command: Logout) -> list[Effect]:
    """Leave the room or session, and give the name back."""
    _named(player)
    room = world.room_of(player)
    effects = [] if room is None else seating.depart(world, now, room, player.id, "left")
    world.note(replace(world.players[player.id], name=None))
    return [*effects, Reply(LoggedOut("You are disconnected!"))]


def create_session(world: World, now: Seconds, player: Player, command: CreateSession) -> list[Effect]:
    """Open a room that is joined by key; phantom users of the host take their seats at once."""
    name = _named(player)
    options = CreateRoom(
        title=name if command.title is None else command.title,
        track_id=command.track_id,
        description=command.description,
        max_players=command.max_players,
        metadata=command.metadata,
        on_host_exit=command.on_host_exit,
        host_policy=command.host_policy,
        late_join=command.late_join,
        control=command.control,
    )
    room = seating.draft(world, now, player, options)
    if not 0 <= command.ph_users < room.max_players:
        raise BadRequest(f"ph_users must be 0 to {room.max_players - 1}")
    host = replace(room.members[player.id], phantoms=command.ph_users)
    session = Session(world.free_session_key(), command.type)
    room = replace(room, members={player.id: host}, private=True, session=session)
    effects = seating.open_room(world, room, player)
    view = views.room_view(world, now, room)
    return [*effects, Reply(SessionCreated("Session created!", session.key, view))]


def join_session(world: World, now: Seconds, player: Player, command: JoinSession) -> list[Effect]:
    """Take a seat in the session that this key opens."""
    _named(player)
    room = _opened(world, now, player, command.session_key)
    if player.room == room.id:
        return [Reply(RoomJoined(views.room_view(world, now, room)))]
    seating.admit(player, room)
    assert room.session is not None
    if room.session.type == "single_device":
        raise RoomFull("everybody plays on the host's device")
    return seating.take_seat(world, now, player, room)


def start(world: World, now: Seconds, player: Player, command: StartSession) -> list[Effect]:
    """Set the session to work, once."""
    room = world.room_of(player)
    if room is None:
        _named(player)
        raise NotInRoom("you are in no session")
    if room.session is None:
        raise WrongSessionType("this room is no session")
    if room.host != player.id:
        raise NotHost("only the host starts the session")
    if room.session.started_at is not None:
        raise WrongSessionType("the session was started already")
    options = bounds.options(command.options)
    room = replace(room, session=replace(room.session, started_at=now))
    world.put(room)
    assert room.session is not None
    started = SessionStarted(room.session.key, options, to_ms(now), tuple(room.members))
    return [Reply(started), Tell(room.others(player.id), started)]


def opened_by(world: World, key: str) -> RoomId | None:
    """Return the room that this key opens, as a player may have typed it."""
    return world.sessions.get(SessionKey(key.strip().upper()))


def _named(player: Player) -> str:
    if player.name is None:
        raise NotLoggedIn("log in first")
    return player.name


def _type(player: Player, room: Room | None) -> UserType:
    if room is None:
        return "USER"
    return "HOST" if room.host == player.id else "CLIENT"


def _opened(world: World, now: Seconds, player: Player, key: str) -> Room:
    """Return the session of this key; guessing is slowed down per address and in all."""
    guards = world.guards
    if player.address:
        guards.key_addresses.check(now, player.address)
    guards.keys.check(now)
    room = opened_by(world, key)
    if room is not None:
        return world.rooms[room]
    guards.keys.take()
    if player.address:
        guards.key_addresses.wrong(now, player.address)
    raise RoomNotFound("no session has this key")
