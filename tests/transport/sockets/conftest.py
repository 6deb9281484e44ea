"""A Socket.IO server as the protocol's own test suite wants it, and clients of both parsers to try it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from tornado.httpserver import HTTPServer
from tornado.web import Application

from gameserver.transport.sockets import AsyncServer
from tests.transport.engine.wire import Wire
from tests.transport.sockets.speakers import JsonSpeaker, MsgpackSpeaker, Speaker


@pytest.fixture
def options() -> dict[str, Any]:
    return {}


@pytest.fixture
def server(options: dict[str, Any]) -> AsyncServer:
    """Echoes at `/` and `/custom`, and tells what CONNECT brought."""
    server = AsyncServer(**{"ping_interval": 60, "ping_timeout": 60, "connect_seconds": 60, **options})

    for namespace in ("/", "/custom"):

        @server.on("connect", namespace=namespace)
        async def connect(sid: str, environ: dict[str, Any], auth: Any, namespace: str = namespace) -> None:
            await server.emit("auth", auth or {}, to=sid, namespace=namespace)

        @server.on("message", namespace=namespace)
        async def message(sid: str, *args: Any, namespace: str = namespace) -> None:
            await server.emit("message-back", args, to=sid, namespace=namespace)

        @server.on("message-with-ack", namespace=namespace)
        async def with_ack(sid: str, *args: Any) -> Any:
            return args

    return server


def grow_silent(server: AsyncServer) -> None:
    """Let the server find that its only connection has not answered a PING in time."""
    (socket,) = server.eio.sockets.values()
    socket.send_ping(time.monotonic())
    assert socket.beat(time.monotonic() + server.eio.ping_timeout) is None


@pytest.fixture
def app(server: AsyncServer) -> Application:
    return Application([(r"/socket.io/", server.get_tornado_handler())])


@pytest.fixture
def wire(http_server: HTTPServer, http_port: int) -> Callable[[], Wire]:
    """Makes clients, inside the event loop."""
    return lambda: Wire(http_port, "socket")


@pytest.fixture(params=[JsonSpeaker, MsgpackSpeaker], ids=["json", "msgpack"])
def speaker(request: pytest.FixtureRequest) -> type[Speaker]:
    """The parser that the test's client speaks."""
    kind: type[Speaker] = request.param
    return kind
