"""The recorder keeps no names, keeps whole rooms, and leaves out what it cannot keep whole."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from latency.election import Election, Ranked, Tier
from latency.recorder import Recorder
from latency.sample import Player, Result, Sample, Source
from latency.settings import Settings


def sample(player: str, sent: float, rtt_ms: float | None = 41.2345) -> Sample:
    result = Result.TIMEOUT if rtt_ms is None else Result.OK
    return Sample(sent, player, Source.CONTROL, result, rtt_ms, 2.0, 0.5, True, False, False)


def election(at: float, *players: Player) -> Election[Player]:
    ranking = tuple(Ranked(player, Tier.READY, 1.0, 1.0, 9, "") for player in players)
    return Election(at, "lost", ranking, players[0], "")


def recorder(lines: list[str], one_in: int = 1) -> Recorder:
    return Recorder(lines.append, Settings(), salt=b"salt", one_in=one_in)


def test_a_recording_holds_numbers_and_times_since_its_beginning_and_no_names() -> None:
    lines: list[str] = []
    kept = recorder(lines)
    assert kept.seated("room of anna", "anna", 1000.5)
    kept.seated("room of anna", "bo", 1001.0)
    kept.sample(sample("anna", 1002.25))
    kept.sample(sample("bo", 1002.5, None))
    kept.elected("room of anna", election(1003.0, "bo", "anna"))
    assert kept.unseated("anna", 1004.0)

    assert json.loads(lines[0]) == {
        "format": "latency-recording",
        "version": 1,
        "settings": asdict(Settings()),
    }
    assert [json.loads(line) for line in lines[1:]] == [
        ["+", 0.0, 0, 0],
        ["+", 0.5, 0, 1],
        ["s", 1.75, 0, "ws", "ok", 41.234, 2.0, 0.5, 1],
        ["s", 2.0, 1, "ws", "timeout", None, 2.0, 0.5, 1],
        ["e", 2.5, 0, "lost", [1, 0]],
        ["-", 3.5, 0],
    ]
    assert not any(name in line for line in lines for name in ("anna", "bo"))
    assert all(line.endswith("\n") for line in lines)


def test_whoever_is_not_seated_leaves_no_trace_and_a_new_seat_is_a_new_number() -> None:
    lines: list[str] = []
    kept = recorder(lines)
    kept.sample(sample("stranger", 1.0))
    assert not kept.unseated("stranger", 1.0)
    kept.seated("room", "anna", 2.0)
    kept.unseated("anna", 3.0)
    kept.sample(sample("anna", 3.5))
    kept.seated("room", "anna", 4.0)
    assert [json.loads(line) for line in lines[1:]] == [["+", 0.0, 0, 0], ["-", 1.0, 0], ["+", 2.0, 0, 1]]


def test_an_election_with_an_unrecorded_candidate_is_left_out() -> None:
    lines: list[str] = []
    kept = recorder(lines)
    kept.seated("room", "anna", 1.0)
    kept.elected("room", election(2.0, "anna", "stranger"))
    kept.elected("another", election(2.0, "anna"))
    assert len(lines) == 2


def test_about_one_room_in_so_many_is_kept_with_all_its_members() -> None:
    lines: list[str] = []
    kept = recorder(lines, one_in=10)
    rooms = [[kept.seated(f"room {n}", f"player {n}.{k}", 1.0) for k in range(3)] for n in range(500)]
    assert all(len(set(room)) == 1 for room in rooms)
    assert 30 <= sum(room[0] for room in rooms) <= 70


def test_one_room_in_none_cannot_be_kept() -> None:
    with pytest.raises(ValueError, match="one room in 0 cannot be kept"):
        recorder([], one_in=0)
