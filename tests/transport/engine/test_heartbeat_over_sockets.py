"""Engine.IO v4, Heartbeat: the server pings, and a client that is silent for too long is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from gameserver.transport.engine import EngineServer
from tests.transport.engine.wire import Wire

pytestmark = pytest.mark.gen_test
Client = Callable[[], Wire]
SOON_GONE = pytest.mark.parametrize("options", [{"ping_interval": 0.1, "ping_timeout": 0.2}])


@pytest.fixture
def options() -> dict[str, Any]:
    """PINGs come often, and their answers may take as long as a machine that stands still takes."""
    return {"ping_interval": 0.1, "ping_timeout": 60}


async def test_pings_come_again_and_again_over_polling(wire: Client) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        for _ in range(3):
            assert (await client.get(sid)).text == "2"
            assert (await client.post(sid, "3")).status == 200


async def test_pings_come_again_and_again_over_a_websocket(wire: Client) -> None:
    async with wire() as client:
        socket = await client.websocket()
        await socket.receive()
        for _ in range(3):
            assert await socket.receive() == "2"
            await socket.send("3")


@SOON_GONE
async def test_a_polling_client_that_never_polls_is_gone_after_the_time_out(
    wire: Client, engine: EngineServer
) -> None:
    gone = _ending(engine)
    async with wire() as client:
        sid = (await client.open())["sid"]
        assert await gone == "ping timeout"
        assert (await client.get(sid)).status == 400


async def test_a_request_after_the_time_out_is_too_late_however_late_the_timer_is(
    wire: Client, engine: EngineServer
) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        engine.heartbeat.stop()
        socket = engine.sockets[sid]
        socket._polled_at -= engine.ping_interval + engine.ping_timeout
        socket._ping_due = socket._ping_sent = socket._polled_at + engine.ping_interval
        assert (await client.post(sid, "4hello")).status == 400
        assert sid not in engine.sockets


@SOON_GONE
async def test_a_websocket_that_never_answers_is_closed_after_the_time_out(
    wire: Client, engine: EngineServer
) -> None:
    gone = _ending(engine)
    async with wire() as client:
        socket = await client.websocket()
        await socket.until_closed()
    assert await gone == "ping timeout"
    assert engine.counts["ping_timeout"] == 1
    assert not engine.sockets


async def test_whatever_is_read_counts_as_life(wire: Client, engine: EngineServer) -> None:
    """Stock: only a PONG counts, and it waits its turn behind the messages that prove the client alive."""
    async with wire() as client:
        socket = await client.websocket()
        await socket.receive()
        assert await socket.receive() == "2"
        engine.heartbeat.stop()
        (connection,) = engine.sockets.values()
        connection._ping_due -= 2 * engine.ping_timeout  # so long ago, and no PONG came
        await socket.send("4hello")
        assert await socket.receive() == "4hello"
        assert connection.beat(connection.read_at + 0.9 * engine.ping_timeout) is not None
        assert not connection.closing
        assert connection.beat(connection.read_at + engine.ping_timeout) is None


async def test_a_wrong_system_clock_ends_nobody(
    wire: Client, engine: EngineServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stock: time-outs are read from the wall clock, and an hour's correction ends every connection."""
    async with wire() as client:
        socket = await client.websocket()
        await socket.receive()
        monkeypatch.setattr("time.time", lambda: 4e9)
        assert await socket.receive() == "2"
        await socket.send("3", "4still here")
        assert await socket.receive() == "4still here"


async def test_a_client_may_not_ping(wire: Client) -> None:
    async with wire() as client:
        socket = await client.websocket()
        await socket.send("2")
        assert await socket.until_closed() == 1008


async def test_no_connection_has_a_task_of_its_own(wire: Client) -> None:
    """Stock: six tasks for each connection, which the collector walks again and again."""
    async with wire() as client:
        before = len(asyncio.all_tasks())
        sockets = [await client.websocket() for _ in range(20)]
        for socket in sockets:
            await socket.receive()
        assert len(asyncio.all_tasks()) == before


def _ending(engine: EngineServer) -> asyncio.Future[Any]:
    ended: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    engine.on("disconnect", lambda sid, reason: ended.set_result(reason))
    return ended
