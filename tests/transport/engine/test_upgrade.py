"""Engine.IO v4, Upgrade: from polling to a WebSocket, packet by packet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from gameserver.transport.engine import EngineLimits, EngineServer
from gameserver.transport.websocket.upgrade import upgrade
from tests.transport.engine.wire import Wire, WireSocket

pytestmark = pytest.mark.gen_test
Client = Callable[[], Wire]


@pytest.fixture
def options() -> dict[str, Any]:
    return {"limits": EngineLimits(upgrade_seconds=0.2)}


async def _upgraded(client: Wire, sid: str) -> WireSocket:
    socket = await client.websocket(sid)
    await socket.send("2probe")
    assert await socket.receive() == "3probe"
    await socket.send("5")
    return socket


async def test_a_connection_moves_to_its_websocket(wire: Client, engine: EngineServer) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        assert engine.transport(sid) == "polling"
        assert engine.on_websocket == 0
        socket = await _upgraded(client, sid)
        await socket.send("4hello")
        assert await socket.receive() == "4hello"
        assert engine.transport(sid) == "websocket"
        assert engine.on_websocket == 1
        await engine.disconnect(sid)
        assert (engine.on_websocket, len(engine.sockets)) == (0, 0)


async def test_the_probe_ends_a_waiting_poll(wire: Client, engine: EngineServer) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        poll = asyncio.create_task(client.get(sid))
        await _until(lambda: engine.sockets[sid].polling.is_waiting)
        socket = await client.websocket(sid)
        await socket.send("2probe")
        assert (await poll).text == "6"
        assert (await client.get(sid)).text == "6"  # nor does another one wait


async def test_what_no_poll_has_fetched_comes_over_the_websocket_in_order(
    wire: Client, engine: EngineServer
) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        await engine.send(sid, "one")
        await engine.send(sid, b"two")
        socket = await _upgraded(client, sid)
        await socket.send("4three")
        assert [await socket.receive() for _ in range(3)] == ["4one", b"two", "4three"]


async def test_polling_goes_on_while_the_websocket_is_tried(wire: Client) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        socket = await client.websocket(sid)
        await socket.send("2probe")
        assert await socket.receive() == "3probe"
        assert (await client.post(sid, "4hello")).status == 200
        assert (await client.get(sid)).text == "4hello"


async def test_http_is_refused_after_the_upgrade(wire: Client) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        socket = await _upgraded(client, sid)
        await socket.send("4hello")
        await socket.receive()
        assert (await client.get(sid)).status == 400
        assert (await client.post(sid, "4x")).status == 400
        await socket.send("4still here")
        assert await socket.receive() == "4still here"


async def test_a_second_websocket_is_refused(wire: Client) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        socket = await _upgraded(client, sid)
        await socket.send("4hello")
        await socket.receive()
        assert await client.refused_websocket(sid) == 400
        await socket.send("4still here")
        assert await socket.receive() == "4still here"


async def test_a_second_websocket_beside_one_on_trial_is_refused(wire: Client) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        first = await client.websocket(sid)
        assert await client.refused_websocket(sid) == 400
        assert not first.socket.closed


@pytest.mark.parametrize(
    "wrong", [("5",), ("4hello",), (b"2probe",), ("2probe", "2probe"), ("2probe", "4x"), ("",)]
)
async def test_a_websocket_that_fails_its_trial_leaves_the_session_polling(
    wire: Client, wrong: tuple[str | bytes, ...]
) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        socket = await client.websocket(sid)
        await socket.send(*wrong)
        assert await socket.until_closed() == 1008
        await client.post(sid, "4hello")
        assert "4hello" in (await client.get(sid)).packets
        await _upgraded(client, sid)  # and may try again


async def test_a_websocket_that_is_closed_on_trial_leaves_the_session_polling(
    wire: Client, engine: EngineServer
) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        socket = await client.websocket(sid)
        await socket.send("2probe")
        await socket.receive()
        await socket.close()
        await _until(lambda: engine.sockets[sid].probe is None)
        await client.post(sid, "4hello")
        assert (await client.get(sid)).text == "4hello"


async def test_a_trial_has_an_end(wire: Client, engine: EngineServer) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        socket = await client.websocket(sid)
        assert await socket.until_closed() == 1008
        assert sid in engine.sockets
    assert engine.counts["upgrade_timeout"] == 1


async def test_when_the_session_ends_so_does_the_trial(wire: Client, engine: EngineServer) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        socket = await client.websocket(sid)
        await client.post(sid, "1")
        await socket.until_closed()
        assert not engine.sockets


@pytest.mark.parametrize("begun", [True, False], ids=["upgrade", "websocket alone"])
async def test_a_connection_that_ends_while_its_websocket_is_answered_leaves_no_websocket(
    wire: Client, engine: EngineServer, monkeypatch: pytest.MonkeyPatch, begun: bool
) -> None:
    """A client that reads the 101 late could otherwise have a socket that no deadline watches."""

    async def late(handler: Any, board: Any, owner: Any) -> Any:
        for socket in list(engine.sockets.values()):
            socket.hang_up("closed")
        return await upgrade(handler, board, owner)

    monkeypatch.setattr("gameserver.transport.engine.handler.upgrade", late)
    async with wire() as client:
        sid = (await client.open())["sid"] if begun else None
        socket = await client.websocket(sid)
        assert await socket.until_closed() == 1006
        if sid is not None:
            assert (await client.get(sid)).status == 400
    assert not engine.sockets
    assert (engine.on_websocket, engine.doorkeeper.connections) == (0, 0)


async def test_without_upgrades_there_is_none(wire: Client, engine: EngineServer) -> None:
    engine.allow_upgrades = False
    async with wire() as client:
        handshake = await client.open()
        assert handshake["upgrades"] == []
        assert await client.refused_websocket(handshake["sid"]) == 400


async def _until(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0.005)
