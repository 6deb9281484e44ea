"""Links over real sockets: a Tornado server on each kind of loop, and a client that speaks bytes."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Self, TypeVar

import tornado.netutil
import uvloop
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from gameserver.transport.websocket.board import LinkSettings, Switchboard
from gameserver.transport.websocket.link import Owner
from gameserver.transport.websocket.upgrade import refusal, upgrade
from tests.transport.websocket.wire import Heard, heard

KINDS = ("asyncio", "uvloop", "asyncio with TLS", "uvloop with TLS")
_CERTIFICATE = Path(tornado.__file__).parent / "test"  # Tornado brings one for its own tests
PATIENCE = 60.0  # seconds, after which a test has failed


_T = TypeVar("_T")


def run(kind: str, story: Coroutine[Any, Any, _T]) -> _T:
    """Run it on that kind of loop."""
    factory = uvloop.new_event_loop if kind.startswith("uvloop") else asyncio.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(asyncio.wait_for(story, PATIENCE))


class Upgrade(RequestHandler):
    """Checks the handshake and gives the socket to a new owner."""

    def initialize(self, board: Switchboard, owner: Callable[[], Owner], origins: set[str]) -> None:
        self.board = board
        self.owner = owner
        self.origins = origins

    async def get(self) -> None:
        refused = refusal(self.request, self.origins.__contains__)
        if refused is not None:
            self.set_status(refused.status)
            for name, value in refused.headers.items():
                self.set_header(name, value)
            self.finish(refused.reason)
            return
        await upgrade(self, self.board, self.owner())


class Server:
    """Where clients connect to."""

    def __init__(self, port: int, context: ssl.SSLContext | None) -> None:
        self.port = port
        self._context = context

    async def connect(self, behind: bytes = b"") -> Client:
        """Open a WebSocket; `behind` is sent in one piece with the request."""
        client = await self.open()
        client.send(REQUEST + behind)
        head = await client.reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 ")
        return client

    async def open(self) -> Client:
        """Open a TCP or TLS connection."""
        # Without a limit: asyncio's TLS loses what it holds back when the other side closes.
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self.port, ssl=self._context, limit=1 << 30
        )
        return Client(reader, writer)


REQUEST = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class Client:
    """A socket, and the server's bytes on it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.writer.transport.abort()
        with suppress(OSError):
            await self.writer.wait_closed()

    def send(self, data: bytes) -> None:
        """Write without waiting."""
        self.writer.write(data)

    async def frame(self) -> Heard:
        """The next frame."""
        head = await self.reader.readexactly(2)
        extended = {126: 2, 127: 8}.get(head[1], 0)
        length = await self.reader.readexactly(extended)
        body = await self.reader.readexactly(int.from_bytes(length, "big") if extended else head[1])
        (frame,) = heard(head + length + body)
        return frame

    async def converse(self, pieces: list[bytes]) -> list[Heard]:
        """Write the pieces, each in a turn of its own, and hear what comes until the server closes."""

        async def write() -> None:
            with suppress(ConnectionError):
                for piece in pieces:
                    self.writer.write(piece)
                    await self.writer.drain()
                    await asyncio.sleep(0)

        async def read() -> bytes:
            data = b""
            with suppress(ConnectionError):
                while piece := await self.reader.read(1 << 20):
                    data += piece
            return data

        _, data = await asyncio.gather(write(), read())
        return heard(data)


@asynccontextmanager
async def serving(
    kind: str,
    owner: Callable[[], Owner],
    settings: LinkSettings | None = None,
    *,
    origins: set[str] | None = None,
) -> AsyncIterator[Server]:
    """Serve links with such owners on this loop."""
    board = Switchboard(asyncio.get_running_loop(), settings)
    arguments = {"board": board, "owner": owner, "origins": origins or set()}
    application = Application([("/", Upgrade, arguments)], log_function=lambda handler: None)
    server_context = client_context = None
    if kind.endswith("TLS"):
        server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server_context.load_cert_chain(_CERTIFICATE / "test.crt", _CERTIFICATE / "test.key")
        client_context = ssl.create_default_context()
        client_context.check_hostname = False
        client_context.verify_mode = ssl.CERT_NONE
    http = HTTPServer(application, ssl_options=server_context)
    sockets = tornado.netutil.bind_sockets(0, "127.0.0.1")
    http.add_sockets(sockets)
    try:
        yield Server(sockets[0].getsockname()[1], client_context)
    finally:
        http.stop()
        await http.close_all_connections()
