"""A gate ends its peers, and is told every end once."""

from __future__ import annotations

import pytest

from gameserver.protocol.packets import Event, Outgoing
from gameserver.transport.gate import Ending, Peer
from gameserver.transport.sockets import AsyncServer
from tests.transport.sockets.conftest import grow_silent
from tests.transport.sockets.gate.joining import Client, Kind, joined
from tests.transport.sockets.gates import Recorder
from tests.transport.sockets.speakers import (
    CONNECT,
    DISCONNECT,
    EVENT,
    Packet,
)

pytestmark = pytest.mark.gen_test


@pytest.mark.parametrize(
    ("goodbye", "ending"),
    [
        ("disconnect", Ending.DISCONNECT),
        ("engine close", Ending.DISCONNECT),
        ("page left", Ending.GONE),
        ("websocket close", Ending.CLOSED),
        ("reset", Ending.LOST),
        ("silence", Ending.TIMEOUT),
    ],
)
async def test_the_gate_learns_how_a_peer_went(
    wire: Client, speaker: Kind, gate: Recorder, server: AsyncServer, goodbye: str, ending: Ending
) -> None:
    async with wire() as client:
        me = await joined(client, speaker)
        match goodbye:
            case "disconnect":
                await me.send(Packet(DISCONNECT))
            case "engine close":
                await me.socket.send("1")
            case "page left":
                await me.socket.close(1001)
            case "websocket close":
                await me.socket.close(1000)
            case "reset":
                me.socket.drop()
            case "silence":
                grow_silent(server)
        assert await gate.endings.get() == (ending, None)
    assert gate.endings.empty()


async def test_a_peer_is_closed_with_a_disconnect_where_coming_back_is_not_right(
    wire: Client, speaker: Kind, gate: Recorder
) -> None:
    async with wire() as client:
        me = await joined(client, speaker)
        (peer,) = gate.peers
        peer.post(Outgoing.event("closing", {"code": "replaced"}))
        peer.close("replaced", disconnect=True)
        peer.post(Outgoing.event("too late"))
        assert gate.endings.empty()  # told in a later turn, never inside the gate's own call
        assert await me.receive() == Packet(EVENT, ["closing", {"code": "replaced"}])
        assert await me.receive() == Packet(DISCONNECT)
        assert await me.receive() == 1000
        assert await gate.endings.get() == (Ending.SERVER, "replaced")


async def test_a_peer_is_closed_without_a_disconnect_where_coming_back_is_right(
    wire: Client, speaker: Kind, gate: Recorder
) -> None:
    async with wire() as client:
        me = await joined(client, speaker)
        gate.peers[0].close("draining", disconnect=False)
        assert await me.receive() == 1000
        assert await gate.endings.get() == (Ending.SERVER, "draining")


async def test_a_peer_is_dropped_at_once(wire: Client, speaker: Kind, gate: Recorder) -> None:
    async with wire() as client:
        me = await joined(client, speaker)
        gate.peers[0].abort()
        assert await me.receive() == 1006
        assert (await gate.endings.get())[0] is Ending.SERVER


async def test_what_is_no_packet_is_told_to_the_gate_which_may_still_speak(
    wire: Client, speaker: Kind, gate: Recorder
) -> None:
    async with wire() as client:
        me = await joined(client, speaker)
        await me.socket.send("z")
        assert await me.receive() == Packet(EVENT, ["closing", {"code": "bad_request"}])
        assert await me.receive() == Packet(DISCONNECT)
        assert await me.receive() == 1008
        assert await gate.endings.get() == (Ending.SERVER, "bad_request")
    assert len(gate.reasons) == 1


async def test_a_gate_that_raises_costs_the_peer_and_nobody_else(
    wire: Client, speaker: Kind, gate: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    def trouble(peer: Peer, event: Event) -> None:
        raise RuntimeError("trouble")

    gate.on_event = trouble
    async with wire() as client:
        me, other = await joined(client, speaker), await joined(client, speaker)
        await me.emit("move")
        assert await me.receive() == 1011
        assert await gate.endings.get() == (Ending.SERVER, "internal")
        gate.peers[1].post(Outgoing.event("hello"))
        assert await other.receive() == Packet(EVENT, ["hello"])
    assert "trouble" in caplog.text


async def test_a_gate_that_raises_while_it_admits_costs_that_connection(
    wire: Client, speaker: Kind, gate: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    async with wire() as client:
        me = await speaker.open(client)
        await me.send(Packet(CONNECT, {"name": "trouble"}))
        assert await me.receive() == 1011
    assert "trouble" in caplog.text
    assert gate.peers == []


async def test_a_frame_over_what_is_expected_closes_the_connection(
    wire: Client, speaker: Kind, gate: Recorder
) -> None:
    async with wire() as client:
        me = await joined(client, speaker)
        gate.peers[0].expect(1_000)
        await me.emit("move", "x" * 2_000)
        assert await me.receive() == 1009
        assert await gate.endings.get() == (Ending.SERVER, "too_large")
