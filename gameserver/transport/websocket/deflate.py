"""permessage-deflate (RFC 7692), where a setting asks for it: without a window kept between messages.

So a connection costs no memory for it, and one compressed frame serves all recipients of a message.
"""

from __future__ import annotations

import functools
import zlib
from typing import Final

from gameserver.transport.websocket.frames import (
    COMPRESSED,
    INVALID_DATA,
    TOO_BIG,
    FrameError,
    encode_frame,
    split_frame,
)

AGREED: Final = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"

_TAIL: Final = b"\x00\x00\xff\xff"  # left out on the wire, RFC 7692 section 7.2.1
_WORTH_BYTES: Final = 128  # a smaller payload is sent as it is
_LEVEL: Final = 1  # game state is packed already; more effort finds little more
_WINDOW_BITS: Final = frozenset(str(bits) for bits in range(8, 16))


def agrees(extensions: str) -> bool:
    """Whether one of the client's offers (its Sec-WebSocket-Extensions) can be answered with `AGREED`."""
    return any(_is_acceptable(offer) for offer in extensions.split(","))


def _is_acceptable(offer: str) -> bool:
    """Judge by RFC 7692 section 7.1: known parameters with valid values, each once, and no smaller window."""
    name, *parameters = (part.strip() for part in offer.split(";"))
    if name != "permessage-deflate":
        return False
    seen = set()
    for parameter in parameters:
        key, has_value, value = parameter.partition("=")
        if key in seen:
            return False
        seen.add(key)
        value = value.strip('"')
        match key:
            case "server_no_context_takeover" | "client_no_context_takeover":
                valid = not has_value
            case "client_max_window_bits":
                valid = not has_value or value in _WINDOW_BITS
            case "server_max_window_bits":
                valid = value == "15"
            case _:
                valid = False
        if not valid:
            return False
    return True


def inflate(payload: bytes, max_size: int) -> bytes:
    """Return the message; raise FrameError as soon as it is bigger than that, or if it is no deflate data."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        message = stream.decompress(payload + _TAIL, max_size + 1)
    except zlib.error:
        raise FrameError(INVALID_DATA, "not deflate data") from None
    if len(message) > max_size:
        raise FrameError(TOO_BIG, "message too big")
    return message


@functools.lru_cache(maxsize=4)
def deflated(frame: bytes) -> bytes:
    """Compress a server's frame, once for all its recipients; the frame itself if that wouldn't help."""
    opcode, payload = split_frame(frame)
    if len(payload) < _WORTH_BYTES or opcode & 0x8:
        return frame
    stream = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    compressed = stream.compress(payload) + stream.flush(zlib.Z_SYNC_FLUSH)
    smaller = encode_frame(opcode | COMPRESSED, compressed.removesuffix(_TAIL))
    return smaller if len(smaller) < len(frame) else frame
