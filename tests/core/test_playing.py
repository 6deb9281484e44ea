"""A room's track on the server's clock, as its members hear of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gameserver.core.commands import (
    Command,
    JoinRoom,
    LeaveRoom,
    PauseTrack,
    PlayTrack,
    SeekTrack,
    TracksLoaded,
    UpdateRoom,
)
from gameserver.core.errors import BadRequest, NotHost, NotInRoom, TrackNotFound
from gameserver.core.messages import RoomJoined, RoomUpdated, Tact, TrackEnded, TrackState
from gameserver.core.values import RoomId, to_ms
from latency.view import LatencyView
from tests.support.registry import ANNA, BO, CLEO, ROUND, SCALE, START, House, answer, only, told


def test_a_track_sounds_on_the_servers_clock_tact_by_tact() -> None:
    house = House()
    house.room(ANNA, BO, track_id=1)

    effects = house.does(ANNA, PlayTrack()) + house.passes(10)

    assert only(Tact, told(effects, BO)) == [
        Tact(tact=n, value=value, at=to_ms(START + 0.25 + 0.5 * n))
        for n, value in enumerate((60, 62, 64, 65))
    ]
    assert len(only(TrackEnded, told(effects, ANNA))) == 1


def test_play_tells_everybody_where_the_track_stands_and_when_it_sounds() -> None:
    house = House()
    room = house.room(ANNA, BO, track_id=1)
    effects = house.does(BO, PlayTrack(room.id))
    state = TrackState(room.id, 1, 0, True, 500, to_ms(START + 0.25), BO)
    assert answer(effects) == state
    assert only(TrackState, told(effects, ANNA)) == [state]
    assert not only(TrackState, told(effects, BO))


def test_play_while_playing_changes_nothing() -> None:
    house = House()
    room = house.room(ANNA, BO, track_id=1)
    house.does(ANNA, PlayTrack())
    house.passes(0.6)
    before = house.now_is(room)
    effects = house.does(BO, PlayTrack())
    assert house.now_is(room) == before
    assert not told(effects, ANNA)
    assert isinstance(answer(effects), TrackState)


def test_pause_keeps_the_position_and_play_goes_on_from_it() -> None:
    house = House()
    house.room(ANNA, track_id=1)
    house.does(ANNA, PlayTrack())
    house.passes(1.0)  # tacts 0 and 1 have sounded

    paused = answer(house.does(ANNA, PauseTrack()))
    assert isinstance(paused, TrackState)
    assert (paused.tact, paused.playing, paused.next_at, paused.playerInterval) == (2, False, None, None)
    assert not house.passes(10)

    effects = house.does(ANNA, PlayTrack()) + house.passes(10)
    assert [tact.tact for tact in only(Tact, told(effects, ANNA))] == [2, 3]


def test_a_pause_while_standing_tells_only_who_asked() -> None:
    house = House()
    house.room(ANNA, BO, track_id=1)
    assert not told(house.does(ANNA, PauseTrack()), BO)


def test_seek_jumps_and_a_playing_track_goes_on_from_there() -> None:
    house = House()
    house.room(ANNA, track_id=1)
    house.does(ANNA, SeekTrack(2))
    effects = house.does(ANNA, PlayTrack()) + house.passes(0.3)
    assert [tact.tact for tact in only(Tact, told(effects, ANNA))] == [2]

    effects = house.does(ANNA, SeekTrack(1))
    state = answer(effects)
    assert isinstance(state, TrackState)
    assert (state.tact, state.playing, state.next_at) == (1, True, to_ms(house.now + 0.25))
    effects += house.passes(10)
    assert [tact.tact for tact in only(Tact, told(effects, ANNA))] == [1, 2, 3]


@pytest.mark.parametrize("tact", [-1, 4])
def test_there_is_nothing_to_seek_outside_the_track(tact: int) -> None:
    house = House()
    house.room(ANNA, track_id=1)
    with pytest.raises(BadRequest):
        house.does(ANNA, SeekTrack(tact))


def test_after_the_end_play_starts_over() -> None:
    house = House()
    room = house.room(ANNA, track_id=1)
    house.does(ANNA, PlayTrack())
    house.passes(10)
    ended = house.now_is(room).playback
    assert ended is not None
    assert not ended.playing
    effects = house.does(ANNA, PlayTrack()) + house.passes(10)
    assert [tact.tact for tact in only(Tact, told(effects, ANNA))] == [0, 1, 2, 3]


def test_a_round_goes_on_in_time() -> None:
    house = House()
    house.room(ANNA, track_id=2)
    effects = house.does(ANNA, PlayTrack()) + house.passes(3.1)
    tacts = only(Tact, told(effects, ANNA))
    assert [tact.tact for tact in tacts] == [0, 1, 2, 0, 1, 2, 0]
    assert [tact.at for tact in tacts] == [to_ms(START + 0.25 + 0.5 * n) for n in range(7)]


def test_a_late_joiner_hears_the_tact_that_the_others_were_told_already() -> None:
    house = House()
    room = house.room(ANNA, track_id=1)
    house.does(ANNA, PlayTrack())
    house.passes(0.6)  # tact 1 was announced at 0.5 and sounds at 0.75
    house.connect(BO)

    effects = house.does(BO, JoinRoom(room.id))

    joined = answer(effects)
    assert isinstance(joined, RoomJoined)
    assert joined.room.track is not None
    assert (joined.room.track.tact, joined.room.track.next_at) == (1, to_ms(START + 0.75))
    assert only(Tact, told(effects, BO)) == [Tact(1, 62, to_ms(START + 0.75))]
    assert [tact.tact for tact in only(Tact, told(house.passes(10), BO))] == [2, 3]


def test_a_track_starts_later_where_a_member_is_far_away() -> None:
    house = House()
    house.room(ANNA, BO, track_id=1)
    house.pings.views[BO] = LatencyView(ping_ms=400, score_ms=400, p95_ms=600, last_answered=START)
    state = answer(house.does(ANNA, PlayTrack()))
    assert isinstance(state, TrackState)
    assert state.next_at == to_ms(START + 0.3 + 0.15)  # half the round trip and a margin


def test_a_member_beyond_reach_does_not_hold_up_its_room() -> None:
    house = House()
    house.room(ANNA, BO, track_id=1)
    house.pings.views[BO] = LatencyView(ping_ms=9000, score_ms=9000, p95_ms=9000, last_answered=START)
    state = answer(house.does(ANNA, PlayTrack()))
    assert isinstance(state, TrackState)
    assert state.next_at == to_ms(START + 2)


def test_quick_tacts_are_all_announced_ahead() -> None:
    house = House(tracks={1: replace(SCALE, interval_ms=50)})
    house.room(ANNA, track_id=1)
    effects = house.does(ANNA, PlayTrack()) + house.passes(1)
    assert [tact.tact for tact in only(Tact, told(effects, ANNA))] == [0, 1, 2, 3]


def test_the_track_goes_on_when_its_host_leaves() -> None:
    house = House()
    house.room(ANNA, BO, track_id=1)
    house.does(ANNA, PlayTrack())
    house.passes(0.6)
    house.does(ANNA, LeaveRoom())
    assert [tact.tact for tact in only(Tact, told(house.passes(10), BO))] == [2, 3]


def test_an_empty_room_leaves_no_timer_behind() -> None:
    house = House()
    house.room(ANNA, track_id=2)
    house.does(ANNA, PlayTrack())
    house.does(ANNA, LeaveRoom())
    assert house.registry.next_deadline() is None


@pytest.mark.parametrize("command", [PlayTrack(), PauseTrack(), SeekTrack(0)])
def test_a_room_may_leave_its_track_to_the_host(command: Command) -> None:
    house = House()
    house.room(ANNA, BO, track_id=1, control="host")
    with pytest.raises(NotHost):
        house.does(BO, command)
    house.does(ANNA, command)


@pytest.mark.parametrize("command", [PlayTrack, PauseTrack])
def test_the_track_of_another_room_is_out_of_reach(command: type[PlayTrack | PauseTrack]) -> None:
    house = House()
    house.room(ANNA, track_id=1)
    house.connect(BO)
    with pytest.raises(NotInRoom):
        house.does(ANNA, command(RoomId("another")))
    with pytest.raises(NotInRoom):
        house.does(BO, command())


def test_a_room_without_a_track_has_nothing_to_play() -> None:
    house = House()
    house.room(ANNA)
    with pytest.raises(TrackNotFound):
        house.does(ANNA, PlayTrack())


def test_a_new_track_stops_the_old_one_at_its_start() -> None:
    house = House()
    room = house.room(ANNA, BO, track_id=1)
    house.does(ANNA, PlayTrack())
    house.passes(0.6)

    effects = house.does(ANNA, UpdateRoom(track_id=2, given=frozenset({"track_id"})))

    (updated,) = only(RoomUpdated, told(effects, BO))
    assert updated.room.track is not None
    assert (updated.room.track.track_id, updated.room.track.tact) == (2, 0)
    assert only(TrackState, told(effects, BO)) == [TrackState(room.id, 2, 0, False, None, None, ANNA)]
    assert not only(Tact, told(house.passes(10), BO))


def test_tracks_read_again_change_a_room_only_when_it_asks() -> None:
    house = House()
    room = house.room(ANNA, track_id=1)
    house.does(None, TracksLoaded({1: replace(ROUND, track_id=1)}))
    kept = house.now_is(room).playback
    assert kept is not None
    assert kept.track == SCALE
    house.does(ANNA, UpdateRoom(track_id=1, given=frozenset({"track_id"})))
    taken = house.now_is(room).playback
    assert taken is not None
    assert taken.track.loop


def test_a_server_that_slept_passes_over_what_nobody_could_hear() -> None:
    house = House()
    house.room(ANNA, CLEO, track_id=2)
    house.does(ANNA, PlayTrack())
    house.now += 30.0
    tacts = only(Tact, told(house.passes(0), CLEO))
    assert tacts[0].at >= to_ms(house.now - 1)
    assert tacts[-1].at > to_ms(house.now)
