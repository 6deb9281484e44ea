"""Recommending: refuses too little or held data, and says so when nothing is gained."""

from __future__ import annotations

from pathlib import Path

import pytest

from latency.settings import Settings
from latency.tools import recommend as module
from latency.tools.recommend import CannotRecommend, check, recommend, trials
from latency.tools.recording import read
from latency.tools.worlds import Case, TraceWorld
from tests.latency.tools.recordings import write


def test_fewer_than_two_hundred_elections_are_too_few() -> None:
    cases = list(TraceWorld("same-city").cases(199, 1))
    with pytest.raises(CannotRecommend, match="199 elections with enough measurements: 200 are needed"):
        recommend(cases, Settings(), 1)


def test_data_that_was_sampled_and_held_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "held", rooms=2, elections=1, held=True)
    with pytest.raises(CannotRecommend, match="sample-and-hold data"):
        check(read(tmp_path / "held"))
    write(tmp_path / "measured", rooms=2, elections=1)
    check(read(tmp_path / "measured"))


def test_all_elections_of_one_room_leave_nothing_to_confirm_on() -> None:
    case = next(iter(TraceWorld("same-city").cases(1, 1)))
    with pytest.raises(CannotRecommend, match="all elections are of one room"):
        recommend([case] * 200, Settings(), 1)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> list[Case]:
    """Elections that are quickly played, and enough for these tests."""
    monkeypatch.setattr(module, "LEAST_ELECTIONS", 60)
    return list(TraceWorld("same-city", outages=False).cases(60, 3))


def test_bad_settings_are_improved_upon_and_confirmed_on_the_other_half(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cases = list(TraceWorld("same-city", outages=False).cases(200, 3))
    monkeypatch.setattr(module, "GRID", {"half_life_s": (1, 120), "score_k": (0.5, 4)})
    bad = Settings().changed({"half_life_s": 1, "score_k": 4, "tie_ms": 0})
    steps = []

    found = recommend(cases, bad, 3, step=lambda: steps.append(1))

    assert found.significant and found.gain.high < 0
    assert found.found.half_life_s == 120
    assert len(steps) == trials() == 5
    assert list(found.lines())[-1] == "recommended: half_life_s 1 -> 120, score_k 4 -> 0.5"


def test_no_significant_gain_is_said_when_that_is_the_truth(
    monkeypatch: pytest.MonkeyPatch, few: list[Case]
) -> None:
    monkeypatch.setattr(module, "GRID", {"log_offset_ms": (5, 6)})
    found = recommend(few, Settings(), 3)
    assert not found.significant
    assert list(found.lines())[-1] == "no significant gain: keep the settings"


def test_what_takes_more_cpu_than_allowed_or_more_than_was_recorded_is_not_tried(
    monkeypatch: pytest.MonkeyPatch, few: list[Case]
) -> None:
    monkeypatch.setattr(module, "GRID", {"interval_member_s": (2, 20), "half_life_s": (1,)})
    found = recommend(few, Settings(), 3)
    assert found.found.interval_member_s == 20
    assert trials(shortest_s=5.0) == 3
