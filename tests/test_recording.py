"""What a server writes down for the latency tools."""

from __future__ import annotations

import json
from pathlib import Path

from gameserver.core.effects import Elected, Route
from gameserver.core.messages import Candidate
from gameserver.core.values import PlayerId, RoomId
from gameserver.recording import Recording
from latency.sample import Result, Sample, Source
from latency.settings import Settings

ANNA, BO = PlayerId("anna"), PlayerId("bo")
ROOM = RoomId("68ffbdj0")


def route(*members: PlayerId) -> Route:
    return Route(ROOM, 1, members[0], True, members, frozenset(members), frozenset())


def test_seats_samples_and_elections_are_written_without_any_id(tmp_path: Path) -> None:
    file = tmp_path / "recording.jsonl"
    recording = Recording(file, Settings(), one_in=1, now=lambda: 100.0)
    paces: list[tuple[str, float | None]] = []
    recording.pace = lambda player, pace_s: paces.append((player, pace_s))

    recording.published(route(ANNA, BO))
    recording.recorder.sample(
        Sample(100.5, BO, Source.CONTROL, Result.OK, 20.0, None, 0.0, False, False, False)
    )
    candidates = (Candidate(BO, 20.0, 22.0),)
    recording.elected(Elected(ROOM, 2, ANNA, BO, "left", candidates, "the only candidate"))
    recording.published(route(BO))
    recording.retired(ROOM)
    recording.close()

    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert lines[0]["format"] == "latency-recording"
    assert [line[0] for line in lines[1:]] == ["+", "+", "s", "e", "-", "-"]
    assert "anna" not in file.read_text()
    assert ROOM not in file.read_text()
    assert paces == [(ANNA, 1.0), (BO, 1.0), (ANNA, None), (BO, None)], (
        "the recorded are measured each second"
    )
