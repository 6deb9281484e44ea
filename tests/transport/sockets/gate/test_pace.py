"""What is read of a peer, and when; and what shows that it lives."""

from __future__ import annotations

import asyncio
import time
from functools import partial

import pytest

from gameserver.protocol.packets import Event
from gameserver.transport.gate import Ending, Peer
from gameserver.transport.sockets import AsyncServer
from tests.transport.sockets.gate.joining import Client, Kind, joined
from tests.transport.sockets.gates import Recorder
from tests.transport.sockets.speakers import (
    JsonSpeaker,
    MsgpackSpeaker,
)

pytestmark = pytest.mark.gen_test


async def test_control_pings_and_their_pongs(wire: Client, gate: Recorder) -> None:
    async with wire() as client:
        me = await joined(client, MsgpackSpeaker)
        assert gate.peers[0].ping(b"nonce")
        await me.socket.socket.pong(b"nonce")
        assert await gate.pongs.get() == b"nonce"


async def test_a_heartbeat_can_be_asked_for_and_is_measured(
    wire: Client, speaker: Kind, gate: Recorder
) -> None:
    async with wire() as client:
        me = await joined(client, speaker)
        (peer,) = gate.peers
        before = time.monotonic()
        assert peer.heartbeat()
        assert not peer.heartbeat()  # one at a time
        await me.emit("move")  # answers nothing
        await gate.events.get()
        assert not peer.heartbeat()
        await me.socket.send("3")
        sent, received = await gate.heartbeats.get()
        assert before <= sent <= received <= peer.read_at
        assert peer.heartbeat()


async def test_a_paused_peer_is_not_read(wire: Client, speaker: Kind, gate: Recorder) -> None:
    async with wire() as client:
        me = await joined(client, speaker)
        (peer,) = gate.peers
        peer.pause()
        peer.pause()
        await me.emit("move")
        await asyncio.sleep(0.1)
        assert gate.events.empty()
        peer.resume()
        assert await gate.events.get() == ("move", [])


async def test_silence_of_a_paused_peer_says_nothing(
    wire: Client, speaker: Kind, gate: Recorder, server: AsyncServer
) -> None:
    async with wire() as client:
        me = await joined(client, speaker)
        (peer,) = gate.peers
        (socket,) = server.eio.sockets.values()
        socket.send_ping(time.monotonic())
        peer.pause()
        assert socket.beat(time.monotonic() + 2 * server.eio.ping_timeout) is not None
        peer.resume()
        await me.emit("move")
        assert await gate.events.get() == ("move", [])


@pytest.mark.parametrize("idle", ["6", "3", '430["nobody asked"]'])
async def test_what_nobody_asked_for_is_bounded(wire: Client, gate: Recorder, idle: str) -> None:
    """No rate counts it, so it could keep the server busy for nothing."""
    async with wire() as client:
        me = await JsonSpeaker.join(client)
        await me.receive()
        await me.socket.send(*[idle] * 300)
        while not isinstance(answer := await me.receive(), int):
            pass
        assert answer == 1008
    assert (await gate.endings.get())[1] == "bad_request"


@pytest.mark.parametrize("options", [{"turn_seconds": 1e-9}])  # each turn has time for one
async def test_what_a_gate_lets_wait_holds_back_what_the_client_sends_behind_it(
    wire: Client, speaker: Kind, gate: Recorder, server: AsyncServer
) -> None:
    heard: dict[str, list[int]] = {}
    last: asyncio.Queue[str] = asyncio.Queue()

    def note(peer: Peer, number: int) -> None:
        heard.setdefault(peer.sid, []).append(number)
        if number == 20:
            last.put_nowait(peer.sid)

    def take(peer: Peer, event: Event) -> None:
        (number,) = event.args()
        if event.name == "ask":
            peer.in_turn(partial(note, peer, number))
        else:
            note(peer, number)

    gate.on_event = take
    async with wire() as one, wire() as two, wire() as three:
        speakers = [await joined(each, speaker) for each in (one, two, three)]
        for number in range(21):
            for me in speakers:
                await me.emit("tell" if number % 3 else "ask", number)
        for _ in speakers:
            await last.get()

    assert list(heard.values()) == [list(range(21))] * 3


@pytest.mark.parametrize("options", [{"turn_seconds": 1e-9}])
async def test_what_waits_of_a_peer_that_ends_is_done_before_the_gate_hears_of_its_end(
    wire: Client, speaker: Kind, gate: Recorder, server: AsyncServer
) -> None:
    order: list[str] = []

    def take(peer: Peer, event: Event) -> None:
        first, second = gate.peers
        first.in_turn(lambda: order.append("first"))
        second.in_turn(lambda: order.append("second"))
        order.append("now")
        second.abort()

    gate.on_event = take
    async with wire() as one, wire() as two:
        me = await joined(one, speaker)
        await joined(two, speaker)
        await me.emit("go")
        assert await gate.endings.get() == (Ending.SERVER, "aborted")

    assert order == ["first", "now", "second"]
