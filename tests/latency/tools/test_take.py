"""Taking a recording from a file that still grows: whole files or none."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from latency.recorder import Recorder
from latency.sample import Result, Sample, Source
from latency.settings import Settings
from latency.tools.recording import WrongRecording, read
from latency.tools.take import take


def lines() -> list[str]:
    written: list[str] = []
    recorder = Recorder(written.append, Settings(), salt=b"x")
    recorder.seated("room", "anna", 1.0)
    for second in range(3):
        sample = Sample(2.0 + second, "anna", Source.CONTROL, Result.OK, 40.0, None, 0.0, False, False, False)
        recorder.sample(sample)
    return written


def test_what_is_there_becomes_a_recording_and_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "live").write_text("".join(lines()) + '["s",9')
    taken = take(str(tmp_path / "live"), tmp_path / "out.gz", 0.0)
    assert taken.samples == 3
    assert read(tmp_path / "out.gz").samples == 3
    assert sorted(file.name for file in tmp_path.iterdir()) == ["live", "out.gz"]


def test_what_the_server_writes_meanwhile_is_taken_too_for_as_long_as_asked(tmp_path: Path) -> None:
    live = tmp_path / "live"
    whole = "".join(lines())
    live.write_text(whole[:-30])  # the last line is not all there yet
    clock = [0.0]
    ticks: list[float] = []

    def sleep(seconds: float) -> None:
        clock[0] += 10.0
        if clock[0] == 10.0:
            live.write_text(whole)

    taken = take(str(live), tmp_path / "out.gz", 25.0, now=lambda: clock[0], sleep=sleep, tick=ticks.append)

    assert taken.samples == 3
    assert ticks == [0.0, 10.0, 20.0, 30.0]


def test_ctrl_c_ends_a_recording_that_is_kept(tmp_path: Path) -> None:
    (tmp_path / "live").write_text("".join(lines()))

    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    assert take(str(tmp_path / "live"), tmp_path / "out.gz", 60.0, sleep=interrupted).samples == 3


def test_stdin_is_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(lines())))
    assert take("-", tmp_path / "out.gz", 60.0).samples == 3


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("<html>\n", "not a latency recording"),
        ("", "not a latency recording"),
        (lines()[0], "no samples"),
        (lines()[0] + "[]\n", "line 2: not enough values"),
    ],
)
def test_what_is_no_recording_leaves_no_file(tmp_path: Path, text: str, complaint: str) -> None:
    live = tmp_path / "live"
    live.write_text(text)
    with pytest.raises(WrongRecording, match=complaint) as refused:
        take(str(live), tmp_path / "out.gz", 0.0)
    assert str(refused.value).startswith(str(live))
    assert list(tmp_path.iterdir()) == [live]


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "out.gz").write_text("mine")
    with pytest.raises(WrongRecording, match="is there already"):
        take(str(tmp_path / "live"), tmp_path / "out.gz", 0.0)
    assert (tmp_path / "out.gz").read_text() == "mine"


def test_a_missing_or_binary_source_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\xfd")
    for name in ("missing", "binary"):
        with pytest.raises(WrongRecording, match=name):
            take(str(tmp_path / name), tmp_path / "out.gz", 0.0)
    assert [file.name for file in tmp_path.iterdir()] == ["binary"]
