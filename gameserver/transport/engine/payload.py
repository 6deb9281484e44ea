"""Engine.IO v4 packets as text: in a polling payload, and in a WebSocket's text frame."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterator
from typing import Final

OPEN: Final = ord("0")
CLOSE: Final = ord("1")
PING: Final = ord("2")
PONG: Final = ord("3")
MESSAGE: Final = ord("4")
UPGRADE: Final = ord("5")
NOOP: Final = ord("6")

_SEPARATOR: Final = b"\x1e"
_BINARY: Final = b"b"


class PayloadError(ValueError):
    """The bytes are no payload of Engine.IO v4; `str(error)` is fit for a log line."""


def split(body: bytes) -> Iterator[tuple[bool, bytes]]:
    """Take a POST's body apart: (whether it is binary, packet); a text packet begins with its type.

    There is no bound on the number of packets; the body's own bound decides. Raises PayloadError.
    """
    if not body:
        raise PayloadError("an empty payload")
    try:
        body.decode()
    except UnicodeDecodeError:
        raise PayloadError("a payload that is not UTF-8") from None
    for packet in body.split(_SEPARATOR):
        if packet[:1] == _BINARY:
            try:
                yield True, b64decode(packet[1:], validate=True)
            except binascii.Error:
                raise PayloadError("binary data that is not base64") from None
        else:
            yield False, packet


def join(packets: list[bytes]) -> bytes:
    """Make the body of a poll's answer."""
    return _SEPARATOR.join(packets)
