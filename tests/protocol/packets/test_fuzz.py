"""Whatever comes, a PacketError is all that comes out; and what passes can be sent, or is refused."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import msgpack
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gameserver.protocol.packets import (
    Incomplete,
    JsonAck,
    JsonEvent,
    MsgpackAck,
    MsgpackEvent,
    Outgoing,
    PacketError,
    parse_json,
    parse_msgpack,
)
from tests.protocol.packets.values import EXTENSIONS, JSON_VALUES, SCALARS, TEXT, damaged, nested

HEADS = st.sampled_from(
    ["2", "3", "5", "6", "51-", "52-", "61-1", "2/a,", "2/a", "21", "30", "0", "1", "4", "0/a,", ""]
)
TAILS = st.one_of(
    JSON_VALUES.map(json.dumps),
    st.lists(JSON_VALUES, max_size=3).map(lambda args: json.dumps(["move", *args])),
    st.lists(JSON_VALUES, max_size=3).map(
        lambda args: json.dumps(["m", {"_placeholder": True, "num": 0}, *args])
    ),
    TEXT,
)
JSON_MESSAGES = damaged(st.builds(lambda head, tail: (head + tail).encode(), HEADS, TAILS))
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.one_of(st.integers(-1, 8), SCALARS),
        "data": st.one_of(
            st.lists(nested(st.one_of(SCALARS, EXTENSIONS)), max_size=3).map(lambda args: ["move", *args]),
            nested(SCALARS),
        ),
        "nsp": st.one_of(st.just("/"), SCALARS),
        "id": st.one_of(st.integers(-1, 2**60), SCALARS),
        "options": SCALARS,
    },
)
MSGPACK_MESSAGES = damaged(FIELDS.map(msgpack.packb))


def use(packet: Any) -> None:
    """Do with a packet all that the server does."""
    if isinstance(packet, (MsgpackAck, JsonAck)):
        quietly(packet.args)
    if not isinstance(packet, (MsgpackEvent, JsonEvent)):
        return
    assert isinstance(packet.name, str)
    assert len(packet.name) <= 64
    quietly(packet.args)
    for index in range(packet.count):
        quietly(partial(packet.arg, index))
        raw = quietly(partial(packet.raw, index))
        if raw is None:
            continue
        relayed = Outgoing.relay(packet.name, raw, before=["anna"])
        try:
            relayed.check()
        except PacketError:
            continue
        frame = relayed.msgpack_frame
        again = parse_msgpack(frame[2 if frame[1] < 126 else 4 :])
        assert isinstance(again, MsgpackEvent)
        assert again.raw(1).msgpack() == raw.msgpack()
        assert relayed.json_frame
        assert relayed.json_form.decode()
        assert relayed.msgpack_form.isascii()


def quietly(call: Callable[[], Any]) -> Any:
    with contextlib.suppress(PacketError):
        return call()
    return None


@settings(max_examples=600, deadline=None)
@given(st.one_of(MSGPACK_MESSAGES, st.binary(max_size=60)))
def test_nothing_else_comes_out_of_msgpack(message: bytes) -> None:
    use(quietly(lambda: parse_msgpack(message)))


@settings(max_examples=600, deadline=None)
@given(
    st.one_of(JSON_MESSAGES.filter(lambda message: is_utf8(message)), TEXT.map(str.encode)),
    st.lists(st.binary(max_size=9), min_size=10, max_size=10),
)
@example(b"2" + b"[" * 50_000, [b""] * 10)
@example(b'2["a",' + b"[" * 50_000 + b"]" * 50_000 + b"]", [b""] * 10)
@example(b'2["a",' + b'{"a":' * 5_000 + b"1" + b"}" * 5_000 + b"]", [b""] * 10)
@example(b'2["a","\\ud800",' + b"[" * 5_000 + b"]" * 5_000 + b"]", [b""] * 10)
@example(b'2["\\ud800"', [b""] * 10)
@example(b'2[ "\\ud800" ,', [b""] * 10)
@example(b"2" + b"9" * 5_000 + b'["a"]', [b""] * 10)
@example(b'2["a",' + b"9" * 5_000 + b"]", [b""] * 10)
@example(b'2["a","\\ud800",' + b"9" * 5_000 + b"]", [b""] * 10)
def test_nothing_else_comes_out_of_json(message: bytes, attachments: list[bytes]) -> None:
    packet: Any = quietly(lambda: parse_json(message))
    for attachment in attachments:
        if isinstance(packet, Incomplete):
            packet = packet.add(attachment)
    assert not isinstance(packet, Incomplete)
    use(packet)


def is_utf8(message: bytes) -> bool:
    try:
        message.decode()
    except UnicodeDecodeError:
        return False
    return True
