"""The tracks file: real melodies in, readable complaints out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gameserver.core.tracks import Track
from gameserver.tracks_file import TracksError, load_tracks

SHIPPED = Path(__file__).parent.parent / "tracks_collection.json"
TUNE: dict[str, Any] = {"track_id": 1, "title": "Tune", "bpm": 120, "track_values": [60, 0, 64]}


def written(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "tracks.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def complaint(tmp_path: Path, content: object) -> str:
    with pytest.raises(TracksError) as refused:
        load_tracks(written(tmp_path, content))
    return str(refused.value)


def test_the_shipped_collection_holds_melodies_numbered_from_one() -> None:
    tracks = load_tracks(SHIPPED)

    assert list(tracks) == list(range(1, len(tracks) + 1))
    assert len(tracks) >= 8
    assert len({track.title for track in tracks.values()}) == len(tracks)


def test_the_ode_to_joy_opens_on_e_e_f_g() -> None:
    opening = [note for note in load_tracks(SHIPPED)[1].track_values[:16] if note]

    assert opening == [64, 64, 65, 67, 67, 65, 64, 62]


def test_frere_jacques_is_a_round_that_sings_each_line_twice() -> None:
    round_ = load_tracks(SHIPPED)[2]
    lines = [round_.track_values[start : start + 8] for start in range(0, 64, 8)]

    assert round_.loop
    assert lines[::2] == lines[1::2]


def test_bpm_counts_tacts_per_minute(tmp_path: Path) -> None:
    tracks = load_tracks(written(tmp_path, [TUNE]))

    assert tracks[1] == Track(1, "Tune", 500.0, (60, 0, 64), loop=False)


def test_interval_ms_says_the_length_of_a_tact_outright(tmp_path: Path) -> None:
    tune = {"track_id": 7, "title": "Tune", "interval_ms": 50, "loop": True, "track_values": [127]}

    assert load_tracks(written(tmp_path, [tune])) == {7: Track(7, "Tune", 50.0, (127,), loop=True)}


def test_a_complaint_names_file_track_and_field(tmp_path: Path) -> None:
    said = complaint(tmp_path, [TUNE, {**TUNE, "track_id": 2, "title": "Wrong", "track_values": [60, 128]}])

    assert said == (
        f"{tmp_path / 'tracks.json'}: track 2 (track_id 2, title 'Wrong'): "
        "track_values: tact 1 must be a MIDI note number from 1 to 127, or 0 for a rest, and is 128"
    )


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    said = complaint(tmp_path, [{"track_id": 0, "title": "", "bpm": 120, "track_values": []}, "tune"])

    assert [line.split(": ")[2] for line in said.splitlines()] == [
        "track_id",
        "title",
        "track_values",
        "must be an object",
    ]


def test_two_tracks_cannot_share_an_id(tmp_path: Path) -> None:
    assert complaint(tmp_path, [TUNE, {**TUNE, "title": "Other"}]).endswith(
        "track 2 (track_id 1, title 'Other'): track_id: 1 is taken by 'Tune'"
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"track_id": "1"}, "track_id"),
        ({"track_id": True}, "track_id"),
        ({"track_id": 2**31}, "track_id"),
        ({"title": "x" * 65}, "title"),
        ({"title": "   "}, "title"),
        ({"title": "a\x07b"}, "title"),
        ({"title": 5}, "title"),
        ({"bpm": 0}, "bpm"),
        ({"bpm": "fast"}, "bpm"),
        ({"bpm": True}, "bpm"),
        ({"bpm": 5.9}, "bpm"),
        ({"bpm": 1201}, "bpm"),
        ({"interval_ms": 500}, "bpm"),
        ({"loop": 1}, "loop"),
        ({"track_values": [60] * 4097}, "track_values"),
        ({"track_values": [-1]}, "track_values"),
        ({"track_values": [60.0]}, "track_values"),
        ({"track_values": [True]}, "track_values"),
        ({"track_values": "CDE"}, "track_values"),
        ({"lopp": True}, "lopp"),
    ],
)
def test_a_field_out_of_bounds_is_named(tmp_path: Path, change: dict[str, Any], field: str) -> None:
    lines = complaint(tmp_path, [{**TUNE, **change}]).splitlines()

    assert [line.split("): ")[1].split(":")[0] for line in lines] == [field]


@pytest.mark.parametrize("field", ["track_id", "title", "bpm", "track_values"])
def test_a_missing_field_is_named(tmp_path: Path, field: str) -> None:
    tune = {key: value for key, value in TUNE.items() if key != field}

    assert f": {field}: " in complaint(tmp_path, [tune])


@pytest.mark.parametrize("interval_ms", [49.9, 10_000.1])
def test_a_tact_lasts_from_50_ms_to_ten_seconds(tmp_path: Path, interval_ms: float) -> None:
    tune = {"track_id": 1, "title": "Tune", "interval_ms": interval_ms, "track_values": [60]}

    assert complaint(tmp_path, [tune]).endswith("interval_ms: must be from 50 to 10000 ms")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[{]", "is not JSON"),
        ("", "is not JSON"),
        ("{}", "must be a list"),
        ("[]", "must be a list"),
        ('[{"bpm": 1e999}]', "is not JSON"),
    ],
)
def test_a_file_that_is_no_collection_is_told(tmp_path: Path, content: str, said: str) -> None:
    assert said in complaint(tmp_path, content)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(TracksError, match=r"nowhere\.json: cannot be read: No such file"):
        load_tracks(tmp_path / "nowhere.json")
