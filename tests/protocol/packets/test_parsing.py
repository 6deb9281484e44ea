"""A packet's header is read, its arguments are not."""

from __future__ import annotations

import json
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gameserver.protocol.packets import (
    Connect,
    Disconnect,
    Incomplete,
    JsonAck,
    JsonEvent,
    MsgpackAck,
    MsgpackEvent,
    PacketError,
    parse_json,
    parse_msgpack,
)
from tests.protocol.packets.values import JSON_VALUES, VALUES


def packed(**fields: Any) -> bytes:
    data: bytes = msgpack.packb(fields)
    return data


@given(
    st.permutations([("type", 2), ("data", ["move", 1]), ("nsp", "/a"), ("id", 3), ("options", {"x": [1]})])
)
def test_the_keys_of_a_msgpack_packet_come_in_any_order(fields: list[tuple[str, Any]]) -> None:
    event = parse_msgpack(packed(**dict(fields)))
    assert isinstance(event, MsgpackEvent)
    assert (event.name, event.namespace, event.ack_id, event.count) == ("move", "/a", 3, 1)
    assert event.args() == [1]


@given(st.lists(VALUES, max_size=4))
def test_msgpack_arguments_are_read_as_they_were_meant(args: list[Any]) -> None:
    message = packed(type=2, data=["move", *args], nsp="/")
    event = parse_msgpack(message)
    assert isinstance(event, MsgpackEvent)
    assert repr(event.args()) == repr(args)  # as text, in which NaN equals itself
    assert [event.raw(index).msgpack() for index in range(event.count)] == [
        msgpack.packb(arg) for arg in args
    ]
    assert event.size == len(message)


@given(st.lists(JSON_VALUES, max_size=4))
def test_json_arguments_are_read_as_they_were_meant(args: list[Any]) -> None:
    texts = [json.dumps(arg, ensure_ascii=False) for arg in args]
    message = f"2{','.join(['[' + json.dumps('move'), *texts])}]".encode()
    event = parse_json(message)
    assert isinstance(event, JsonEvent)
    assert event.args() == args
    assert [event.raw(index).json().decode() for index in range(event.count)] == texts
    assert event.size == len(message)


@pytest.mark.parametrize(
    ("message", "name", "namespace", "ack_id", "args"),
    [
        ('2["a"]', "a", "/", None, []),
        ('20["a",1]', "a", "/", 0, [1]),
        ('2456["a"]', "a", "/", 456, []),
        ('2/chat,["a"]', "a", "/chat", None, []),
        ('2/chat?token=1,12["a"]', "a", "/chat", 12, []),
        ('2 [ "a" , [ 1 ] ] ', "a", "/", None, [[1]]),
        ('2["\\u0061\\n","\\ud800"]', "a\n", "/", None, ["\ud800"]),
        ('2["a",{"":"\\udc00,\\"]"}]', "a", "/", None, [{"": '\udc00,"]'}]),
        ("2[7]", "7", "/", None, []),
        ("2[1.5]", "1.5", "/", None, []),
    ],
)
def test_the_header_of_a_json_packet(
    message: str, name: str, namespace: str, ack_id: int | None, args: list[Any]
) -> None:
    event = parse_json(message.encode())
    assert isinstance(event, JsonEvent)
    assert (event.name, event.namespace, event.ack_id) == (name, namespace, ack_id)
    assert event.args() == args


def test_a_name_longer_than_any_is_cut() -> None:
    for event in (
        parse_json(json.dumps(["x" * 100]).join(["2", ""]).encode()),
        parse_msgpack(packed(type=2, data=["x" * 100], nsp="/")),
    ):
        assert isinstance(event, (JsonEvent, MsgpackEvent))
        assert event.name == "x" * 63 + "…"


@pytest.mark.parametrize("number", [7, 1.5, -1])
def test_a_number_may_stand_for_a_name(number: float) -> None:
    event = parse_msgpack(packed(type=2, data=[number], nsp="/"))
    assert isinstance(event, MsgpackEvent)
    assert event.name == str(number)


@pytest.mark.parametrize("nsp", ["/", "/chat"])
@pytest.mark.parametrize("auth", [None, {}, {"token": "1"}])
def test_connect(nsp: str, auth: dict[str, str] | None) -> None:
    prefix = "0" if nsp == "/" else f"0{nsp},"
    assert parse_json((prefix + ("" if auth is None else json.dumps(auth))).encode()) == Connect(nsp, auth)
    assert parse_msgpack(packed(type=0, nsp=nsp, data=auth)) == Connect(nsp, auth)
    if auth is None:
        assert parse_msgpack(packed(type=0, nsp=nsp)) == Connect(nsp, None)


def test_disconnect() -> None:
    assert parse_json(b"1") == Disconnect("/")
    assert parse_json(b"1/chat,") == parse_json(b"1/chat") == Disconnect("/chat")
    assert parse_msgpack(packed(type=1, nsp="/")) == Disconnect("/")
    assert parse_msgpack(packed(type=1, nsp=None, data=None)) == Disconnect("/")


def test_acks() -> None:
    ack = parse_json(b"3/chat,7[1,[2]]")
    assert isinstance(ack, JsonAck)
    assert (ack.namespace, ack.ack_id, ack.args()) == ("/chat", 7, [1, [2]])
    other = parse_msgpack(packed(type=3, data=[1, b"2"], nsp="/chat", id=7))
    assert isinstance(other, MsgpackAck)
    assert (other.namespace, other.ack_id, other.args()) == ("/chat", 7, [1, b"2"])


def test_attachments_come_behind_their_packet() -> None:
    partial = parse_json(b'52-/chat,3["draw",{"_placeholder":true,"num":1},[{"num":0,"_placeholder":true}]]')
    assert isinstance(partial, Incomplete)
    before = partial.size
    assert partial.add(b"one") is None
    assert partial.size == before + 3
    event = partial.add(b"two!")
    assert isinstance(event, JsonEvent)
    assert (event.name, event.namespace, event.ack_id) == ("draw", "/chat", 3)
    assert event.args() == [b"two!", [b"one"]]
    assert event.arg(0) == b"two!"
    assert event.size == before + 7

    partial = parse_json(b'61-7[{"_placeholder":true,"num":0}]')
    assert isinstance(partial, Incomplete)
    ack = partial.add(b"x")
    assert isinstance(ack, JsonAck)
    assert ack.args() == [b"x"]


def test_each_argument_has_its_own_attachments() -> None:
    partial = parse_json(
        b'53-["draw",{"_placeholder":true,"num":0},[{"_placeholder":true,"num":2},1.0,{"_placeholder":true,"num":1}]]'
    )
    assert isinstance(partial, Incomplete)
    partial.add(b"a")
    partial.add(b"b")
    event = partial.add(b"c")
    assert isinstance(event, JsonEvent)
    first, second = event.raw(0), event.raw(1)
    assert (first.json(), first.attachments()) == (b'{"_placeholder":true,"num":0}', (b"a",))
    assert json.loads(second.json()) == [
        {"_placeholder": True, "num": 0},
        1.0,
        {"_placeholder": True, "num": 1},
    ]
    assert second.attachments() == (b"c", b"b")
    assert msgpack.unpackb(second.msgpack()) == [b"c", 1.0, b"b"]
    assert second.size == len(event.raw(1).json()) + 2


@pytest.mark.parametrize(
    "argument",
    [
        "1",
        '{"_placeholder":true,"num":1}',
        '{"_placeholder":true}',
        '{"_placeholder":true,"num":true}',
        '{"_placeholder":1,"num":0}',
        '{"\\u005fplaceholder":"yes","num":0}',
        '[{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}]',
        "[" * 33 + '{"_placeholder":true,"num":0}' + "]" * 33,
    ],
)
def test_a_placeholder_stands_for_its_attachment_and_each_has_one(argument: str) -> None:
    """Stock: a number out of range raises far away, or reaches the other clients and breaks them."""
    partial = parse_json(f'51-["draw",{argument}]'.encode())
    assert isinstance(partial, Incomplete)
    event = partial.add(b"x")
    assert isinstance(event, JsonEvent)
    for read in (event.args, lambda: event.arg(0), lambda: event.raw(0)):
        with pytest.raises(PacketError):
            read()


def test_what_looks_like_a_placeholder_is_none_in_a_packet_without_attachments() -> None:
    event = parse_json(b'2["draw",{"_placeholder":true,"num":9}]')
    assert isinstance(event, JsonEvent)
    assert event.args() == [{"_placeholder": True, "num": 9}]
    assert event.raw(0).attachments() == ()


@pytest.mark.parametrize("count", ["0", "11", "99", "9999999999", "00"])
def test_one_to_ten_attachments_can_be_announced(count: str) -> None:
    """Stock: 9999999999 may be announced, and 0 wedges the connection."""
    with pytest.raises(PacketError):
        parse_json(f'5{count}-["draw"]'.encode())


@pytest.mark.parametrize("index", [1, 2])
def test_there_is_no_argument_beyond_the_last(index: int) -> None:
    event = parse_json(b'2["a",1]')
    assert isinstance(event, JsonEvent)
    with pytest.raises(IndexError):
        event.raw(index)
