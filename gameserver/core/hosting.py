"""What only the host may do to its room: change it, and remove a member."""

from __future__ import annotations

from dataclasses import replace

from gameserver.core import bounds, passwords, playing, seating, views
from gameserver.core.commands import Kick, UpdateRoom
from gameserver.core.effects import Done, Effect, Reply, Tell
from gameserver.core.errors import BadRequest, NotAMember
from gameserver.core.member import Farewell, Player
from gameserver.core.messages import Kicked, RoomUpdated
from gameserver.core.migration import hosted
from gameserver.core.room import Room
from gameserver.core.values import PlayerId, Seconds
from gameserver.core.world import World

REQUIRED = ("title", "description", "max_players", "private", "locked")  # null is no value for these


def kick(world: World, now: Seconds, player: Player, command: Kick) -> list[Effect]:
    """Remove a member and keep it out."""
    room = hosted(world, player)
    removed = command.player_id
    reason = bounds.reason(command.reason, world.limits)
    if removed == player.id:
        raise BadRequest("you cannot remove yourself: leave")
    return [*remove(world, now, room, removed, reason), Done()]


def remove(world: World, now: Seconds, room: Room, removed: PlayerId, reason: str | None) -> list[Effect]:
    """Take a member's seat away and keep it out of the room."""
    if removed not in room.members:
        raise NotAMember("that player is not in this room")
    # Who is no longer on the server never comes back under that id.
    kept_out = tuple(each for each in room.kicked if each in world.players)
    room = replace(room, kicked=(*kept_out, removed))
    told: list[Effect] = [Tell((removed,), Kicked(room.id, reason))]
    if not room.members[removed].connected:
        told = []  # it hears of it when it is back
        world.note(replace(world.players[removed], farewell=Farewell(room.id, "kicked", reason)))
    return [*told, *seating.depart(world, now, room, removed, "kicked")]


def update(world: World, now: Seconds, player: Player, command: UpdateRoom) -> list[Effect]:
    """Change the fields that were given, all or none."""
    before = hosted(world, player)
    room = _changed(world, before, command)
    if "track_id" in command.given:
        room = replace(room, playback=playing.load(world, command.track_id))
    world.put(room)
    room = playing.keep(world, room, room.playback)
    told = RoomUpdated(views.room_view(world, now, room))
    effects: list[Effect] = [Reply(told), Tell(room.others(player.id), told)]
    stopped = before.playback is not None and before.playback.playing and "track_id" in command.given
    if stopped and room.playback is not None:
        effects.append(Tell(room.everybody, views.track_state(now, room, room.playback, player.id)))
    return effects


def _changed(world: World, room: Room, command: UpdateRoom) -> Room:
    given, limits = command.given, world.limits
    for field in REQUIRED:
        if field in given and getattr(command, field) is None:
            raise BadRequest(f"{field} may not be null")
    if room.session is not None and given & {"private", "password"}:
        raise BadRequest("a session is private, and its key is what opens it")
    if command.title is not None:
        room = replace(room, title=bounds.title(command.title, limits))
    if command.description is not None:
        room = replace(room, description=bounds.description(command.description, limits))
    if command.max_players is not None:
        seats = bounds.seats(command.max_players, limits, taken=room.seats_taken)
        room = replace(room, max_players=seats)
    if command.private is not None:
        room = replace(room, private=command.private)
    if command.locked is not None:
        room = replace(room, locked=command.locked)
    if "metadata" in given:
        room = replace(room, metadata=bounds.metadata(command.metadata, limits))
    if "password" in given:
        password = bounds.password(command.password, limits)
        protected = None if password is None else passwords.digest(password, world.ids.salt())
        room = replace(room, password=protected)
    return room
