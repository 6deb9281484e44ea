"""From an HTTP request in Tornado to a link: RFC 6455's opening handshake, server side."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import socket
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import cast

from tornado.httputil import HTTPServerRequest
from tornado.iostream import IOStream, SSLIOStream, StreamClosedError
from tornado.web import RequestHandler

from gameserver.transport.websocket.board import Switchboard
from gameserver.transport.websocket.deflate import AGREED, agrees
from gameserver.transport.websocket.link import Link, Owner
from gameserver.transport.websocket.streampipe import StreamPipe

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 section 1.3


@dataclass(frozen=True, slots=True)
class Refused:
    """The answer to a handshake that is no good, to be given instead of the 101."""

    status: int
    reason: str
    headers: dict[str, str] = field(default_factory=dict)


def refusal(request: HTTPServerRequest, origin_allowed: Callable[[str], bool]) -> Refused | None:
    """Check the opening handshake (RFC 6455 section 4.2.1); None if it is in order.

    `origin_allowed` judges the Origin header of browsers; clients without one are not asked.
    """
    headers = request.headers
    if request.method != "GET" or request.version != "HTTP/1.1":
        return Refused(HTTPStatus.BAD_REQUEST, "a WebSocket begins with GET and HTTP/1.1")
    if "websocket" not in _tokens(headers.get("Upgrade", "")):
        return Refused(
            HTTPStatus.UPGRADE_REQUIRED,
            "Upgrade must be websocket",
            {"Upgrade": "websocket", "Connection": "Upgrade"},
        )
    if "upgrade" not in _tokens(headers.get("Connection", "")):
        return Refused(HTTPStatus.BAD_REQUEST, "Connection must be Upgrade")
    if headers.get("Sec-WebSocket-Version") != "13":
        return Refused(HTTPStatus.UPGRADE_REQUIRED, "version 13 only", {"Sec-WebSocket-Version": "13"})
    if not is_key(headers.get("Sec-WebSocket-Key", "")):
        return Refused(HTTPStatus.BAD_REQUEST, "Sec-WebSocket-Key must be 16 bytes in base64")
    origin = headers.get("Origin")
    if origin is not None and not origin_allowed(origin):
        return Refused(HTTPStatus.FORBIDDEN, "origin not allowed")
    return None


def accept_value(key: str) -> str:
    """Answer the client's Sec-WebSocket-Key (RFC 6455 section 4.2.2)."""
    return base64.b64encode(hashlib.sha1(key.encode() + _GUID).digest()).decode()


def answer(request: HTTPServerRequest, headers: Iterable[tuple[str, str]]) -> bytes:
    """Return the 101 for a handshake that was checked, with these headers beside its own."""
    lines = [f"{name}: {value}" for name, value in headers]
    accept = accept_value(request.headers["Sec-WebSocket-Key"])
    head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade"
    return "\r\n".join([head, f"Sec-WebSocket-Accept: {accept}", *lines, "", ""]).encode("latin-1")


def take_over(
    sock: socket.socket, board: Switchboard, owner: Owner, answer: bytes, *, prepared: bool = False
) -> Link:
    """Answer, and serve an accepted socket from which nothing but its handshake has been read.

    That begins in the next turn of the loop, and takes no task. `prepared` says that the listening socket
    was. Raises OSError if the client is gone.
    """
    if not prepared:
        prepare(sock, board.settings.send_buffer_bytes)
    link = Link(board, owner, sock.send, answer=answer, tcp=sock)
    _go_on(asyncio.get_running_loop().connect_accepted_socket(lambda: protocol_of(link), sock))
    return link


def _go_on(connecting: Coroutine[asyncio.Future[None], None, object], waited: object = None) -> None:
    """Run this up to where it waits, which it does once, and later from there to its end."""
    try:
        waiter = connecting.send(None)
    except StopIteration:
        return
    waiter.add_done_callback(partial(_go_on, connecting))


async def upgrade(handler: RequestHandler, board: Switchboard, owner: Owner) -> Link | None:
    """Answer 101 and take the socket over from Tornado; None if the client is gone meanwhile.

    The handshake must have been checked. The owner's `on_open` is called before this returns.
    """
    handler.clear_header("Content-Type")
    handler.set_status(HTTPStatus.SWITCHING_PROTOCOLS)
    handler.set_header("Upgrade", "websocket")
    handler.set_header("Connection", "Upgrade")
    handler.set_header("Sec-WebSocket-Accept", accept_value(handler.request.headers["Sec-WebSocket-Key"]))
    deflates = board.settings.deflate and agrees(handler.request.headers.get("Sec-WebSocket-Extensions", ""))
    if deflates:
        handler.set_header("Sec-WebSocket-Extensions", AGREED)
    answered = handler.finish()
    stream = handler.detach()
    try:
        await answered
    except StreamClosedError:
        return None
    if stream.closed():  # the 101 went out, and then the client reset the connection
        return None
    assert isinstance(stream.socket, socket.socket)
    prepare(stream.socket, board.settings.send_buffer_bytes)
    if isinstance(stream, SSLIOStream):
        pipe = StreamPipe(stream)
        link = Link(board, owner, pipe.send, deflates=deflates)
        pipe.start(protocol_of(link))
        return link
    try:
        early = _taken_off(stream)
    except StreamClosedError:
        return None
    if stream.closed():
        return None
    link = Link(board, owner, stream.socket.send, early, deflates=deflates, tcp=stream.socket)
    await asyncio.get_running_loop().connect_accepted_socket(lambda: protocol_of(link), stream.socket)
    return link


def protocol_of(link: Link) -> asyncio.Protocol:
    """A link has all that a protocol has, but not that for a base, with which it could not be compiled."""
    return cast("asyncio.Protocol", link)


def prepare(sock: socket.socket, send_buffer_bytes: int) -> None:
    """Set what a link asks of its socket; what a listening socket accepts inherits it (Linux, tcp(7))."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer_bytes)
    if sock.family != socket.AF_UNIX:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _taken_off(stream: IOStream) -> bytes:
    """Take the stream off the loop, and from it what the client sent right behind its request."""
    reading = stream.read_bytes(stream.max_buffer_size, partial=True)
    assert isinstance(reading, asyncio.Future)
    if stream.closed():  # the client went while it was read from
        if reading.done():
            reading.exception()
        return b""
    stream.io_loop.remove_handler(stream.fileno())
    return reading.result() if reading.done() and not reading.exception() else b""


def _tokens(header: str) -> list[str]:
    return [token.strip().lower() for token in header.split(",")]


def is_key(key: str) -> bool:
    """Tell whether this Sec-WebSocket-Key is 16 bytes in base64."""
    try:
        return len(base64.b64decode(key, validate=True)) == 16
    except (binascii.Error, ValueError):
        return False
