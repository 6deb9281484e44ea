"""A gate decides who comes in."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gameserver.transport.sockets import AsyncServer
from tests.transport.sockets.gate.joining import Client, Kind
from tests.transport.sockets.gates import Recorder
from tests.transport.sockets.speakers import (
    CONNECT,
    CONNECT_ERROR,
    EVENT,
    Packet,
)

pytestmark = pytest.mark.gen_test


async def test_the_gate_gives_the_id_and_what_goes_beside_it(
    wire: Client, speaker: Kind, gate: Recorder
) -> None:
    async with wire() as client:
        me = await speaker.open(client)
        await me.send(Packet(CONNECT, {"name": "Anna"}))
        assert await me.receive() == Packet(CONNECT, {"sid": "player 0", "pid": "secret"})
        assert await me.receive() == Packet(EVENT, ["welcome", "player 0"])
        (peer,) = gate.peers
        assert (peer.parser, peer.transport, peer.remote_ip) == (speaker.name, "websocket", "127.0.0.1")


async def test_the_gate_may_refuse(wire: Client, speaker: Kind, gate: Recorder) -> None:
    async with wire() as client:
        me = await speaker.open(client)
        await me.send(Packet(CONNECT, {"name": "nobody"}))
        refusal = Packet(CONNECT_ERROR, {"message": "not you", "data": {"code": "unauthorized"}})
        assert await me.receive() == refusal
        await me.send(Packet(CONNECT, {"name": "Anna"}))  # and asks again, as somebody else
        assert (await me.receive()).type == CONNECT
    assert len(gate.peers) == 1


@pytest.mark.parametrize("options", [{"connect_seconds": 0.3}])
async def test_asking_again_and_again_wins_no_time(
    wire: Client, speaker: Kind, gate: Recorder, server: AsyncServer
) -> None:
    async with wire() as client:
        me = await speaker.open(client)
        answer: Any = None
        while answer != 1008:
            await me.send(Packet(CONNECT, {"name": "nobody"}))
            answer = await me.receive()
            await asyncio.sleep(0.05)
    assert gate.peers == []
