"""Settings are valid or refused with a sentence that says why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latency.settings import ImpossibleSetting, Settings, described


def test_every_default_lies_within_its_own_bounds_and_has_a_unit_and_a_reason() -> None:
    for name, default, unit, low, high, why in described():
        assert low <= default <= high, name
        assert unit and why, name


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"interval_member_s": "0.5"}, "interval_member_s = 0.5 s is out of bounds: 1.0 to 300.0"),
        ({"half_life_s": "nan"}, "half_life_s = nan s is out of bounds: 1.0 to 3600.0"),
        ({"half_life_s": "soon"}, "half_life_s = 'soon' is not a number"),
        ({"half_life_s": True}, "half_life_s = True is not a number"),
        ({"burst_n": "2.5"}, "burst_n = '2.5' is not a whole number"),
        ({"good_ms": 200}, "good_ms = 200.0 may not exceed fair_ms = 150.0"),
        ({"dead_s": 0.9}, "late_s = 1.0 may not exceed dead_s = 0.9"),
        ({"colour": 1}, "there is no setting 'colour'"),
    ],
)
def test_an_impossible_setting_is_refused_with_its_reason(changes: dict[str, object], complaint: str) -> None:
    with pytest.raises(ImpossibleSetting) as refused:
        Settings().changed(changes)
    assert str(refused.value) == complaint


def test_a_whole_number_setting_refuses_a_fraction_even_when_built_directly() -> None:
    with pytest.raises(ImpossibleSetting, match=r"burst_n = 2\.5 is not a whole number"):
        Settings(burst_n=2.5)  # type: ignore[arg-type]


def test_a_change_leaves_the_rest_and_is_listed_for_the_log() -> None:
    before = Settings()
    after = before.changed({"half_life_s": "60", "burst_n": "3"})

    assert before.differences(after) == {"half_life_s": (120.0, 60.0), "burst_n": (5, 3)}
    assert after.changed({}) == after
    assert before == Settings()


values = st.floats() | st.integers() | st.sampled_from(["", "1", "1.5", "-3", "nan", "inf", "1e999", "soon"])


@given(st.dictionaries(st.sampled_from([row[0] for row in described()]), values))
def test_whatever_is_asked_the_answer_is_valid_settings_or_a_refusal(changes: dict[str, object]) -> None:
    try:
        settings = Settings().changed(changes)
    except ImpossibleSetting:
        return
    assert settings.late_s <= settings.dead_s
    assert settings.good_ms <= settings.fair_ms
