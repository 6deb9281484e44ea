"""Tornado's HTTP server with deadlines for slow requests, and bounds for connections that ask nothing."""

from __future__ import annotations

import asyncio
import copy
import enum
import math
import resource
import socket
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, cast

from tornado.http1connection import HTTP1Connection
from tornado.httpserver import HTTPServer
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPInputError,
    HTTPMessageDelegate,
    HTTPServerConnectionDelegate,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.iostream import IOStream, UnsatisfiableReadError
from tornado.web import Application

from gameserver.transport.engine.addresses import network_of
from gameserver.transport.engine.tickets import Tickets

_HOST_CHARS = 1_024  # no name is as long; Tornado fails on a port of more digits than `int` takes
_REQUESTS_AT_ONCE = 8  # begun in one turn; each takes up to half a millisecond
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_AT_ONCE = 32  # connections accepted in one turn: the others' requests are there when their turn comes
_EARLY = 0.05  # seconds that a timer set in a long turn of the loop may come too early: uvloop's do


class Doorstep:
    """A listening socket on which no more than some connections are accepted in one turn of the loop.

    Tornado accepts until nobody waits or 128 have come, and each of them costs a turn up to 0.3 ms.
    """

    def __init__(self, listening: socket.socket, at_once: int = _AT_ONCE) -> None:
        self._listening = listening
        self._at_once = at_once
        self._left = at_once

    def __getattr__(self, name: str) -> Any:
        """All else is the socket's own."""
        return getattr(self._listening, name)

    def accept(self) -> tuple[socket.socket, Any]:
        """Raises BlockingIOError if nobody waits, and once after so many: the loop asks again next turn."""
        if not self._left:
            self._left = self._at_once
            raise BlockingIOError
        self._left -= 1
        try:
            return self._listening.accept()
        except BlockingIOError:
            self._left = self._at_once
            raise


class DeadlineServer(HTTPServer):
    """Closes a connection that takes too long over a request.

    The header of a connection's first request has to be whole `header_seconds` after the connection was
    opened, and that of a later one `idle_seconds` after the answer before it. A body has `body_seconds`.
    No header is read beyond `header_bytes`. While fewer than `spare_files` files are left to the process, a
    new connection is closed at once: without any left, accepting fails again and again. So is one of an
    address that has `connections_per_address` here already, unless `unbounded` says that it is a proxy's;
    what has become a WebSocket is here no more. Of all connections' requests some begin in each turn of the
    loop, and none of a connection that is closed. With `plain_bodies` a body has a Content-Length, and none
    is taken apart as a form: small parts cost much to read. Without TLS, `shortcut` is asked first whether
    it takes an accepted socket for itself, and once more in the next turn of the loop if it said None.
    `counts` gets `header_timeout`, `header_too_large`, `idle_timeout`, `body_timeout`, `refused_for_files`
    and `refused_http_per_address`. Other options are those of `tornado.httpserver.HTTPServer`.
    """

    def initialize(  # type: ignore[override]  # a constructor: its options go by name
        self,
        request_callback: Application | HTTPServerConnectionDelegate,
        *,
        header_seconds: float = 10.0,
        idle_seconds: float = 60.0,
        body_seconds: float = 10.0,
        header_bytes: int = 16 * 1024,
        spare_files: int = 32,
        plain_bodies: bool = False,
        connections_per_address: int = 1_000,
        unbounded: Callable[[str], bool] = lambda address: False,
        shortcut: Callable[[socket.socket, tuple[Any, ...]], bool | None] | None = None,
        counts: Counter[str] | None = None,
        **options: Any,
    ) -> None:
        super().initialize(
            request_callback,
            idle_connection_timeout=idle_seconds,
            body_timeout=body_seconds,
            max_header_size=header_bytes,
            **options,
        )
        self._first = copy.copy(self.conn_params)
        self._first.header_timeout = header_seconds
        self._body_seconds = body_seconds
        self._spare_files = spare_files
        self._plain_bodies = plain_bodies
        self._tickets = Tickets(_REQUESTS_AT_ONCE)
        self._files = 0.0  # from this number on the limit is looked at
        self._most = connections_per_address
        self._unbounded = unbounded
        self._shortcut = None if self.ssl_options is not None else shortcut
        self._open: Counter[str] = Counter()  # connections by address, of those that are bounded
        self._requests: dict[object, _Request] = {}  # by connection, the last one
        self.counts: Counter[str] = Counter() if counts is None else counts

    def add_sockets(self, sockets: Iterable[socket.socket]) -> None:
        """Accept connections on these, of a crowd some in each turn of the loop."""
        super().add_sockets(cast("list[socket.socket]", [Doorstep(each) for each in sockets]))

    def _handle_connection(self, connection: socket.socket, address: Any) -> None:
        """Tornado's own: it brings an accepted connection, and would make a stream of it at once."""
        if self._is_one_too_many(connection):
            connection.close()
        elif self._shortcut is None or not address:  # a Unix socket's is empty
            super()._handle_connection(connection, address)
        elif (taken := self._shortcut(connection, address)) is None:
            # In a crowd the request is there before this turn is over, and the long way costs twice as much.
            asyncio.get_running_loop().call_soon(self._look_again, connection, address)
        elif not taken:
            super()._handle_connection(connection, address)

    def _look_again(self, connection: socket.socket, address: Any) -> None:
        assert self._shortcut is not None
        if not self._shortcut(connection, address):
            super()._handle_connection(connection, address)

    def _is_one_too_many(self, connection: socket.socket) -> bool:
        """Whether too few files are left; a connection's number is the lowest that was free."""
        if connection.fileno() < self._files:
            return False
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        self._files = math.inf if files == resource.RLIM_INFINITY else files - self._spare_files
        if connection.fileno() < self._files:
            return False
        self.counts["refused_for_files"] += 1
        return True

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        """Go Tornado's way, if this address may have one more connection."""
        key = self._key(address)
        if key is not None and self._open[key] >= self._most:
            self.counts["refused_http_per_address"] += 1
            stream.close()
            return
        if key is not None:
            self._open[key] += 1
        super().handle_stream(stream, address)

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        """Tornado asks here before it reads a request."""
        first = server_conn not in self._requests
        connection = cast("HTTP1Connection", request_conn)
        if first:
            connection.params = self._first
        request = _Request(
            super().start_request(server_conn, request_conn),
            connection.stream,
            self._tickets,
            self._plain_bodies,
            _Stage.FIRST if first else _Stage.LATER,
            connection.params.header_timeout or 0.0,
            self._body_seconds,
        )
        self._requests[server_conn] = request
        return request

    def on_close(self, server_conn: object) -> None:
        """Tornado serves this connection no more: it is closed, or taken over."""
        super().on_close(server_conn)
        request = self._requests.pop(server_conn, None)
        error = server_conn.stream.error  # type: ignore[attr-defined]
        if request is not None and (limit := request.ended_by(error)) is not None:
            self.counts[limit] += 1
        key = self._key(server_conn.context.address)  # type: ignore[attr-defined]
        if key is not None:
            self._open[key] -= 1
            if not self._open[key]:
                del self._open[key]

    def _key(self, address: Any) -> str | None:
        """Return by what a connection is bounded; None for those that are not."""
        if not isinstance(address, tuple) or self._unbounded(address[0]):
            return None
        return network_of(address[0])


class _Stage(enum.Enum):
    """What of a request is waited for, and what is counted if it does not come in time."""

    FIRST = "header_timeout"
    LATER = "idle_timeout"
    BODY = "body_timeout"
    READ = None


class _Request(HTTPMessageDelegate):
    """A request on its way to whoever answers it, and how far it has come."""

    def __init__(
        self,
        answering: HTTPMessageDelegate,
        stream: IOStream,
        tickets: Tickets,
        plain_body: bool,
        stage: _Stage,
        header_seconds: float,
        body_seconds: float,
    ) -> None:
        self._answering = answering
        self._stream = stream
        self._tickets = tickets
        self._plain_body = plain_body
        self._stage = stage
        self._body_seconds = body_seconds
        self._due = time.monotonic() + header_seconds

    def ended_by(self, error: BaseException | None) -> str | None:
        """Return what to count, if the connection has ended because a part was too late or too long."""
        if isinstance(error, UnsatisfiableReadError) and self._stage in (_Stage.FIRST, _Stage.LATER):
            return "header_too_large"
        late: str | None = self._stage.value
        return late if time.monotonic() >= self._due - _EARLY else None

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        self._stage = _Stage.BODY
        self._due = time.monotonic() + self._body_seconds
        if len(headers.get("Host", "")) > _HOST_CHARS:
            raise HTTPInputError("Host too long")
        if self._plain_body:
            if "Transfer-Encoding" in headers:
                raise HTTPInputError("a body without Content-Length")
            if headers.get("Content-Type", "").startswith(_FORMS):
                del headers["Content-Type"]
        turn = self._tickets.take()
        if turn is None:
            return self._begin(start_line, headers)
        return self._wait(turn, start_line, headers)

    async def _wait(
        self, turn: Awaitable[None], start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> None:
        await turn
        beginning = self._begin(start_line, headers)
        if beginning is not None:
            await beginning

    def _begin(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        if self._stream.closed():  # what it sent before is still in the buffer, and nobody waits for answers
            raise HTTPInputError("the connection is closed")
        return self._answering.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        return self._answering.data_received(chunk)

    def finish(self) -> None:
        self._stage = _Stage.READ
        self._answering.finish()

    def on_connection_close(self) -> None:
        self._answering.on_connection_close()
