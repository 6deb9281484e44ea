"""Wrap one encoded packet for the wire: as WebSocket frames of a server, or for an Engine.IO payload."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Final

_TEXT: Final = 0x81  # RFC 6455 section 5.2: FIN and opcode
BINARY: Final = 0x82
# Headers of binary frames with their length in one byte, made beforehand: most frames have one of these.
SHORT_BINARY: Final = tuple(bytes((BINARY, size)) for size in range(126))


def msgpack_frame(parts: Sequence[bytes]) -> bytes:
    """Return one binary frame: Engine.IO v4 puts nothing before binary data."""
    body = b"".join(parts)
    size = len(body)
    return (SHORT_BINARY[size] if size < 126 else header(BINARY, size)) + body


def json_frames(text: bytes, attachments: Sequence[bytes]) -> bytes:
    """Return a text frame and one binary frame for each attachment; `text` begins with Engine.IO's `4`."""
    head = header(_TEXT, len(text))
    if not attachments:
        return head + text
    frames = [head, text]
    for attachment in attachments:
        frames += (header(BINARY, len(attachment)), attachment)
    return b"".join(frames)


def msgpack_packet(parts: Sequence[bytes]) -> bytes:
    """Return the packet as it stands in a polling payload: `b` and base64 (Engine.IO v4)."""
    return b"b" + b64encode(b"".join(parts))


def json_packets(text: bytes, attachments: Sequence[bytes]) -> bytes:
    """Return text and attachments as they stand in a polling payload, parted by U+001E."""
    return b"\x1e".join((text, *(b"b" + b64encode(attachment) for attachment in attachments)))


def header(first: int, size: int) -> bytes:
    """Return the header of an unmasked frame (RFC 6455 section 5.2)."""
    if size < 126:
        return bytes((first, size))
    if size < 0x10000:
        return bytes((first, 126)) + size.to_bytes(2, "big")
    return bytes((first, 127)) + size.to_bytes(8, "big")
