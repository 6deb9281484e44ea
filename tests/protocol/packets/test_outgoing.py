"""What is sent: in four forms, each built once."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gameserver.protocol.packets import (
    Incomplete,
    JsonEvent,
    Literal,
    MsgpackEvent,
    Outgoing,
    PacketError,
    Raw,
    parse_json,
    parse_msgpack,
)
from tests.protocol.packets.values import JSON_VALUES


def unframed(data: bytes) -> list[tuple[int, bytes]]:
    """Take a server's WebSocket frames apart (RFC 6455 section 5.2)."""
    frames = []
    while data:
        first, size = data[0], data[1]
        body = 2
        if size == 126:
            size, body = int.from_bytes(data[2:4], "big"), 4
            assert size > 125
        elif size == 127:
            size, body = int.from_bytes(data[2:10], "big"), 10
            assert size > 65_535
        assert first & 0x80, "unfragmented"
        frames.append((first & 0x0F, data[body : body + size]))
        data = data[body + size :]
    return frames


def in_msgpack(packet: Outgoing) -> Any:
    """The map of a packet's only frame; it is the same when polled."""
    ((opcode, body),) = unframed(packet.msgpack_frame)
    assert opcode == 2
    assert packet.msgpack_form == b"b" + base64.b64encode(body)
    return msgpack.unpackb(body)


def in_json(packet: Outgoing) -> tuple[str, list[bytes]]:
    """Text and attachments of a packet; they are the same when polled."""
    (opcode, text), *others = unframed(packet.json_frame)
    assert opcode == 1
    assert all(opcode == 2 for opcode, _ in others)
    attachments = [body for _, body in others]
    assert packet.json_form == b"\x1e".join([text, *(b"b" + base64.b64encode(one) for one in attachments)])
    return text.decode(), attachments


def test_an_event() -> None:
    packet = Outgoing.event("move", {"to": [1, 2]}, None)
    assert in_msgpack(packet) == {"type": 2, "data": ["move", {"to": [1, 2]}, None], "nsp": "/"}
    assert in_json(packet) == ('42["move",{"to":[1,2]},null]', [])


def test_an_event_of_another_namespace_that_wants_an_answer() -> None:
    packet = Outgoing.event("move", namespace="/chat", ack_id=7)
    assert in_msgpack(packet) == {"type": 2, "data": ["move"], "nsp": "/chat", "id": 7}
    assert in_json(packet) == ('42/chat,7["move"]', [])


def test_an_ack() -> None:
    packet = Outgoing.ack(0, {"ok": True}, b"\x01")
    assert in_msgpack(packet) == {"type": 3, "data": [{"ok": True}, b"\x01"], "nsp": "/", "id": 0}
    assert in_json(packet) == ('461-0[{"ok":true},{"_placeholder":true,"num":0}]', [b"\x01"])


def test_the_answers_to_connect() -> None:
    assert in_msgpack(Outgoing.connect("anna", {"pid": "p"})) == {
        "type": 0,
        "data": {"sid": "anna", "pid": "p"},
        "nsp": "/",
    }
    assert in_json(Outgoing.connect("anna", namespace="/chat")) == ('40/chat,{"sid":"anna"}', [])
    assert in_json(Outgoing.connect_error("no")) == ('44{"message":"no"}', [])
    assert in_msgpack(Outgoing.connect_error("no", {"code": "x"})) == {
        "type": 4,
        "data": {"message": "no", "data": {"code": "x"}},
        "nsp": "/",
    }


def test_a_disconnect_has_no_data_key() -> None:
    """Stock: `data: nil` with msgpack, which JavaScript clients take for a broken packet."""
    assert in_msgpack(Outgoing.disconnect()) == {"type": 1, "nsp": "/"}
    assert in_json(Outgoing.disconnect(namespace="/chat")) == ("41/chat,", [])


@pytest.mark.parametrize("size", [0, 90, 125, 126, 127, 65_000, 65_535, 65_536, 70_000])
def test_frames_of_every_length(size: int) -> None:
    packet = Outgoing.event("blob", b"x" * size)
    assert in_msgpack(packet)["data"] == ["blob", b"x" * size]
    assert in_json(packet)[1] == [b"x" * size]
    assert in_json(Outgoing.event("text", "x" * size)) == (f'42["text","{"x" * size}"]', [])


def test_each_form_is_built_once() -> None:
    packet = Outgoing.event("move", b"x")
    for form in ("msgpack_frame", "json_frame", "msgpack_form", "json_form"):
        assert getattr(packet, form) is getattr(packet, form)
    with pytest.raises(AttributeError):
        packet.no_form  # noqa: B018


def test_moments_are_sent_as_each_parser_can() -> None:
    packet = Outgoing.event("at", datetime(2020, 1, 1, tzinfo=UTC))
    ((_, body),) = unframed(packet.msgpack_frame)
    assert msgpack.unpackb(body, timestamp=3)["data"][1] == datetime(2020, 1, 1, tzinfo=UTC)
    assert in_json(packet) == ('42["at","2020-01-01T00:00:00Z"]', [])


def payload(value: Any) -> Raw:
    """This value as a msgpack client's argument."""
    event = parse_msgpack(msgpack.packb({"type": 2, "data": ["a", value], "nsp": "/"}))
    assert isinstance(event, MsgpackEvent)
    return event.raw(0)


@given(st.lists(JSON_VALUES, max_size=3), JSON_VALUES, st.lists(JSON_VALUES, max_size=3))
def test_a_relayed_payload_stands_among_the_servers_own_arguments(
    before: list[Any], value: Any, after: list[Any]
) -> None:
    packet = Outgoing.relay("state", payload(value), before=before, after=after)
    assert in_msgpack(packet)["data"] == ["state", *before, value, *after]
    text, attachments = in_json(packet)
    assert (json.loads(text[2:]), attachments) == (["state", *before, value, *after], [])


def test_many_arguments_and_other_namespaces() -> None:
    packet = Outgoing.relay("state", payload(1), before=range(20), namespace="/game")
    assert in_msgpack(packet) == {"type": 2, "data": ["state", *range(20), 1], "nsp": "/game"}
    assert in_json(packet)[0].startswith('42/game,["state",0,1,')
    single = Outgoing.relay("state", payload(1), namespace="/game")
    assert in_msgpack(single) == {"type": 2, "data": ["state", 1], "nsp": "/game"}


def test_binary_parts_of_several_arguments_are_numbered_through() -> None:
    packet = Outgoing.relay(
        "draw", payload([b"two", b"three"]), before=[b"one"], after=[Literal({"x": b"four"})]
    )
    assert in_msgpack(packet)["data"] == ["draw", b"one", [b"two", b"three"], {"x": b"four"}]
    text, attachments = in_json(packet)
    assert attachments == [b"one", b"two", b"three", b"four"]
    holders = [{"_placeholder": True, "num": number} for number in range(4)]
    assert json.loads(text[text.index("[") :]) == ["draw", holders[0], holders[1:3], {"x": holders[3]}]


def test_more_than_ten_binary_parts_are_too_many_for_json() -> None:
    for packet in (
        Outgoing.event("draw", *[b"x"] * 11),
        Outgoing.relay("draw", payload([b"x"] * 6), before=[[b"x"] * 5]),
    ):
        assert packet.msgpack_frame
        with pytest.raises(PacketError):
            packet.check()


@pytest.mark.parametrize("text", ['{"_placeholder":true,"num":5}', '[{"\\u005fplaceholder":1}]'])
def test_a_payload_cannot_pass_for_another_ones_attachment(text: str) -> None:
    """A client's parser takes such a map for a placeholder, finds no attachment, and closes itself."""
    event = parse_json(f'2["a",{text}]'.encode())
    assert isinstance(event, JsonEvent)
    harmless = Outgoing.relay("draw", event.raw(0))
    harmless.check()
    with pytest.raises(PacketError):
        Outgoing.relay("draw", event.raw(0), before=[b"x"]).check()


def test_a_text_with_escapes_beside_binary_data_is_no_harm() -> None:
    event = parse_json(b'2["a","\\u00fc"]')
    assert isinstance(event, JsonEvent)
    Outgoing.relay("draw", event.raw(0), before=[b"x"]).check()


def test_what_a_json_client_drew_reaches_both_kinds() -> None:
    partial = parse_json(b'51-["draw",{"map":{"_placeholder":true,"num":0}}]')
    assert isinstance(partial, Incomplete)
    event = partial.add(b"\x01")
    assert isinstance(event, JsonEvent)
    packet = Outgoing.relay("draw", event.raw(0), before=["anna"])
    assert in_msgpack(packet)["data"] == ["draw", "anna", {"map": b"\x01"}]
    assert in_json(packet) == ('451-["draw","anna",{"map":{"_placeholder":true,"num":0}}]', [b"\x01"])


def test_a_literal_is_encoded_once() -> None:
    literal = Literal(["anna", b"\x01"])
    assert literal.msgpack() is literal.msgpack()
    assert literal.json() is literal.json()
    assert literal.attachments() == (b"\x01",)
    assert literal.size == len(literal.msgpack())
