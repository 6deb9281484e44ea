"""Nobody keeps the server waiting for half a request.

Stock: half a request may stay open for an hour, and 100 MB of a body are taken.
"""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Iterator
from typing import Any

import pytest
from tornado.web import Application

from gameserver.transport.engine import DeadlineServer, EngineLimits, EngineServer

pytestmark = pytest.mark.gen_test


@pytest.fixture
def port(io_loop: Any, app: Application) -> Iterator[int]:
    server = DeadlineServer(app, header_seconds=0.1, idle_seconds=0.3, body_seconds=0.1, header_bytes=2_000)
    server.listen(0, "127.0.0.1")
    yield next(iter(server._sockets.values())).getsockname()[1]
    server.stop()
    io_loop.run_sync(server.close_all_connections)


async def _conversation(port: int, *parts: bytes) -> bytes:
    """Send these, one after the other's answer began, and return everything that came until the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    received = b""
    for part in parts[:-1]:
        writer.write(part)
        received += await reader.readuntil(b"}")
    writer.write(parts[-1])
    received += await reader.read()
    writer.close()
    return received


async def test_half_a_header_is_dropped(port: int) -> None:
    assert await _conversation(port, b"GET /engine.io/?EIO=4 HTTP/1.1\r\nHost: x\r\n") == b""


async def test_a_header_of_any_length_is_not_read(port: int) -> None:
    begun = b"GET /engine.io/?EIO=4 HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 3_000
    assert await _conversation(port, begun) == b""


async def test_a_connection_may_pause_between_requests_but_not_for_ever(port: int) -> None:
    request = b"GET /engine.io/?EIO=4 HTTP/1.1\r\nHost: x\r\n\r\n"
    received = await _conversation(port, request, request)
    assert received.count(b"Transport unknown") == 2


@pytest.fixture
def options() -> dict[str, Any]:

    return {"limits": EngineLimits(body_seconds=0.1)}


async def test_half_a_body_is_dropped(port: int, engine: EngineServer) -> None:
    request = (
        b"POST /engine.io/?EIO=4&transport=polling&sid=x HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n4"
    )
    assert await _conversation(port, request) == b""


async def test_where_files_run_out_a_newcomer_is_closed_and_accepting_goes_on(app: Application) -> None:
    """Stock: without a file left accepting fails, turn after turn, with a traceback for each."""
    server = DeadlineServer(app, spare_files=resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    server.listen(0, "127.0.0.1")
    port = next(iter(server._sockets.values())).getsockname()[1]
    for _ in range(3):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await reader.read() == b""
        writer.close()
    server.stop()
