"""Recordings come back as they were written, or are refused with the line that is wrong."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latency.recorder import Recorder
from latency.sample import Result, Sample, Source
from latency.settings import Settings
from latency.tools.recorded import RecordedWorld
from latency.tools.recording import Recording, WrongRecording, read
from tests.latency.tools.recordings import write

HEADER = json.dumps({"format": "latency-recording", "version": 1, "settings": {"half_life_s": 60}})
SEAT = '["+",0,0,0]'


def written(tmp_path: Path, *lines: str) -> Path:
    file = tmp_path / "recording"
    file.write_text("\n".join(lines) + "\n")
    return file


def sample(
    at: float, rtt: float, *, source: str = "ws", result: str = "ok", flags: int = 0, delay: object = None
) -> str:
    return json.dumps(["s", at, 0, source, result, rtt, delay, 0.0, flags])


def test_samples_seats_and_elections_come_back(tmp_path: Path) -> None:
    recording = read(
        written(tmp_path, HEADER, SEAT, '["+",1,0,1]', sample(2, 40.0), '["e",3,0,"lost",[1,0]]', '["-",4,0]')
    )
    assert recording.settings == Settings().changed({"half_life_s": 60})
    assert (recording.seats[0].sent, recording.seats[0].rtt_ms, recording.seats[0].ended) == (
        [2.0],
        [40.0],
        4.0,
    )
    assert recording.seats[1].ended == float("inf")
    [held] = recording.elections
    assert (held.at, held.room, held.reason, held.candidates) == (3.0, 0, "lost", (1, 0))
    assert recording.samples == 1


def test_only_answered_probes_of_the_network_are_truth_and_read_delay_is_taken_off(tmp_path: Path) -> None:
    recording = read(
        written(
            tmp_path, HEADER, SEAT,
            sample(3, 50.0, delay=10.0), sample(1, 40.0), sample(4, 99.0, source="eio"),
            sample(5, 70.0, source="eio", flags=4), sample(6, 80.0, result="discarded"),
        )
    )  # fmt: skip
    assert list(zip(recording.seats[0].sent, recording.seats[0].rtt_ms, strict=True)) == [
        (1.0, 40.0), (3.0, 40.0), (5.0, 70.0),
    ]  # fmt: skip


def test_a_gzipped_recording_is_read_like_a_plain_one(tmp_path: Path) -> None:
    file = tmp_path / "recording.gz"
    file.write_bytes(gzip.compress(f"{HEADER}\n{SEAT}\n{sample(1, 40.0)}\n".encode()))
    assert read(file).samples == 1


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ([""], "not a latency recording"),
        (["hello"], "not a latency recording"),
        (["[1]"], "not a latency recording"),
        (['{"format":"other"}'], "not a latency recording"),
        (['{"format":"latency-recording","version":2}'], "version 2 of the format is not known here"),
        (['{"format":"latency-recording","version":1,"settings":{"x":1}}'], "there is no setting 'x'"),
        ([HEADER], "no samples"),
        ([HEADER, SEAT], "no samples"),
        ([HEADER, "{"], "line 2: Expecting property name"),
        ([HEADER, "7"], "line 2: cannot unpack"),
        ([HEADER, '["?",1]'], "line 2: neither a seat, a sample nor an election"),
        ([HEADER, '["+",NaN,0,0]'], "line 2: nan is no time"),
        ([HEADER, sample(1, 40.0)], "line 2: player 0 has no seat"),
        ([HEADER, SEAT, sample(1, -1.0)], r"line 3: a round trip of -1.0 ms"),
        ([HEADER, SEAT, sample(1, 1.0, source="icmp")], "line 3: 'icmp' is not a valid Source"),
        ([HEADER, SEAT, '["e",1,0,"lost",[0,5]]'], "line 3: candidate 5 has no seat"),
    ],
)
def test_a_wrong_recording_is_refused_with_its_line(tmp_path: Path, lines: list[str], complaint: str) -> None:
    with pytest.raises(WrongRecording) as refused:
        read(written(tmp_path, *lines))
    assert complaint in str(refused.value)


def test_a_missing_torn_or_binary_file_is_refused(tmp_path: Path) -> None:
    torn = tmp_path / "torn.gz"
    torn.write_bytes(gzip.compress(f"{HEADER}\n{SEAT}\n{sample(1, 40.0)}\n".encode())[:-9])
    binary = tmp_path / "binary"
    binary.write_bytes(bytes(range(256)))
    for file in (tmp_path / "missing", tmp_path, torn, binary):
        with pytest.raises(WrongRecording):
            read(file)


@given(
    st.lists(
        st.text(st.characters(codec="ascii"), max_size=30) | st.just(SEAT) | st.just(sample(1, 2.0)),
        max_size=6,
    )
)
def test_whatever_the_lines_say_the_reader_reads_or_refuses(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    file = tmp_path_factory.mktemp("recordings") / "any"
    file.write_text("\n".join([HEADER, *lines]))
    try:
        assert isinstance(read(file), Recording)
    except WrongRecording:
        return


def test_what_the_recorder_writes_the_reader_reads(tmp_path: Path) -> None:
    lines: list[str] = []
    recorder = Recorder(lines.append, Settings(), salt=b"x")
    recorder.seated("room", "anna", 50.0)
    recorder.sample(Sample(51.0, "anna", Source.CONTROL, Result.OK, 42.5, None, 0.0, False, True, False))
    recording = read(written(tmp_path, *[line.rstrip() for line in lines]))
    assert (recording.seats[0].sent, recording.seats[0].rtt_ms) == ([1.0], [42.5])


def test_repeats_and_spacing_tell_held_data_from_measured(tmp_path: Path) -> None:
    measured, held = tmp_path / "measured", tmp_path / "held"
    write(measured, rooms=1, elections=1)
    write(held, rooms=1, elections=1, held=True)
    assert read(measured).repeats < 0.01
    assert read(held).repeats > 0.8
    assert 0.8 < read(measured).spacing_s < 1.2


def test_elections_become_cases_if_all_candidates_were_measured_before_and_after(tmp_path: Path) -> None:
    file = tmp_path / "recording"
    write(file, rooms=3, elections=2)
    recording = read(file)
    world = RecordedWorld(recording)

    cases, lives = list(world.cases()), list(world.lives())

    assert [case.group for case in cases] == [0, 0, 1, 1, 2, 2]
    assert len(lives) == 3
    assert all(life.ended - life.began == 180.0 for life in lives)
    first = cases[0]
    assert all(each.joined == 0.0 for each in first.entrants)
    truth = first.entrants[0].path.rtt_ms(first.at)
    assert truth is not None and truth > 0

    for seat in recording.seats.values():
        seat.sent, seat.rtt_ms = seat.sent[:20], seat.rtt_ms[:20]
    assert list(RecordedWorld(recording).cases()) == []
