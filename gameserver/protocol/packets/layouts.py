"""The bytes around the one argument of a relay event, as stock msgpack clients write them.

Where a message begins and ends with the bytes of a layout and what is between them is one value, it is
that event and nothing else: MessagePack is read from left to right, and each byte means one thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from gameserver.protocol.packets.framing import BINARY, SHORT_BINARY, header
from gameserver.protocol.packets.model import PacketError
from gameserver.protocol.packets.outgoing import ROOT_TAIL, msgpack_head
from gameserver.protocol.packets.structure import check_msgpack

LEAD: Final = 19  # so many bytes of a message tell the layouts apart
_ROOT_TAIL_SIZE: Final = len(ROOT_TAIL)
BIN_8: Final = 0xC4  # MessagePack: its length follows in one byte

# What follows the arguments, by the number of keys: socket.io-client 4 and python-socketio 5, at `/`.
_TAILS: Final = {4: b"\xa7options\x81\xa8compress\xc3" + ROOT_TAIL, 3: ROOT_TAIL}


class Layout(NamedTuple):
    """An event with one argument: what comes before and behind that, and where to cut."""

    name: str
    head: bytes
    tail: bytes
    start: int
    end: int


def layouts(*names: str) -> Mapping[bytes, Layout]:
    """Return the layouts of these events, by the first LEAD bytes of a message."""
    found: dict[bytes, Layout] = {}
    for name in names:
        for keys, tail in _TAILS.items():
            head = bytes((0x80 | keys,)) + msgpack_head(name, 1)[1:]
            found[head[:LEAD]] = Layout(name, head, tail, len(head), -len(tail))
    return MappingProxyType(found)


def is_value(data: bytes) -> bool:
    """Say whether this is one value of allowed structure; of short binary data a glance tells."""
    size = len(data)
    if size > 1 and data[0] == BIN_8 and data[1] == size - 2:
        return True
    try:
        check_msgpack(data)
    except PacketError:
        return False
    return True


def frame(head: bytes, before: bytes, value: bytes) -> bytes:
    """Return the frame of an event at `/`: its head, and its arguments."""
    size = len(head) + len(before) + len(value) + _ROOT_TAIL_SIZE
    lead = SHORT_BINARY[size] if size < 126 else header(BINARY, size)
    return b"".join((lead, head, before, value, ROOT_TAIL))
