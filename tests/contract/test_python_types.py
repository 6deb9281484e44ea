"""The Python types, as they can be read at run time."""

from __future__ import annotations

import typing

from gameroom_client import contract as types
from gameserver.contract.assembled import contract

WHOLE = contract()


def test_the_names_and_codes_are_those_of_the_server() -> None:
    assert set(typing.get_args(types.ErrorCode)) == WHOLE.codes.keys()
    assert set(typing.get_args(types.RequestName)) == WHOLE.requests.keys()
    assert set(typing.get_args(types.EventName)) == WHOLE.events.keys()


def test_every_record_is_a_class_with_its_keys() -> None:
    for record in WHOLE.records.values():
        hints = typing.get_type_hints(getattr(types, record.name), include_extras=True)
        left_out = {name for name, hint in hints.items() if typing.get_origin(hint) is typing.NotRequired}

        assert list(hints) == [each.name for each in record.fields]
        assert left_out == {each.name for each in record.fields if not each.required}
