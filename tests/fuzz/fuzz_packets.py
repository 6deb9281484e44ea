"""Only packets and documented refusals come out of the packet parsers, and what passes can be relayed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import atheris

with atheris.instrument_imports():
    from gameserver.protocol.packets import (
        Connect,
        Disconnect,
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

_ATTACHMENT = b"\x00\xff"


def _unless_refused(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except PacketError:
        return None


def _from_json(text: bytes) -> Any:
    try:
        text.decode()
    except UnicodeDecodeError:  # refused with 1007 before it comes this far
        return None
    packet: Any = _unless_refused(lambda: parse_json(text))
    missing = 10
    while isinstance(packet, Incomplete):
        assert missing, "more attachments awaited than may be announced"
        missing -= 1
        packet = packet.add(_ATTACHMENT)
    return packet


def _relay(event: Any, index: int) -> None:
    """Splice one argument as the relay does; what the check passes stands unchanged in both forms."""
    raw = _unless_refused(lambda: event.raw(index))
    if raw is None:
        return
    packet = Outgoing.relay("broadcast", raw, before=["anna"])
    try:
        packet.check()
    except PacketError:
        return
    frame = packet.msgpack_frame
    again = parse_msgpack(frame[2 if frame[1] < 126 else 4 :])
    assert isinstance(again, MsgpackEvent)
    assert again.raw(1).msgpack() == raw.msgpack()
    assert packet.json_frame


def one_input(data: bytes) -> None:
    """Read it in the parser its first byte says, and do with the packet what the server does."""
    if not data:
        return
    body = data[1:]
    packet = _unless_refused(lambda: parse_msgpack(body)) if data[0] % 2 else _from_json(body)
    match packet:
        case None | Connect() | Disconnect():
            pass
        case MsgpackAck() | JsonAck():
            _unless_refused(packet.args)
        case MsgpackEvent() | JsonEvent():
            assert isinstance(packet.name, str)
            _unless_refused(packet.args)
            for index in range(min(packet.count, 8)):
                _unless_refused(lambda at=index: packet.arg(at))  # type: ignore[misc]
                _relay(packet, index)
        case _:
            raise AssertionError(packet)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
