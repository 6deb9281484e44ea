"""The commands as an operator types them: figures, pictures, and one clear sentence when it cannot be."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from latency.settings import described
from latency.tools.cli import main
from tests.latency.tools.recordings import write

PNG = b"\x89PNG\r\n\x1a\n"


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_replay_prints_policies_rooms_and_probes(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "replay", "--elections", 10, "--rooms", 1)
    assert code == 0
    assert "shipped traces, regional" in out
    assert "10 elections" in out
    assert '1 rooms, host_policy "best"' in out


def test_replay_of_other_settings_says_what_they_change(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(
        capsys, "replay", "--traces", "same-city", "--without-outages", "--elections", 10, "--rooms", 1,
        "--set", "half_life_s=60", "--set", "burst_n=3",
    )  # fmt: skip
    assert code == 0
    assert "shipped traces, same-city, no outages" in out
    assert "settings: burst_n 5 -> 3, half_life_s 120 -> 60" in out
    assert "change of regret:" in out


def test_replay_of_a_recording_says_how_much_of_it_could_be_used(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write(tmp_path / "recording", rooms=3, elections=2)
    code, out, _ = run(capsys, "replay", tmp_path / "recording")
    assert code == 0
    assert "6 elections have enough measurements of all their candidates" in out
    assert '3 rooms, host_policy "keep"' in out


def test_a_recording_of_held_values_is_played_with_a_warning(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write(tmp_path / "held", rooms=1, elections=1, held=True)
    code, out, _ = run(capsys, "replay", tmp_path / "held")
    assert code == 0
    assert "repeat the one before: do not trust the figures" in out


def test_recommend_gives_a_verdict(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("latency.tools.recommend.GRID", {"score_k": (0.5, 0.25)})
    monkeypatch.setattr("latency.tools.recommend.LEAST_ELECTIONS", 40)
    code, out, _ = run(
        capsys, "recommend", "--traces", "same-city", "--without-outages", "--elections", 40, "--max-cpu", 20
    )
    assert code == 0
    assert "regret on the held-out half:" in out
    assert out.splitlines()[-1].startswith(("recommended:", "no significant gain"))


def test_plot_writes_three_pictures_and_a_page_that_holds_them(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, _ = run(capsys, "plot", "--elections", 5, "--out", tmp_path / "plots")
    assert code == 0
    for name in ("distributions.png", "regret.png", "estimate.png"):
        assert (tmp_path / "plots" / name).read_bytes().startswith(PNG)
        assert name in out
    page = (tmp_path / "plots" / "index.html").read_text()
    assert page.count("data:image/png;base64,") == 3
    assert "5 elections" in page and "http" not in page


def test_plot_of_a_recording_draws_the_player_asked_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write(tmp_path / "recording", rooms=1, elections=1)
    code, _, _ = run(capsys, "plot", tmp_path / "recording", "--out", tmp_path / "plots", "--player", 1)
    assert code == 0
    code, _, err = run(capsys, "plot", tmp_path / "recording", "--out", tmp_path / "none", "--player", 99)
    assert (code, err) == (2, "latency: player 99 of the recording has no samples\n")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["replay", "missing"], "missing: No such file or directory"),
        (["replay", "--set", "half_life_s"], "'half_life_s' is not NAME=VALUE"),
        (["replay", "--set", "half_life_s=0"], "half_life_s = 0.0 s is out of bounds: 1.0 to 3600.0"),
        (["replay", "--set", "colour=1"], "there is no setting 'colour'"),
        (["recommend", "--elections", "5"], "5 elections with enough measurements: 200 are needed"),
        (
            ["plot", "--out", "o", "--player", "1", "--elections", "1"],
            "--player names a player of a recording",
        ),
        (["record", "missing", "o"], "missing: No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line_and_nothing_is_written(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    complaint: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err == f"latency: {complaint}\n"
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_recording_and_an_empty_one_are_refused_and_nothing_is_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "wrong").write_text("hello\n")
    write(tmp_path / "empty", rooms=0, elections=0)
    for name, complaint in (("wrong", "not a latency recording"), ("empty", "no samples")):
        for command in (["replay"], ["recommend"], ["plot", "--out", tmp_path / "plots"]):
            code, _, err = run(capsys, command[0], tmp_path / name, *command[1:])
            assert code == 2
            assert err == f"latency: {tmp_path / name}: {complaint}\n"
    assert not (tmp_path / "plots").exists()


def test_a_file_in_place_of_the_directory_is_left_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "plots").write_text("mine")
    code, _, err = run(capsys, "plot", "--out", tmp_path / "plots")
    assert (code, err) == (2, f"latency: {tmp_path / 'plots'} is not a directory\n")
    assert (tmp_path / "plots").read_text() == "mine"


def test_without_numpy_the_tools_say_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "latency.tools.tasks", raising=False)
    monkeypatch.setitem(sys.modules, "numpy", None)
    code, _, err = run(capsys, "replay")
    assert (code, err) == (2, "latency: numpy is missing: pip install -r requirements-dev.txt\n")


def test_record_takes_what_a_server_wrote_and_says_what_it_holds(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write(tmp_path / "live", rooms=3, elections=2)
    code, out, _ = run(capsys, "record", tmp_path / "live", tmp_path / "copy.gz")
    assert code == 0
    assert "6 elections, 6 of them with enough measurements to replay" in out
    assert "a member was measured every 1." in out or "a member was measured every 0.9 s" in out
    code, out, _ = run(capsys, "replay", tmp_path / "copy.gz")
    assert code == 0


def test_settings_lists_every_one_with_its_unit_and_bounds(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "settings")
    assert code == 0
    assert len(out.splitlines()) == len(described())
    assert "half_life_s = 120 s (1 to 3600): a sample so old counts half" in out
