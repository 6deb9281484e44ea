"""An Engine.IO server that echoes, and a client to try it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tornado.httpserver import HTTPServer
from tornado.web import Application

from gameserver.transport.engine import EngineServer
from tests.transport.engine.wire import Wire


@pytest.fixture
def options() -> dict[str, Any]:
    """What the server is built with: no heartbeat falls into a test.

    A test module or class says otherwise by a fixture of its own.
    """
    return {"ping_interval": 60, "ping_timeout": 60, "max_http_buffer_size": 10_000}


@pytest.fixture
def engine(options: dict[str, Any]) -> EngineServer:
    server = EngineServer(**options)

    @server.on("message")
    async def echo(sid: str, data: Any) -> None:
        await server.send(sid, data)

    return server


@pytest.fixture
def app(engine: EngineServer) -> Application:
    return Application([(r"/engine.io/", engine.get_tornado_handler())])


@pytest.fixture
def wire(http_server: HTTPServer, http_port: int) -> Callable[[], Wire]:
    """Makes clients, inside the event loop."""
    return lambda: Wire(http_port)
