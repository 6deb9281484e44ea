"""The contract holds what the protocol promises, name by name."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from gameserver.contract.assembled import contract
from gameserver.contract.model import Arguments, Record
from gameserver.contract.shapes import Named, Values

PROMISED: dict[str, Any] = tomllib.loads((Path(__file__).parent / "protocol.toml").read_text())
WHOLE = contract()


def keys(record: Record) -> list[str]:
    return [each.name if each.required else f"{each.name}?" for each in record.fields]


def places(arguments: Arguments) -> list[str]:
    return [each.name if each.required else f"{each.name}?" for each in arguments]


def record_of(arguments: Arguments) -> Record | None:
    """Return the one object that these arguments are."""
    shape = arguments[0].shape if len(arguments) == 1 else None
    return WHOLE.records.get(shape.name) if isinstance(shape, Named) else None


def test_there_is_no_event_request_or_code_but_those_promised() -> None:
    beyond = PROMISED["beyond"]

    assert WHOLE.requests.keys() == PROMISED["requests"].keys() | set(beyond["requests"])
    assert WHOLE.events.keys() == PROMISED["events"].keys() | PROMISED["rows"].keys() | set(beyond["events"])
    assert WHOLE.codes.keys() == set(PROMISED["codes"]) | set(beyond["codes"])


@pytest.mark.parametrize("name", PROMISED["requests"])
def test_a_request_takes_what_is_promised_and_is_answered_so(name: str) -> None:
    promised, request = PROMISED["requests"][name], WHOLE.requests[name]
    made: dict[str, Any] = {"answers": list(request.success)} if request.success else {}
    for form in request.forms:
        record = record_of(form)
        if record is None or not record.closed:
            made["places"] = places(form)
        else:
            made["keys"] = keys(record)

    assert {kind: sorted(names) for kind, names in made.items()} == {
        kind: sorted(names) for kind, names in promised.items()
    }


@pytest.mark.parametrize("name", PROMISED["events"])
def test_an_event_carries_the_keys_that_are_promised(name: str) -> None:
    promised = list(PROMISED["events"][name])
    if "@room" in promised:
        promised[:1] = PROMISED["objects"]["RoomView"]
    record = record_of(WHOLE.events[name].arguments)

    assert record is not None
    assert keys(record) == promised


@pytest.mark.parametrize("name", PROMISED["rows"])
def test_an_event_of_several_arguments_has_them_as_promised(name: str) -> None:
    assert places(WHOLE.events[name].arguments) == PROMISED["rows"][name]


@pytest.mark.parametrize("name", PROMISED["objects"])
def test_an_object_has_the_keys_that_are_promised(name: str) -> None:
    assert keys(WHOLE.records[name]) == PROMISED["objects"][name]


def test_auth_has_the_keys_that_are_promised() -> None:
    assert keys(WHOLE.records["Auth"]) == [f"{name}?" for name in PROMISED["auth"]]


@pytest.mark.parametrize("name", PROMISED["words"])
def test_a_word_is_one_of_those_promised(name: str) -> None:
    shape = WHOLE.aliases[name].shape

    assert isinstance(shape, Values)
    assert list(shape.of) == PROMISED["words"][name]


def test_the_limits_that_are_promised_are_announced_with_these_defaults() -> None:
    announced = {each.name: each.default for each in WHOLE.records["Limits"].fields}

    assert {name: announced.get(name) for name in PROMISED["limits"]} == PROMISED["limits"]
