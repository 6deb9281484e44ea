"""Everything that travels is explained, once, and nothing else is."""

from __future__ import annotations

import pytest

from gameserver.contract import told, words
from gameserver.contract.assembled import contract
from gameserver.contract.records import summary
from gameserver.protocol.inbound import EVENTS

WHOLE = contract()
KEYS = {f"{record.name}.{field.name}" for record in WHOLE.records.values() for field in record.fields}


def test_no_words_are_left_over() -> None:
    own = {name for name in words.FIELDS if "." in name}
    common = words.FIELDS.keys() - own
    explained = {key.partition(".")[2] for key in KEYS - own if not key.startswith("Limits.")}

    assert own <= KEYS
    assert common == explained
    assert words.ALIASES.keys() == WHOLE.aliases.keys()
    assert words.REQUESTS.keys() <= WHOLE.requests.keys()
    assert words.EVENTS.keys() <= WHOLE.events.keys()
    assert words.LIMITS.keys() == {field.name for field in WHOLE.records["Limits"].fields}


def test_each_request_is_told_of_in_one_part_of_the_page() -> None:
    parts = [*told.ROOMS, *told.SESSIONS, *told.OTHERS]

    assert sorted(parts) == sorted(EVENTS)


def test_what_nobody_has_explained_is_refused_by_name() -> None:
    with pytest.raises(words.Wordless, match=r"RoomView\.colour"):
        words.field("RoomView", "colour")


def test_a_type_that_says_nothing_of_itself_is_refused() -> None:
    class Silent:
        pass

    with pytest.raises(ValueError, match="Silent"):
        summary(Silent)
