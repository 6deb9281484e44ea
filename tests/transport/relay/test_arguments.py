"""The few arguments of relay events that are read."""

from __future__ import annotations

from typing import Any

import pytest

from gameserver.core.errors import BadRequest
from gameserver.transport.relay import arguments
from tests.support.peers import event


def test_a_running_number_stands_behind_the_data() -> None:
    assert arguments.running_number(event("broadcast", "hi", {"n": 7}), 1) == 7
    assert arguments.running_number(event("direct", "bo", "hi", {"n": 2**53 - 1}), 2) == 2**53 - 1
    assert arguments.running_number(event("broadcast", "hi"), 1) is None


@pytest.mark.parametrize(
    "behind",
    [{"n": 0}, {"n": -1}, {"n": 2**53}, {"n": "1"}, {"n": True}, {"n": 1.5}, {"n": 1, "m": 2}, {}, 1],
)
def test_what_else_stands_there_is_refused(behind: Any) -> None:
    with pytest.raises(BadRequest, match="from 1"):
        arguments.running_number(event("broadcast", "hi", behind), 1)


@pytest.mark.parametrize("args", [[], ["hi", {"n": 1}, 2]])
def test_a_running_number_can_stand_in_no_other_place(args: list[Any]) -> None:
    with pytest.raises(BadRequest, match="one data argument"):
        arguments.running_number(event("broadcast", *args), 1)


def test_a_snapshot_may_say_what_it_covers() -> None:
    assert arguments.covers(event("snapshot", {}, {"covers": 0})) == 0
    assert arguments.covers(event("snapshot", {})) is None
    for args in ([], [{}, {"covers": -1}], [{}, {"covers": 1.0}], [{}, {"n": 1}], [{}, {"covers": 1}, 2]):
        with pytest.raises(BadRequest, match="covers"):
            arguments.covers(event("snapshot", *args))


def test_an_updates_key_is_a_short_string() -> None:
    assert arguments.update_key(event("update", "k" * 64, 1)) == "k" * 64
    for args in (["", 1], ["k" * 65, 1], [5, 1], ["key"], ["key", 1, 2]):
        with pytest.raises(BadRequest):
            arguments.update_key(event("update", *args))


def test_a_direct_names_one_player_or_several() -> None:
    assert arguments.recipients(event("direct", "bo", 1)) == ["bo"]
    assert arguments.recipients(event("direct", ["bo", "cleo"], 1)) == ["bo", "cleo"]
    for named in (5, None, [], ["bo", 5], {"bo": 1}):
        with pytest.raises(BadRequest):
            arguments.recipients(event("direct", named, 1))
