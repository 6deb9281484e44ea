"""The HTTP side of Engine.IO v4: handshakes, polls, posts, upgrades; everything is refused before the 101."""

from __future__ import annotations

import asyncio
import gzip
import json
import math
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from tornado.http1connection import HTTP1Connection
from tornado.web import RequestHandler, stream_request_body

from gameserver.transport.engine.polling import NOTHING, Polling
from gameserver.transport.engine.probe import Probe
from gameserver.transport.engine.request import environ_of
from gameserver.transport.websocket.link import Owner
from gameserver.transport.websocket.upgrade import refusal, upgrade

if TYPE_CHECKING:
    from gameserver.transport.engine.server import EngineServer
    from gameserver.transport.engine.socket import EngineSocket

# The codes and texts of Node's Engine.IO server, which its clients may know.
_UNKNOWN_TRANSPORT: Final = (0, "Transport unknown")
_UNKNOWN_SID: Final = (1, "Session ID unknown")
_BAD_METHOD: Final = (2, "Bad handshake method")
_BAD_REQUEST: Final = (3, "Bad request")
_FORBIDDEN: Final = (4, "Forbidden")
_BAD_VERSION: Final = (5, "Unsupported protocol version")

_LENGTH: Final = re.compile("[0-9]{1,18}")  # of a body; more digits only take long to read


class _Refused(Exception):
    """Answer with this instead."""

    def __init__(self, status: int, error: tuple[int, str], headers: dict[str, str] | None = None) -> None:
        super().__init__(error[1])
        self.status = status
        self.error = error
        self.headers = headers or {}


def make_handler(server: EngineServer) -> type[RequestHandler]:
    """Return a handler class for this server."""
    return type("EngineHandler", (EngineHandler,), {"server": server})


@stream_request_body
class EngineHandler(RequestHandler):
    """One request of a client."""

    server: ClassVar[EngineServer]

    def initialize(self) -> None:
        self._body = bytearray()
        self._too_big = False
        self._refusal: _Refused | None = None  # decided before the body is read
        self._polling: EngineSocket | None = None  # whose GET this is, while it waits

    def set_default_headers(self) -> None:
        self.set_header("Content-Type", "text/plain; charset=UTF-8")
        self.set_header("Cache-Control", "no-store")

    def check_xsrf_cookie(self) -> None:
        """A session id is needed to post, and no cookie is enough: there is nothing to forge."""

    def check_trusted_origin(self, origin: str) -> bool:
        """The server's own policy decides."""
        return True

    def compute_etag(self) -> None:
        """No answer comes twice."""

    def prepare(self) -> None:
        """Judge what can be judged before the body is read."""
        server = self.server
        request = self.request
        self.remote_ip = server.proxies.remote_ip(request)
        self._scheme = server.proxies.scheme(request)
        if request.method == "POST":
            self._expect_body()
        origin = request.headers.get("Origin")
        if origin is not None and not server.origins.allows(origin, request, self._scheme, self._environ):
            self._refusal = _Refused(HTTPStatus.FORBIDDEN, _FORBIDDEN)
            return  # said once the body is read: to answer before it would cost the connection
        for name, value in server.origins.headers(origin, request):
            self.set_header(name, value)

    def _expect_body(self) -> None:
        limits = self.server.limits
        most = self.server.max_http_buffer_size
        connection = cast("HTTP1Connection", self.request.connection)
        connection.set_body_timeout(limits.body_seconds)
        length = self.request.headers.get("Content-Length", "0")
        size = int(length) if _LENGTH.fullmatch(length) else math.inf
        self._too_big = size > most
        if size > most + limits.body_discard_bytes:
            self._answer_too_big()
        else:
            connection.set_max_body_size(most + limits.body_discard_bytes)

    def data_received(self, chunk: bytes) -> None:
        """Keep a body within the bound; of a longer one, nothing."""
        self._too_big = (
            self._too_big
            or self._refusal is not None
            or len(self._body) + len(chunk) > self.server.max_http_buffer_size
        )
        if self._too_big:
            self._body.clear()
        else:
            self._body += chunk

    async def get(self) -> None:
        """Handshake, poll, or upgrade."""
        try:
            transport, sid = self._query()
            if sid is None:
                await self._open(transport)
            else:
                socket = self._find(sid)
                if transport == "websocket":
                    await self._upgrade(socket)
                else:
                    await self._poll(socket)
        except _Refused as refused:
            self._answer_refused(refused)

    async def post(self) -> None:
        """Packets of a polling client."""
        try:
            _, sid = self._query()
            if sid is None:
                raise _Refused(HTTPStatus.BAD_REQUEST, _BAD_METHOD)
            socket = self._find(sid)
            if self._too_big:
                self._answer_too_big()
            else:
                await self._receive(socket)
        except _Refused as refused:
            self._answer_refused(refused)

    def options(self) -> None:
        """The preflight of a page from another origin; its headers are set already."""
        if self._refusal is not None:
            self._answer_refused(self._refusal)
            return
        self.set_status(HTTPStatus.NO_CONTENT)
        self.clear_header("Content-Type")

    def _other_method(self) -> None:
        self._answer_refused(_Refused(HTTPStatus.BAD_REQUEST, _BAD_METHOD))

    head = put = patch = delete = _other_method

    def on_connection_close(self) -> None:
        """The client is gone, and with it a poll that waits."""
        super().on_connection_close()
        if self._polling is not None:
            self._polling.lose()

    # The parts of a GET.

    def _query(self) -> tuple[str, str | None]:
        if self._refusal is not None:
            raise self._refusal
        arguments = self.request.query_arguments
        transport = arguments.get("transport", [b""])[0].decode("latin-1")
        if transport not in self.server.transports or "j" in arguments:
            raise _Refused(HTTPStatus.BAD_REQUEST, _UNKNOWN_TRANSPORT)
        if "sid" in arguments:
            return transport, arguments["sid"][0].decode("latin-1")
        if self.request.method == "GET" and arguments.get("EIO") != [b"4"]:
            raise _Refused(HTTPStatus.BAD_REQUEST, _BAD_VERSION)
        return transport, None

    def _find(self, sid: str) -> EngineSocket:
        socket: EngineSocket | None = self.server.sockets.get(sid)
        if socket is None:
            self.server.counts["unknown_sid"] += 1
            raise _Refused(HTTPStatus.BAD_REQUEST, _UNKNOWN_SID)
        return socket

    async def _open(self, transport: str) -> None:
        if transport == "websocket":
            self._check_websocket()
        server = self.server
        barred = server.barred(self.remote_ip)
        if barred is not None:
            raise _Refused(HTTPStatus.FORBIDDEN, (_FORBIDDEN[0], barred))
        bound = server.doorkeeper.admit(self.remote_ip)
        if bound is not None:
            server.counts[f"refused_{bound}"] += 1
            wait = {"Retry-After": str(server.limits.retry_after_seconds)}
            raise _Refused(HTTPStatus.SERVICE_UNAVAILABLE, (3, "Too many connections"), wait)
        socket = server.open(self.remote_ip)
        try:
            if server.wants_environ:
                socket.open_polling()
                answer = await server.ask_to_connect(socket, self._environ())
                if answer is not True:
                    socket.forget()
                    raise _Refused(HTTPStatus.UNAUTHORIZED, (4, answer))
            self._set_cookie(socket.sid)
            if transport == "websocket":
                await self._take_over(socket, socket)
            else:
                self._answer(socket.begin_polling())
        except Exception:
            socket.lose()
            raise

    async def _poll(self, socket: EngineSocket) -> None:
        polling = socket.polling
        if polling is None:
            raise _Refused(HTTPStatus.BAD_REQUEST, _BAD_REQUEST)
        if polling.is_waiting:
            socket.overlap()
            raise _Refused(HTTPStatus.BAD_REQUEST, _BAD_REQUEST)
        if polling.is_choked:
            self.server.board.turn.tally.backlogs += 1
            socket.abort("slow_consumer")
            raise _Refused(HTTPStatus.BAD_REQUEST, _BAD_REQUEST)
        if not socket.polled():
            raise _Refused(HTTPStatus.BAD_REQUEST, _UNKNOWN_SID)
        if socket.probe is not None and socket.probe.probed and polling.is_empty:
            self._answer(NOTHING)
            return
        body = polling.poll()
        if isinstance(body, asyncio.Future):
            self._polling = socket
            body = await body
            self._polling = None
        elif socket.closing:
            socket.forget()
        self._deliver(socket, polling, body)

    def _deliver(self, socket: EngineSocket, polling: Polling, body: bytes) -> None:
        """Answer a poll, and see that the client reads it: unread answers are backlog as well."""
        stream = cast("HTTP1Connection", self.request.connection).stream
        delivered = self._answer(body)
        if delivered.done():
            return

        def drop() -> None:
            board.turn.tally.stalls += 1
            socket.abort("slow_consumer")
            stream.close()

        board = self.server.board
        due = board.sweeper.after(board.settings.outbox.stall_seconds, drop)
        polling.delivering(len(body))

        def over(_: asyncio.Future[None]) -> None:
            due.cancel()
            polling.delivering(-len(body))

        delivered.add_done_callback(over)

    async def _upgrade(self, socket: EngineSocket) -> None:
        self._check_websocket()
        if (
            socket.polling is None
            or socket.probe is not None
            or socket.closing
            or not self.server.allow_upgrades
        ):
            raise _Refused(HTTPStatus.BAD_REQUEST, _BAD_REQUEST)
        socket.probe = Probe(socket)
        await self._take_over(socket, socket.probe)

    def _check_websocket(self) -> None:
        if "Upgrade" not in self.request.headers:
            raise _Refused(HTTPStatus.BAD_REQUEST, _BAD_REQUEST)
        refused = refusal(self.request, lambda origin: True)  # `prepare` has asked for the origin
        if refused is not None:
            raise _Refused(refused.status, (_BAD_REQUEST[0], refused.reason), refused.headers)

    async def _take_over(self, socket: EngineSocket, owner: Owner) -> None:
        link = await upgrade(self, self.server.board, owner)
        if link is None:
            if owner is socket:
                socket.lose()
            elif socket.probe is not None:
                socket.probe.fail()

    # The parts of a POST.

    async def _receive(self, socket: EngineSocket) -> None:
        if socket.polling is None or socket.closing:
            raise _Refused(HTTPStatus.BAD_REQUEST, _BAD_REQUEST)
        if socket.posting:
            socket.overlap()
            raise _Refused(HTTPStatus.BAD_REQUEST, _BAD_REQUEST)
        if not socket.polled():
            raise _Refused(HTTPStatus.BAD_REQUEST, _UNKNOWN_SID)
        await socket.receive_payload(bytes(self._body))
        if socket.closed_for == "bad_request":
            raise _Refused(HTTPStatus.BAD_REQUEST, _BAD_REQUEST)
        self._answer(b"ok")

    # Answers.

    def _answer(self, body: bytes) -> asyncio.Future[None]:
        """Answer; the future says when the kernel has all of it."""
        server = self.server
        if (
            server.http_compression
            and len(body) >= server.compression_threshold
            and "gzip" in self.request.headers.get("Accept-Encoding", "")
        ):
            body = gzip.compress(body, compresslevel=1)
            self.set_header("Content-Encoding", "gzip")
        return self.finish(body)

    def _answer_refused(self, refused: _Refused) -> None:
        self.server.counts[f"http_{refused.status}"] += 1
        self.set_status(refused.status)
        self.set_header("Content-Type", "application/json")
        for name, value in refused.headers.items():
            self.set_header(name, value)
        code, message = refused.error
        self.finish(json.dumps({"code": code, "message": message}))

    def _answer_too_big(self) -> None:
        self.set_header("Connection", "close")  # in case the body was not read
        self._answer_refused(_Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, (3, "Payload too large")))

    def _set_cookie(self, sid: str) -> None:
        cookie = self.server.cookie
        if not cookie:
            return
        attributes = (
            dict(cookie) if isinstance(cookie, dict) else {"name": cookie, "path": "/", "SameSite": "Lax"}
        )
        parts = [f"{attributes.pop('name', 'io')}={sid}"]
        for name, value in attributes.items():
            value = value() if callable(value) else value
            if value is not False:
                parts.append(name if value is True else f"{name}={value}")
        self.add_header("Set-Cookie", "; ".join(parts))

    def _environ(self) -> dict[str, Any]:
        return environ_of(self, self.remote_ip, self._scheme)
