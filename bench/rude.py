"""Clients that do wrong things or go without a word; each leaves nothing behind on its own side."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Sequence

PATIENCE_SECONDS = 2.0

UPGRADE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
POLL = b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
CONNECT = b"\x81\x82\0\0\0\x0040"  # text frame "40", masked with zeros: CONNECT of the JSON parser


def _say(port: int, *parts: bytes, listen_after: int = 1) -> None:
    """Send the parts, reading once after the first `listen_after` of them, and reset the connection."""
    with (
        contextlib.suppress(OSError),
        socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS) as wire,
    ):
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        for place, part in enumerate(parts):
            wire.sendall(part)
            if place < listen_after:
                wire.recv(65_536)


def half_a_request(port: int) -> None:
    """Begin an HTTP request and go."""
    _say(port, UPGRADE[:40], listen_after=0)


def no_connect(port: int) -> None:
    """Upgrade, never CONNECT, and go."""
    _say(port, UPGRADE)


def half_a_frame(port: int) -> None:
    """Announce a long frame, send a little of it, and go."""
    _say(port, UPGRADE, CONNECT, b"\x81\xfe\x10\0\0\0\0\0" + b"42[" * 5, listen_after=2)


def unmasked_frame(port: int) -> None:
    """Send a frame that only a server may send."""
    _say(port, UPGRADE, CONNECT, b"\x81\x0242", listen_after=3)


def nonsense(port: int) -> None:
    """Send a text frame that is no packet."""
    _say(port, UPGRADE, b"\x81\x81\0\0\0\0z", listen_after=2)


def abandoned_polling(port: int) -> None:
    """Open a polling session and never poll again."""
    _say(port, POLL)


ALL: Sequence[Callable[[int], None]] = (
    half_a_request,
    no_connect,
    half_a_frame,
    unmasked_frame,
    nonsense,
    abandoned_polling,
)


def visit(port: int, times: int) -> None:
    """Let each of them come so many times, one after the other."""
    for _ in range(times):
        for client in ALL:
            client(port)
