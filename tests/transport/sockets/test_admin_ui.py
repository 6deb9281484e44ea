"""The Socket.IO Admin UI looks into this server as into a stock one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from gameserver.transport.sockets import AsyncServer
from tests.transport.engine.wire import Wire
from tests.transport.sockets.speakers import CONNECT, CONNECT_ERROR, MsgpackSpeaker, Packet, Speaker

pytestmark = pytest.mark.gen_test


@pytest.fixture
def server() -> AsyncServer:
    return AsyncServer()


async def _told(admin: Speaker, *names: str) -> dict[str, Any]:
    """Receive until all of these events have come; return the newest of each."""
    told: dict[str, Any] = {}
    while not set(names) <= set(told):
        packet = await admin.receive()
        told[packet.data[0]] = packet.data[1:]
    return told


@pytest.mark.parametrize("mode", ["production", "development"])
async def test_an_admin_sees_who_is_there(wire: Callable[[], Wire], server: AsyncServer, mode: str) -> None:
    instrumented = server.instrument(auth={"password": "x"}, mode=mode, server_stats_interval=0.1)
    try:
        async with wire() as client:
            admin = await MsgpackSpeaker.open(client)
            await admin.send(Packet(CONNECT, {"password": "wrong"}, "/admin"))
            assert (await admin.receive()).type == CONNECT_ERROR
            await admin.send(Packet(CONNECT, {"password": "x"}, "/admin"))
            assert (await admin.receive()).type == CONNECT
            player = await MsgpackSpeaker.join(client)
            told = await _told(admin, "config", "server_stats")
            while told["server_stats"][0]["clientsCount"] != 2:
                told = await _told(admin, "server_stats")
            if mode == "development":
                server.on("say", lambda sid, text: None)
                await player.emit("say", "hello")
                assert (await _told(admin, "event_received"))["event_received"][2] == ["say", "hello"]
                (sid,) = (sid for sid, _ in server.manager.get_participants("/", None))
                await admin.emit("_disconnect", "/", False, sid, nsp="/admin")
                assert (await player.receive()).type == 1
    finally:
        await instrumented.shutdown()
        instrumented.uninstrument()
    assert len(asyncio.all_tasks()) < 10
