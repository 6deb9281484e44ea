"""Payloads inside a value of the server's own."""

from __future__ import annotations

import json
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gameserver.protocol.packets import MsgpackEvent, Nested, Outgoing, PacketError, Raw, parse_msgpack
from gameserver.protocol.packets.json_parser import JsonRaw
from tests.support.peers import read

KEYS = st.text("abc", max_size=3)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | st.text(max_size=5) | st.binary(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


def packed(value: Any) -> Raw:
    event = parse_msgpack(msgpack.packb({"type": 2, "nsp": "/", "data": ["x", value]}))
    assert isinstance(event, MsgpackEvent)
    return event.raw(0)


def restored(nested: Nested) -> Any:
    """Read the JSON form back, as a stock client does."""
    attachments = nested.attachments()

    def put(value: Any) -> Any:
        if isinstance(value, dict):
            if value.get("_placeholder"):
                return attachments[value["num"]]
            return {key: put(child) for key, child in value.items()}
        return [put(child) for child in value] if isinstance(value, list) else value

    return put(json.loads(nested.json()))


@given(st.lists(VALUES, max_size=4))
def test_both_forms_hold_every_payload_in_its_place(values: list[Any]) -> None:
    nested = Nested({"epoch": 2, "inputs": [["anna", packed(value), n] for n, value in enumerate(values)]})
    expected = {"epoch": 2, "inputs": [["anna", value, n] for n, value in enumerate(values)]}

    assert msgpack.unpackb(nested.msgpack()) == expected
    try:
        assert restored(nested) == expected
    except PacketError as error:
        assert "binary parts" in str(error)


@pytest.mark.parametrize("count", [0, 1, 15, 16, 70_000])
def test_lists_of_any_length(count: int) -> None:
    assert msgpack.unpackb(Nested(list(range(count))).msgpack()) == list(range(count))


def test_attachments_of_several_payloads_are_numbered_through() -> None:
    one = JsonRaw(b'{"a":{"_placeholder":true,"num":0},"b":{"_placeholder":true,"num":1}}', (b"A", b"B"))
    two = JsonRaw(b'[{"_placeholder":true,"num":0}]', (b"C",))

    nested = Nested([one, "between", two])

    assert nested.attachments() == (b"A", b"B", b"C")
    assert restored(nested) == [{"a": b"A", "b": b"B"}, "between", [b"C"]]
    assert msgpack.unpackb(nested.msgpack()) == [{"a": b"A", "b": b"B"}, "between", [b"C"]]


def test_json_takes_ten_binary_parts_and_no_more() -> None:
    Nested([packed(b"x")] * 10).json()
    with pytest.raises(PacketError, match="binary parts"):
        Nested([packed(b"x")] * 11).json()


def test_it_can_be_an_argument_of_an_event() -> None:
    packet = Outgoing.relay("become_host", Nested({"snapshot": packed({"hp": 3})}))

    assert read(packet) == ["become_host", {"snapshot": {"hp": 3}}]
