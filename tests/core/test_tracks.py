"""A track's arithmetic: where it stands at any moment."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gameserver.core.tracks import Playback, Track
from tests.support.registry import ROUND, SCALE, START


def test_a_standing_track_has_nothing_to_tell() -> None:
    standing = Playback(SCALE)
    assert standing.next_tact(START) == (0, None)
    assert standing.due(0.25) is None
    assert standing.pending(START) == []
    assert standing.announce(START, 0.25) == (standing, [])


def test_tact_n_sounds_n_intervals_after_the_start() -> None:
    playing = Playback(SCALE).played(START)
    assert playing.next_tact(START - 0.1) == (0, START)
    assert playing.next_tact(START) == (1, START + 0.5)
    assert playing.next_tact(START + 1.2) == (3, START + 1.5)


def test_while_the_last_tact_sounds_no_next_one_is_named() -> None:
    playing = Playback(SCALE).played(START)
    assert playing.next_tact(START + 1.6) == (0, None)
    assert not playing.ended(START + 1.9)
    assert playing.ended(START + 2.0)


def test_a_pause_before_the_first_tact_keeps_the_place() -> None:
    assert Playback(SCALE).sought(2).played(START).paused(START - 0.2).position == 2


def test_a_round_never_ends() -> None:
    playing = Playback(ROUND).played(START)
    assert not playing.ended(START + 1e6)
    assert playing.next_tact(START + 1.5) == (1, START + 2.0)


@given(
    interval=st.floats(min_value=50, max_value=10_000),
    begin=st.integers(min_value=0, max_value=6),
    steps=st.lists(st.floats(min_value=0, max_value=0.9), min_size=1, max_size=60),
    loop=st.booleans(),
)
def test_every_tact_is_announced_once_in_order_and_in_time(
    interval: float, begin: int, steps: list[float], loop: bool
) -> None:
    track = Track(1, "Any", interval, (1, 2, 3, 4, 5, 6, 7), loop)
    playback = Playback(track, position=begin).played(START + 0.25)
    now, told = START, []
    for step in steps:
        now += step
        playback, notes = playback.announce(now, 0.25)
        told += notes
        assert all(note.at - 0.25 <= now for note in notes)
    assert [note.tact for note in told] == [(begin + n) % 7 for n in range(len(told))]
    assert all(abs(note.at - (START + 0.25 + n * interval / 1000)) < 1e-5 for n, note in enumerate(told))
    due = playback.due(0.25)
    assert due is not None
    assert due > now or playback.ended(now)
