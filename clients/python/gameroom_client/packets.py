"""The msgpack packets of python-socketio, reading all that other clients may send."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from typing import Any

import msgpack
from socketio.msgpack_packet import MsgPackPacket

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
JAVASCRIPT_EXTENSION = 0  # of the JavaScript msgpack parser: one byte is undefined, eight are a date


class Packet(MsgPackPacket):  # type: ignore[misc]  # python-socketio carries no types
    """A packet whose objects may have keys that are no strings, with JavaScript's undefined and dates."""

    def decode(self, encoded_packet: bytes) -> None:
        """Read a packet that came."""
        decoded = msgpack.unpackb(encoded_packet, ext_hook=_extension, strict_map_key=False)
        self.packet_type = decoded["type"]
        self.data = decoded.get("data")
        self.id = decoded.get("id")
        self.namespace = decoded["nsp"]


def packed_size(event: str, args: tuple[Any, ...]) -> int:
    """Return how many bytes an event has on the wire, but for some of its frame.

    Raises TypeError, OverflowError or ValueError for what cannot be packed.
    """
    return len(msgpack.packb([event, *args]))


def _extension(code: int, data: bytes) -> Any:
    if code == JAVASCRIPT_EXTENSION and len(data) == 1:
        return None
    if code == JAVASCRIPT_EXTENSION and len(data) == 8:
        (milliseconds,) = struct.unpack(">q", data)
        return _EPOCH + timedelta(milliseconds=milliseconds)
    return msgpack.ExtType(code, data)
