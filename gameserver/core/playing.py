"""Play, pause and seek a room's track, and announce its tacts in time."""

from __future__ import annotations

from dataclasses import replace

from gameserver.core import views
from gameserver.core.commands import PauseTrack, PlayTrack, SeekTrack
from gameserver.core.deadlines import Due
from gameserver.core.effects import Effect, Reply, Tell
from gameserver.core.errors import BadRequest, NotHost, NotInRoom, TrackNotFound
from gameserver.core.member import Player
from gameserver.core.messages import TrackEnded
from gameserver.core.room import Room
from gameserver.core.tracks import Playback
from gameserver.core.values import PlayerId, RoomId, Seconds
from gameserver.core.world import World
from latency.view import lead_ms

LONGEST_LEAD_SECONDS = 2.0  # a member slower than this does not hold up its room


def play(world: World, now: Seconds, player: Player, command: PlayTrack) -> list[Effect]:
    """Let the track sound from where it stands; playing already, it just goes on."""
    room, playback = _controlled(world, player, command.id)
    if not playback.playing:
        return _changed(world, now, room, playback.played(now + lead(world, room)), player)
    return [Reply(views.track_state(now, room, playback, player.id))]


def pause(world: World, now: Seconds, player: Player, command: PauseTrack) -> list[Effect]:
    """Stop the track where it is."""
    room, playback = _controlled(world, player, command.id)
    if playback.playing:
        return _changed(world, now, room, playback.paused(now), player)
    return [Reply(views.track_state(now, room, playback, player.id))]


def seek(world: World, now: Seconds, player: Player, command: SeekTrack) -> list[Effect]:
    """Go to a tact: standing there, or sounding from there on."""
    room, playback = _controlled(world, player, command.id)
    length = len(playback.track.track_values)
    if not 0 <= command.tact < length:
        raise BadRequest(f"tact must be 0 to {length - 1}")
    sought = playback.sought(command.tact)
    if playback.playing:
        sought = sought.played(now + lead(world, room))
    return _changed(world, now, room, sought, player)


def announce(world: World, now: Seconds, room: Room) -> list[Effect]:
    """Tell the tacts that are due, and the end."""
    playback = room.playback
    if playback is None:
        return []
    playback, notes = playback.announce(now, lead(world, room))
    listeners = room.connected
    effects: list[Effect] = [Tell(listeners, views.tact(note)) for note in notes if listeners]
    if playback.ended(now):
        playback = playback.sought(0)
        world.put(replace(room, playback=playback))
        effects.append(Tell(room.everybody, TrackEnded(room.id)))
    keep(world, room, playback)
    return effects


def missed(now: Seconds, room: Room, joiner: PlayerId) -> list[Effect]:
    """Tell a late joiner the tacts that the others know already and that have yet to sound."""
    if room.playback is None:
        return []
    return [Tell((joiner,), views.tact(note)) for note in room.playback.pending(now)]


def keep(world: World, room: Room, playback: Playback | None) -> Room:
    """Give the room this track and set its timer."""
    room = replace(room, playback=playback)
    world.rooms[room.id] = room  # what was announced is no change worth storing
    due = None if playback is None else playback.due(lead(world, room))
    if due is None:
        world.deadlines.clear((Due.TACT, room.id))
    else:
        world.deadlines.set((Due.TACT, room.id), due)
    return room


def load(world: World, track_id: int | None) -> Playback | None:
    """Return a room's own copy of this track, standing at its start."""
    if track_id is None:
        return None
    track = world.tracks.get(track_id)
    if track is None:
        raise TrackNotFound(f"there is no track {track_id}")
    return Playback(track)


def lead(world: World, room: Room) -> Seconds:
    """How far ahead a tact is announced, so that the slowest member is in time."""
    needed = lead_ms({member: world.pings.view(member) for member in room.connected}, world.measuring) / 1000
    return min(max(needed, world.limits.track_lead_seconds), LONGEST_LEAD_SECONDS)


def _controlled(world: World, player: Player, named: RoomId | None) -> tuple[Room, Playback]:
    room = world.room_of(player)
    if room is None or named not in (None, room.id):
        raise NotInRoom("you are not in this room")
    if room.control == "host" and room.host != player.id:
        raise NotHost("only the host controls this room's track")
    if room.playback is None:
        raise TrackNotFound("this room has no track")
    return room, room.playback


def _changed(world: World, now: Seconds, room: Room, playback: Playback, player: Player) -> list[Effect]:
    world.put(replace(room, playback=playback))
    room = keep(world, room, playback)
    state = views.track_state(now, room, playback, player.id)
    return [Reply(state), Tell(room.others(player.id), state), *announce(world, now, room)]
