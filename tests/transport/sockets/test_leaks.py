"""Nothing of a connection outlives it, and the collector has no part in that."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from gameserver.transport.engine import EngineLimits
from gameserver.transport.sockets import AsyncServer
from tests.transport.engine.wire import Wire
from tests.transport.sockets.conftest import grow_silent
from tests.transport.sockets.gates import Recorder
from tests.transport.sockets.speakers import JsonSpeaker, MsgpackSpeaker, Packet, Speaker

pytestmark = pytest.mark.gen_test
Client = Callable[[], Wire]


@pytest.fixture
def gate() -> Recorder:
    return Recorder()


@pytest.fixture
def server(gate: Recorder) -> AsyncServer:
    limits = EngineLimits(new_per_address_per_second=1_000)
    server = AsyncServer(gate=gate, ping_interval=60, ping_timeout=60, limits=limits)
    server.on("say", lambda sid: "yes", namespace="/chat")
    return server


async def _gone(reference: weakref.ref[Any], gate: Recorder) -> None:
    await gate.endings.get()
    gate.peers.clear()
    for _ in range(20):
        await asyncio.sleep(0.01)
        if reference() is None:
            return
    raise AssertionError(f"still referred to by {gc.get_referrers(reference())}")


@pytest.mark.parametrize(
    "goodbye", ["disconnect", "close", "reset", "malformed", "server", "abort", "silence"]
)
async def test_a_websocket_connection(
    wire: Client,
    server: AsyncServer,
    gate: Recorder,
    no_collector: None,
    goodbye: str,
    speaker: type[Speaker],
) -> None:
    async with wire() as client:
        me = await speaker.join(client)
        await me.receive()
        await me.send(Packet(0, nsp="/chat"))
        await me.receive()
        reference = weakref.ref(next(iter(server.eio.sockets.values())))
        match goodbye:
            case "disconnect":
                await me.send(Packet(1, nsp="/chat"), Packet(1))
                await me.socket.close()
            case "close":
                await me.socket.close()
            case "reset":
                me.socket.drop()
            case "malformed":
                await me.socket.send("z")
            case "server":
                gate.peers[0].close("draining", disconnect=False)
            case "abort":
                gate.peers[0].abort()
            case "silence":
                grow_silent(server)
        if goodbye in ("server", "malformed", "silence"):
            await me.socket.until_closed()  # until then the link waits for the client's close frame
        await _gone(reference, gate)
    assert server.eio.doorkeeper.connections == 0
    assert (server.eio.sockets, server.environ, server.manager.rooms) == ({}, {}, {})


@pytest.mark.parametrize("goodbye", ["close", "dropped poll", "server", "abort", "silence", "upgrade"])
async def test_a_polling_connection(
    wire: Client, server: AsyncServer, gate: Recorder, no_collector: None, goodbye: str
) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        await client.post(sid, '40\x1e40/chat,\x1e42/chat,["say"]')
        await client.get(sid)
        reference: weakref.ref[Any] = weakref.ref(server.eio.sockets[sid])
        match goodbye:
            case "close":
                await client.post(sid, "1")
            case "dropped poll":
                polling = server.eio.sockets[sid].polling
                while not polling.is_waiting:
                    poll = asyncio.create_task(client.get(sid))
                    await asyncio.sleep(0.02)
                del polling
                poll.cancel()
            case "server":
                gate.peers[0].close("draining", disconnect=False)
                await client.get(sid)
            case "abort":
                gate.peers[0].abort()
            case "silence":
                grow_silent(server)
            case "upgrade":
                socket = await client.websocket(sid)
                await socket.send("2probe", "5")
                await socket.receive()
                await socket.close()
        await _gone(reference, gate)
    assert server.eio.doorkeeper.connections == 0
    assert (server.eio.sockets, server.environ, server.manager.rooms) == ({}, {}, {})


async def test_a_hundred_that_come_and_go(wire: Client, server: AsyncServer, gate: Recorder) -> None:
    async with wire() as client:
        for _ in range(10):
            members = [await (JsonSpeaker, MsgpackSpeaker)[number % 2].join(client) for number in range(10)]
            for member in members:
                member.socket.drop()
            for _ in members:
                await gate.endings.get()
    tasks = len(asyncio.all_tasks())
    assert tasks <= 2
    assert server.eio.doorkeeper.connections == 0
