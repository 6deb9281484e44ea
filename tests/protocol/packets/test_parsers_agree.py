"""Both parsers carry the same events; what is read from one can be sent in the other."""

from __future__ import annotations

import json
from typing import Any

import msgpack
import pytest

from gameserver.protocol.packets import (
    Event,
    Incomplete,
    JsonEvent,
    MsgpackEvent,
    Outgoing,
    parse_json,
    parse_msgpack,
)


def in_msgpack(*args: Any, **more: Any) -> Event:
    """An event as socket.io-msgpack-parser sends it."""
    packet = {"type": 2, "data": list(args), "options": {"compress": True}, "nsp": "/", **more}
    event = parse_msgpack(msgpack.packb(packet))
    assert isinstance(event, MsgpackEvent)
    return event


def in_json(*args: Any, ack_id: str = "") -> Event:
    """An event as the default parser sends it."""
    event = parse_json(f"2{ack_id}{json.dumps(args)}".encode())
    assert isinstance(event, JsonEvent)
    return event


@pytest.mark.parametrize(
    "event", [in_msgpack("input", {"x": 1}, [2], id=7), in_json("input", {"x": 1}, [2], ack_id="7")]
)
def test_an_event_tells_its_name_and_ack_id_before_its_arguments_are_decoded(event: Event) -> None:
    assert (event.name, event.namespace, event.ack_id, event.count) == ("input", "/", 7, 2)
    assert event.args() == [{"x": 1}, [2]]
    assert event.arg(1) == [2]


@pytest.mark.parametrize(
    "event", [in_msgpack("state", {"x": 1.5, "y": "ü"}), in_json("state", {"x": 1.5, "y": "ü"})]
)
def test_a_payload_is_spliced_for_both_parsers(event: Event) -> None:
    packet = Outgoing.relay("state", event.raw(0), before=["anna"], after=[{"seq": 3}])

    frame = packet.msgpack_frame
    assert frame[:2] == bytes((0x82, len(frame) - 2))
    assert msgpack.unpackb(frame[2:]) == {
        "type": 2,
        "data": ["state", "anna", {"x": 1.5, "y": "ü"}, {"seq": 3}],
        "nsp": "/",
    }
    frame = packet.json_frame
    assert frame[:4] == bytes((0x81, len(frame) - 2)) + b"42"
    assert json.loads(frame[4:]) == ["state", "anna", {"x": 1.5, "y": "ü"}, {"seq": 3}]


def test_bytes_pass_unchanged_between_clients_of_one_parser() -> None:
    # {"a": 1.0}, not in its shortest form
    odd = b"\xdf\x00\x00\x00\x01\xd9\x01a\xcb\x3f\xf0\x00\x00\x00\x00\x00\x00"
    event = parse_msgpack(b"\x83\xa4type\x02\xa4data\x92\xa5state" + odd + b"\xa3nsp\xa1/")
    assert isinstance(event, MsgpackEvent)

    assert odd in Outgoing.relay("state", event.raw(0)).msgpack_frame


def test_binary_becomes_an_attachment_and_an_attachment_binary() -> None:
    packet = Outgoing.relay("state", in_msgpack("state", {"pixels": b"\x01\x02"}).raw(0))
    text = b'451-["state",{"pixels":{"_placeholder":true,"num":0}}]'
    assert packet.json_frame == bytes((0x81, len(text))) + text + b"\x82\x02\x01\x02"
    assert packet.json_form == text + b"\x1ebAQI="

    partial = parse_json(text[1:])
    assert isinstance(partial, Incomplete)
    event = partial.add(b"\x01\x02")
    assert isinstance(event, JsonEvent)
    assert event.args() == [{"pixels": b"\x01\x02"}]
    again = Outgoing.relay("state", event.raw(0))
    assert msgpack.unpackb(again.msgpack_frame[2:])["data"] == ["state", {"pixels": b"\x01\x02"}]
