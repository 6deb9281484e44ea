"""The page about the transport says what is so: its examples are taken from it and played."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import engineio
import pytest
import socketio
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port

from tests.support.patience import PATIENCE_SECONDS

PAGE = Path(__file__).parents[2] / "docs" / "transport.md"
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)


@pytest.fixture
def port(request: pytest.FixtureRequest, io_loop: Any) -> Iterator[int]:
    """Where the example of this number is served."""
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(EXAMPLES[request.param], str(PAGE), "exec"), names)
    server = HTTPServer(names["make_app"]())
    socket, port = bind_unused_port()
    server.add_socket(socket)
    yield port
    server.stop()
    io_loop.run_sync(server.close_all_connections)


def test_there_are_three_examples() -> None:
    assert len(EXAMPLES) == 3


@pytest.mark.gen_test
@pytest.mark.parametrize("port", [0], indirect=True)
async def test_the_first_is_a_socket_io_server(port: int) -> None:
    anna, bo = socketio.AsyncClient(), socketio.AsyncClient(serializer="msgpack")
    said: asyncio.Queue[Any] = asyncio.Queue()
    bo.on("said", said.put)
    for client in (anna, bo):
        await client.connect(
            f"http://127.0.0.1:{port}", namespaces=["/", "/game"], wait_timeout=PATIENCE_SECONDS
        )
    assert await anna.call("say", "hello") == "sent"
    assert await said.get() == {"by": anna.get_sid(), "text": "hello"}
    assert await anna.call("move", ([1, 2], b"picture"), namespace="/game") == 7
    for client in (anna, bo):
        await client.disconnect()


@pytest.mark.gen_test
@pytest.mark.parametrize("port", [1], indirect=True)
async def test_the_second_is_a_gate(port: int) -> None:
    anna, bo = socketio.AsyncClient(), socketio.AsyncClient(serializer="msgpack")
    drawn: asyncio.Queue[Any] = asyncio.Queue()
    for client in (anna, bo):
        client.on("draw", lambda *args: drawn.put_nowait(args))
        await client.connect(
            f"http://127.0.0.1:{port}", transports=["websocket"], wait_timeout=PATIENCE_SECONDS
        )
    await anna.emit("draw", {"pixels": b"\x01"})
    for _ in range(2):
        assert await drawn.get() == (anna.get_sid(), {"pixels": b"\x01"})
    for client in (anna, bo):
        await client.disconnect()


@pytest.mark.gen_test
@pytest.mark.parametrize("port", [2], indirect=True)
async def test_the_third_is_an_engine_io_server(port: int) -> None:
    client = engineio.AsyncClient()
    received: asyncio.Queue[Any] = asyncio.Queue()
    client.on("message", received.put)
    with pytest.raises(engineio.exceptions.ConnectionError):
        await client.connect(f"http://127.0.0.1:{port}")
    await client.connect(f"http://127.0.0.1:{port}/?password=xyzzy")
    await client.send("hello")
    assert await received.get() == "hello"
    await client.disconnect()
