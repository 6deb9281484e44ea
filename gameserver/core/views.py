"""Rooms, players and tracks as messages show them."""

from __future__ import annotations

from gameserver.core.member import Member
from gameserver.core.messages import PlayerView, RoomView, Tact, TrackState, TrackView
from gameserver.core.room import Room
from gameserver.core.tracks import Note, Playback
from gameserver.core.values import PlayerId, Seconds, to_ms
from gameserver.core.world import World


def room_view(world: World, now: Seconds, room: Room) -> RoomView:
    """Return the room as its members see it."""
    return RoomView(
        id=room.id,
        track=None if room.playback is None else track_view(now, room.playback),
        title=room.title,
        description=room.description,
        users=tuple(room.members),
        host=room.host,
        epoch=room.epoch,
        max_players=room.max_players,
        private=room.private,
        locked=room.locked,
        protected=room.password is not None,
        state=room.state,
        metadata=room.metadata,
        on_host_exit=room.on_host_exit,
        host_policy=room.host_policy,
        late_join=room.late_join,
        control=room.control,
        created_at=to_ms(room.created_at),
        players=tuple([player_view(world, now, room, member) for member in room.members.values()]),
    )


def player_view(world: World, now: Seconds, room: Room, member: Member) -> PlayerView:
    """Return a member as the others see it."""
    id = member.id
    shown = world.shown(now, id)
    # By position: each newcomer is shown every member, and by name this takes twice as long.
    return PlayerView(
        id,
        world.players[id].name,
        "HOST" if id == room.host else "CLIENT",
        member.away_until is None,
        None if shown is None else shown.ping_ms,
        member.phantom_ids if member.phantoms else (),
    )


def track_view(now: Seconds, playback: Playback) -> TrackView:
    """Return a room's track as the room shows it."""
    tact, at = playback.next_tact(now)
    return TrackView(
        track_values=playback.track.track_values,
        tact=tact,
        track_id=playback.track.track_id,
        playerInterval=playback.track.interval_ms if playback.playing else None,
        next_at=None if at is None else to_ms(at),
    )


def track_state(now: Seconds, room: Room, playback: Playback, by: PlayerId | None) -> TrackState:
    """Return what all members are told when the track starts, stops or jumps."""
    track = track_view(now, playback)
    return TrackState(
        id=room.id,
        track_id=track.track_id,
        tact=track.tact,
        playing=playback.playing,
        playerInterval=track.playerInterval,
        next_at=track.next_at,
        by=by,
    )


def tact(note: Note) -> Tact:
    """Return a tact as it is announced."""
    return Tact(tact=note.tact, value=note.value, at=to_ms(note.at))
