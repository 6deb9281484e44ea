"""What a client may say in words and in metadata."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gameserver.core import bounds
from gameserver.core.errors import BadRequest, NameInvalid, Refusal
from gameserver.core.limits import Limits

LIMITS = Limits()


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def test_words_are_trimmed_and_counted_in_characters() -> None:
    assert bounds.title("  Я" + "ж" * 62 + "🎲  ", LIMITS) == "Я" + "ж" * 62 + "🎲"
    assert bounds.description("   ", LIMITS) == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "x" * 65,
        "a\tb",
        "a\x7fb",
        "a\x85b",
        "\udc00",
        "a\u2028b",
        "nice\u202etxt",
        "\u200b\u200d",
        "\u2060",
    ],
)
def test_a_title_out_of_bounds_is_refused(text: str) -> None:
    with pytest.raises(BadRequest, match="title"):
        bounds.title(text, LIMITS)


@pytest.mark.parametrize("text", ["👩\u200d🚀", "می\u200cخواهم", "Zoë", "a\u200eb", "🏴"])
def test_letters_of_all_scripts_and_joined_emoji_make_a_title(text: str) -> None:
    assert bounds.title(text, LIMITS) == text


def test_a_password_may_be_nothing_but_spaces() -> None:
    assert bounds.password("  ", LIMITS) == "  "


def test_a_name_has_its_own_code() -> None:
    with pytest.raises(NameInvalid):
        bounds.name("x" * 33, LIMITS)


@pytest.mark.parametrize(
    "value", [None, True, 0, -1.5, "x", [1, {"a": None}], {"a": [[]]}, 2**64 - 1, -(2**63)]
)
def test_metadata_is_what_json_can_say(value: Any) -> None:
    assert bounds.metadata(value, LIMITS) == value


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        2**64,
        -(2**63) - 1,
        b"binary",
        {1: "a"},
        {"a": "\ud800"},
        {"\ud800": 1},
        {"a", "b"},
        "x" * 2047,
        "ж" * 1024,
        nested(33),
        nested(5000),
    ],
    ids=lambda value: str(type(value)),
)
def test_what_cannot_be_told_to_everybody_is_no_metadata(value: Any) -> None:
    with pytest.raises(BadRequest):
        bounds.metadata(value, LIMITS)


def test_metadata_is_measured_as_compact_json() -> None:
    assert bounds.metadata("x" * 2046, LIMITS)
    assert bounds.metadata(nested(32), LIMITS)


def test_options_may_be_binary_and_large() -> None:
    assert bounds.options({"a": [b"\x00", "x" * 5000]}) == {"a": [b"\x00", "x" * 5000]}
    with pytest.raises(BadRequest):
        bounds.options(nested(33))


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf")])
def test_a_duration_is_a_finite_number(value: float) -> None:
    with pytest.raises(BadRequest):
        bounds.milliseconds("max_ping_ms", value)


def test_seats_are_as_many_as_usual_unless_asked_for() -> None:
    assert bounds.seats(None, LIMITS) == 8
    assert bounds.seats(64, LIMITS) == 64
    with pytest.raises(BadRequest, match="below"):
        bounds.seats(2, LIMITS, taken=3)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
)


@given(JSON)
def test_whatever_comes_it_is_kept_and_can_be_written_or_is_refused(value: Any) -> None:
    try:
        kept = bounds.metadata(value, LIMITS)
    except Refusal:
        return
    assert json.loads(json.dumps(kept, allow_nan=False).encode()) == value
