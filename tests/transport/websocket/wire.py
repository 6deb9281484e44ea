"""The client's side of the wire, written apart from the server's code."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10

KEY = b"\x37\xfa\x21\x3d"  # the masking key of RFC 6455's examples


def masked(payload: bytes, key: bytes = KEY) -> bytes:
    """Mask as RFC 6455 section 5.3 says, byte by byte for small ones and as one number for big ones."""
    if len(payload) < 64:
        return bytes(byte ^ mask for byte, mask in zip(payload, cycle(key), strict=False))
    mask = (key * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(mask, "big")).to_bytes(len(payload), "big")


def frame(
    opcode: int,
    payload: bytes | str = b"",
    *,
    fin: bool = True,
    rsv: int = 0,
    key: bytes | None = KEY,
    form: int | None = None,
) -> bytes:
    """A client's frame; `form` forces the length into 0, 2 or 8 extended bytes, `key=None` masks nothing."""
    payload = payload.encode() if isinstance(payload, str) else payload
    length = len(payload)
    if form is None:
        form = 0 if length < 126 else 2 if length < 65536 else 8
    mask_bit = 0 if key is None else 0x80
    head = bytes([fin << 7 | rsv << 4 | opcode])
    match form:
        case 0:
            head += bytes([mask_bit | length])
        case 2:
            head += bytes([mask_bit | 126]) + struct.pack("!H", length)
        case _:
            head += bytes([mask_bit | 127]) + struct.pack("!Q", length)
    return head + (payload if key is None else key + masked(payload, key))


def close_frame(code: int, reason: bytes | str = b"") -> bytes:
    """A client's close frame."""
    reason = reason.encode() if isinstance(reason, str) else reason
    return frame(CLOSE, struct.pack("!H", code) + reason)


def fragments(opcode: int, payload: bytes | str, size: int) -> bytes:
    """A message in fragments of that many bytes."""
    payload = payload.encode() if isinstance(payload, str) else payload
    parts = [payload[at : at + size] for at in range(0, len(payload), size)]
    return b"".join(
        frame(CONTINUATION if index else opcode, part, fin=index == len(parts) - 1)
        for index, part in enumerate(parts)
    )


@dataclass(frozen=True, slots=True)
class Heard:
    """One frame of the server's."""

    opcode: int
    payload: bytes

    def __repr__(self) -> str:
        name = {TEXT: "text", BINARY: "binary", CLOSE: "close", PING: "ping", PONG: "pong"}[self.opcode]
        return f"{name}({self.payload[:40]!r}{'...' if len(self.payload) > 40 else ''})"

    @property
    def code(self) -> int:
        """The code of a close frame, 1005 if it has none."""
        assert self.opcode == CLOSE
        return int.from_bytes(self.payload[:2], "big") if self.payload else 1005


def heard(data: bytes) -> list[Heard]:
    """Read the server's frames: whole, final, unmasked, lengths in their shortest form."""
    return list(_frames(data))


def _frames(data: bytes) -> Iterator[Heard]:
    at = 0
    while at < len(data):
        first, length = data[at], data[at + 1]
        assert first & 0xF0 == 0x80, "a server's frame is final and has no reserved bit"
        at += 2
        if length == 126:
            length = int.from_bytes(data[at : at + 2], "big")
            assert length > 125
            at += 2
        elif length == 127:
            length = int.from_bytes(data[at : at + 8], "big")
            assert length > 65535
            at += 8
        assert length < 1 << 63, "a server's frame is not masked"
        assert at + length <= len(data), "half a frame"
        yield Heard(first & 0x0F, data[at : at + length])
        at += length
