"""Between the parsers: what each says in its own way, and what one of them can't say."""

from __future__ import annotations

import json
import math
from typing import Any

import msgpack
import pytest
from hypothesis import given

from gameserver.protocol.packets import (
    Incomplete,
    JsonEvent,
    MsgpackEvent,
    Outgoing,
    PacketError,
    Raw,
    parse_json,
    parse_msgpack,
)
from tests.protocol.packets.values import JSON_VALUES


def raw_msgpack(value: bytes) -> Raw:
    """This value as a msgpack client's argument."""
    event = parse_msgpack(b"\x83\xa4type\x02\xa4data\x92\xa1a" + value + b"\xa3nsp\xa1/")
    assert isinstance(event, MsgpackEvent)
    return event.raw(0)


def raw_json(text: str, *attachments: bytes) -> Raw:
    """This value as a JSON client's argument."""
    event: Any = parse_json(f'{f"5{len(attachments)}-" if attachments else "2"}["a",{text}]'.encode())
    if isinstance(event, Incomplete):
        event = [event.add(attachment) for attachment in attachments][-1]
    assert isinstance(event, JsonEvent)
    return event.raw(0)


@given(JSON_VALUES)
def test_what_both_can_say_is_the_same_there_and_back(value: Any) -> None:
    there = raw_msgpack(msgpack.packb(value)).json()
    assert json.loads(there) == value
    assert msgpack.unpackb(raw_json(there.decode()).msgpack(), strict_map_key=False) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"\xd4\x00\x00", "null"),  # undefined
        (b"\x92\xd4\x00\x00\x01", "[null,1]"),
        (msgpack.packb(math.nan), "null"),
        (msgpack.packb([math.inf, -math.inf]), "[null,null]"),
        (b"\xd7\x00" + (1_600_000_000_123).to_bytes(8, "big"), '"2020-09-13T12:26:40.123Z"'),
        (b"\xd6\xff" + (1_600_000_000).to_bytes(4, "big"), '"2020-09-13T12:26:40Z"'),
        (msgpack.packb({1: "a", -2: "b", 1.5: "c"}), '{"1":"a","-2":"b","1.5":"c"}'),
        (msgpack.packb(2**64 - 1), "18446744073709551615"),
        (msgpack.packb({"_placeholder": True, "num": 9}), '{"_placeholder":true,"num":9}'),
    ],
)
def test_from_msgpack_to_json(value: bytes, text: str) -> None:
    assert json.loads(raw_msgpack(value).json()) == json.loads(text)


def test_binary_data_becomes_attachments_in_order() -> None:
    raw = raw_msgpack(msgpack.packb([b"one", {"two": b"two", 3: [b""]}, math.nan, 1.5]))
    assert json.loads(raw.json()) == [
        {"_placeholder": True, "num": 0},
        {"two": {"_placeholder": True, "num": 1}, "3": [{"_placeholder": True, "num": 2}]},
        None,
        1.5,
    ]
    assert raw.attachments() == (b"one", b"two", b"")


@pytest.mark.parametrize(
    "value",
    [
        msgpack.packb([b"x"] * 11),
        msgpack.packb({b"key": 1}),
        msgpack.packb({b"key": b"x"}),
        msgpack.packb({None: 1}),
        msgpack.packb({True: 1}),
        b"\x81\x91\x01\x02",
        b"\xd7\x00" + (2**62).to_bytes(8, "big"),
        msgpack.packb([b"x", {"_placeholder": True, "num": 9}]),
        msgpack.packb([b"x", {"_placeholder": 1}]),
    ],
)
def test_what_json_cannot_say_is_refused(value: bytes) -> None:
    """The last two would be taken for attachments by every JSON client of the room, and end it."""
    raw = raw_msgpack(value)
    with pytest.raises(PacketError):
        raw.json()
    with pytest.raises(PacketError):
        Outgoing.relay("a", raw).check()
    assert raw.msgpack() == value  # among its own it passes


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e999", math.inf),
        ("-1e999", -math.inf),
        ("18446744073709551616", 2.0**64),
        ("-9223372036854775809", -(2.0**63)),
        ("1" * 400, math.inf),
        ('[1.0,-0.0,"\\u00fc\\ud83c\\udfb5"]', [1.0, -0.0, "ü🎵"]),
        ('{"1":2}', {"1": 2}),
    ],
)
def test_from_json_to_msgpack(text: str, value: Any) -> None:
    assert msgpack.unpackb(raw_json(text).msgpack()) == value


def test_attachments_become_binary_data() -> None:
    raw = raw_json('[{"_placeholder":true,"num":0},{"x":{"num":1,"_placeholder":true}}]', b"one", b"")
    assert msgpack.unpackb(raw.msgpack()) == [b"one", {"x": b""}]


def test_half_a_surrogate_pair_is_refused() -> None:
    raw = raw_json('["\\ud800"]')
    with pytest.raises(PacketError):
        raw.msgpack()
    assert raw.json() == b'["\\ud800"]'


def test_a_conversion_is_paid_once() -> None:
    raw = raw_msgpack(msgpack.packb({"x": b"1"}))
    assert raw.json() is raw.json()
    other = raw_json('{"x":1}')
    assert other.msgpack() is other.msgpack()
