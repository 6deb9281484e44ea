"""What an application of the Engine.IO server alone is told, and what it may do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from tornado.web import Application

from gameserver.transport.engine import EngineLimits, EngineServer
from tests.transport.engine.wire import Wire

pytestmark = pytest.mark.gen_test
Client = Callable[[], Wire]


@pytest.fixture
def options() -> dict[str, Any]:
    return {"limits": EngineLimits(connections_per_address=2, retry_after_seconds=7), "cookie": "io"}


async def test_handlers_are_told_in_order(wire: Client, engine: EngineServer) -> None:
    told: list[Any] = []

    @engine.on("connect")
    async def connect(sid: str, environ: dict[str, Any]) -> None:
        await asyncio.sleep(0.01)
        told.append(("connect", environ["REMOTE_ADDR"], environ["QUERY_STRING"], environ["HTTP_HOST"][:9]))

    @engine.on("message")
    async def message(sid: str, data: Any) -> None:
        await asyncio.sleep(0.01 if data == "one" else 0)
        told.append(data)

    over = asyncio.Event()

    @engine.on("disconnect")
    def disconnect(sid: str, reason: str) -> None:
        told.append(reason)
        over.set()

    async with wire() as client:
        socket = await client.websocket()
        await socket.send("4one", "4two", b"three", '4{"four":[4]}', "45")
        await socket.send("1")
        await over.wait()
    assert told == [
        ("connect", "127.0.0.1", "EIO=4&transport=websocket", "127.0.0.1"),
        "one",
        "two",
        b"three",
        {"four": [4]},
        "5",
        "client disconnect",
    ]


@pytest.mark.parametrize("answer", [False, "go away", RuntimeError("trouble")])
async def test_an_application_may_refuse(wire: Client, engine: EngineServer, answer: Any) -> None:
    @engine.on("connect")
    def connect(sid: str, environ: dict[str, Any]) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return answer

    async with wire() as client:
        refused = await client.get()
        assert refused.status == 401
        assert await client.refused_websocket() == 401
    if answer == "go away":
        assert "go away" in refused.text
    assert not engine.sockets
    assert engine.doorkeeper.connections == 0


@pytest.mark.parametrize("transport", ["polling", "websocket"])
async def test_what_is_sent_while_connecting_comes_behind_the_handshake(
    wire: Client, engine: EngineServer, transport: str
) -> None:
    @engine.on("connect")
    async def connect(sid: str, environ: dict[str, Any]) -> None:
        async with engine.session(sid) as session:
            session["name"] = "Anna"
        await engine.send(sid, "hello")
        await engine.send(sid, b"you")

    async with wire() as client:
        if transport == "polling":
            packets = (await client.get()).packets
            assert packets[1:] == ["4hello", "beW91"]
        else:
            socket = await client.websocket()
            packets = [await socket.receive() for _ in range(3)]
            assert packets[1:] == ["4hello", b"you"]
        assert packets[0][0] == "0"
        (sid,) = engine.sockets
        assert await engine.get_session(sid) == {"name": "Anna"}


async def test_too_many_connections_are_told_when_to_come_back(wire: Client, engine: EngineServer) -> None:
    """Stock: sessions opened by polling GETs are unlimited."""
    async with wire() as client:
        await client.open()
        socket = await client.websocket()
        answer = await client.get()
        assert answer.status == 503
        assert answer.headers["Retry-After"] == "7"
        assert await client.refused_websocket() == 503
        await socket.send("1")
        await socket.until_closed()
        await client.open()
    assert engine.counts["refused_connections_per_address"] == 2


async def test_the_handshake_may_set_a_cookie(wire: Client, engine: EngineServer) -> None:
    async with wire() as client:
        answer = await client.get()
        (sid,) = engine.sockets
        assert answer.headers["Set-Cookie"] == f"io={sid}; path=/; SameSite=Lax"
        engine.cookie = {"name": "sid", "HttpOnly": True, "Secure": False, "Max-Age": lambda: "60"}
        answer = await client.get()
    assert answer.headers["Set-Cookie"].endswith("; HttpOnly; Max-Age=60")


async def test_compression_of_websockets_is_not_offered(http_server: Any, http_port: int) -> None:
    """Stock: permessage-deflate is always taken: 230 KiB for each compressing connection instead of 45."""
    url = f"http://127.0.0.1:{http_port}/engine.io/?EIO=4&transport=websocket"
    async with aiohttp.ClientSession() as session, session.ws_connect(url, compress=15) as socket:
        assert socket.compress == 0


async def test_shutdown_closes_everybody(wire: Client, engine: EngineServer) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        socket = await client.websocket()
        await engine.shutdown()
        assert await socket.until_closed() == 1000
        assert (await client.get(sid)).status == 400
    assert not engine.sockets


async def test_sending_to_who_is_gone_is_no_error(engine: EngineServer) -> None:
    await engine.send("nobody", "hello")
    await engine.disconnect("nobody")


def test_it_is_for_tornado_alone() -> None:
    with pytest.raises(ValueError, match="Tornado"):
        EngineServer(async_mode="aiohttp")


def test_it_is_attached_to_an_application() -> None:
    app = Application()
    EngineServer().attach(app, "/eio/")
    (rule,) = [rule for host in app.default_router.rules for rule in getattr(host.target, "rules", [])]
    assert rule.matcher.regex.pattern == "/eio/$"


def test_a_bound_may_be_written_as_a_power_of_ten() -> None:
    assert repr(EngineServer(max_http_buffer_size=1e6).max_http_buffer_size) == "1000000"
