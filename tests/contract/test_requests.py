"""The document allows exactly the requests that the server can read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gameserver.contract.assembled import contract
from gameserver.contract.asyncapi import document
from gameserver.core.errors import Refusal
from gameserver.protocol.inbound import EVENTS, RELAYED, to_command
from tests.contract.stage import Book
from tests.support.game import Game

BOOK = Book(document(contract()))
WHOLE = contract()
WORDS = ["", "x", "migrate", "keep", "live", "anyone", "host", "default", "ping"]
STRANGE = "titel"
SIMPLE = st.sampled_from(
    [None, True, 0, 3, -1.5, b"x", [], ["a"], {}, {"text": "x"}, {"sort": "ping"}, *WORDS]
)
TAKEN: dict[str, list[Any]] = {
    "state": [1],
    "update": ["key", 1],
    "input": [1, {"n": 1}],
    "broadcast": [1, {"n": 1}],
    "direct": ["bo", 1, {"n": 1}],
    "snapshot": [1, {"covers": 0}],
}
NUMBERS = st.sampled_from(
    [{"n": 1}, {"n": "1"}, {"n": 0}, {"covers": -1}, {"covers": 0}, {"covers": None}, {"n": 2, "more": 1}]
)


def keys_of(name: str) -> list[str]:
    """Return the keys that objects of this request may have, and one that none has."""
    shapes = [form[0].shape for form in WHOLE.requests[name].forms if form]
    records = [
        WHOLE.records[each] for shape in shapes if (each := getattr(shape, "name", "")) in WHOLE.records
    ]
    return [field.name for record in records for field in record.fields] + [STRANGE]


def requests(name: str) -> st.SearchStrategy[list[Any]]:
    objects = st.dictionaries(st.sampled_from(keys_of(name)), SIMPLE, max_size=4)
    return st.one_of(objects.map(lambda each: [each]), st.lists(SIMPLE, max_size=5))


def without_nulls(name: str, args: list[Any]) -> list[Any]:
    """Return the arguments as they are meant: undefined travels as null, and counts as left out."""
    if args == [None] and EVENTS[name].takes_object and not EVENTS[name].positional:
        return []
    if EVENTS[name].whole is None and len(args) == 1 and isinstance(args[0], dict):
        return [{key: value for key, value in args[0].items() if value is not None or key == STRANGE}]
    return args


@pytest.mark.parametrize("name", EVENTS)
def test_what_the_document_allows_is_read_and_nothing_else_is(name: str) -> None:
    @given(requests(name))
    def agree(args: list[Any]) -> None:
        try:
            to_command(name, args)
        except Refusal:
            assert not BOOK.fits(f"{name}.request", without_nulls(name, args)), args
        else:
            assert BOOK.fits(f"{name}.request", without_nulls(name, args)), args

    agree()


@pytest.mark.parametrize("name", sorted(RELAYED))
def test_what_the_document_allows_is_relayed_and_nothing_else_is(name: str) -> None:
    game = Game()
    anna, bo = game.connect(), game.connect()
    room = game.ask(anna, "create", {"title": "T"})["id"]
    game.ask(bo, "join", room)
    first = st.one_of(st.sampled_from([bo.sid, [bo.sid], [bo.sid, anna.sid]]), SIMPLE)
    assert game.ask(anna, name, *(bo.sid if each == "bo" else each for each in TAKEN[name]))["ok"]

    @given(st.lists(first, max_size=1), st.lists(SIMPLE | NUMBERS, max_size=3))
    def agree(head: list[Any], rest: list[Any]) -> None:
        answer = game.ask(anna, name, *head, *rest)
        if "repeat" not in answer:  # what was done before is not looked at again
            readable = answer["ok"] or answer["error"]["code"] != "bad_request"
            assert BOOK.fits(f"{name}.request", [*head, *rest]) == readable

    agree()
