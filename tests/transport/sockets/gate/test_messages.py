"""What comes to a gate, and what it sends: whichever parser its peers speak."""

from __future__ import annotations

import asyncio

import pytest

from gameserver.protocol.packets import Event, Outgoing
from gameserver.transport.gate import Ending, Peer
from gameserver.transport.sockets import AsyncServer
from tests.transport.sockets.gate.joining import Client, Kind, joined
from tests.transport.sockets.gates import Recorder
from tests.transport.sockets.speakers import (
    ACK,
    CONNECT,
    DISCONNECT,
    EVENT,
    JsonSpeaker,
    MsgpackSpeaker,
    Packet,
)

pytestmark = pytest.mark.gen_test


async def test_who_left_a_namespace_is_sent_nothing_more_of_it_and_stops_no_other(
    wire: Client, speaker: Kind, gate: Recorder, server: AsyncServer
) -> None:
    server.on("say", lambda sid: "yes", namespace="/chat")
    async with wire() as client:
        me = await joined(client, speaker)
        await me.send(Packet(CONNECT, nsp="/chat"))
        await me.receive()
        (peer,) = gate.peers
        peer.pause()
        await me.send(Packet(DISCONNECT))
        await asyncio.sleep(0.01)
        peer.resume()
        assert await gate.endings.get() == (Ending.DISCONNECT, None)
        peer.pause()
        peer.post(Outgoing.event("too late"))
        peer.post_newest("slot", Outgoing.event("too late"))
        peer.close("too late", disconnect=True)
        peer.abort()
        assert not peer.heartbeat()
        await me.emit("say", nsp="/chat", id=1)
        assert await me.receive() == Packet(ACK, ["yes"], "/chat", 1)


async def test_a_gate_sees_the_messages_of_msgpack_clients_first_as_long_as_they_are_at_its_namespace(
    wire: Client, gate: Recorder, server: AsyncServer
) -> None:
    server.on("say", lambda sid: "yes", namespace="/chat")
    async with wire() as client:
        me = await joined(client, MsgpackSpeaker)
        await me.send(Packet(CONNECT, nsp="/chat"))
        await me.receive()
        seen: list[bytes] = []

        def takes_moves(message: bytes, now: float) -> bool:
            seen.append(message)
            return b"move" in message

        (peer,) = gate.peers
        peer.express = takes_moves
        await me.emit("move", 1)
        await me.emit("turn", 2)
        assert await gate.events.get() == ("turn", [2])
        assert [b"move" in message for message in seen] == [True, False]

        await me.send(Packet(DISCONNECT))
        await gate.endings.get()
        seen.clear()
        await me.emit("move", 3)
        await me.emit("say", nsp="/chat", id=1)
        assert await me.receive() == Packet(ACK, ["yes"], "/chat", 1)
        assert seen == []


async def test_packets_and_ready_frames_of_a_peer_go_by_one_door(wire: Client, gate: Recorder) -> None:
    async with wire() as client:
        me = await joined(client, MsgpackSpeaker)
        (peer,) = gate.peers
        assert peer.door is not None
        for number in range(6):
            packet = Outgoing.event("count", number)
            if number % 3 == 0:
                peer.post(packet)
            elif number % 3 == 1:
                peer.door.send(packet.msgpack_frame)
            else:
                peer.door.send_newest("count", packet.msgpack_frame)
        assert [(await me.receive()).data for _ in range(6)] == [["count", number] for number in range(6)]

        other = await joined(client, JsonSpeaker)
        assert gate.peers[1].door is None  # its frames would be of the other parser
        await other.send(Packet(DISCONNECT))
        await me.send(Packet(DISCONNECT))
        await gate.endings.get()
        await gate.endings.get()
        assert peer.door is None


async def test_events_are_read_as_late_as_the_gate_likes(wire: Client, speaker: Kind, gate: Recorder) -> None:
    async with wire() as client:
        me = await joined(client, speaker)
        await me.emit("move", {"to": [1, 2]}, b"\x01")
        assert await gate.events.get() == ("move", [{"to": [1, 2]}, b"\x01"])


async def test_members_of_both_parsers_get_the_same(wire: Client, gate: Recorder) -> None:
    def relay(peer: Peer, event: Event) -> None:
        packet = Outgoing.relay(event.name, event.raw(0), before=[peer.sid])
        for each in gate.peers:
            each.post(packet)
        assert event.ack_id is not None
        peer.post(Outgoing.ack(event.ack_id, {"ok": True}))

    gate.on_event = relay
    async with wire() as client:
        anna = await joined(client, MsgpackSpeaker)
        bo = await joined(client, JsonSpeaker)
        for sender, name in ((anna, "player 0"), (bo, "player 1")):
            payload = {"x": 1.5, "pixels": b"\x00\xff"}
            await sender.emit("broadcast", payload, id=3)
            for receiver in (anna, bo):
                assert await receiver.receive() == Packet(EVENT, ["broadcast", name, payload])
            assert await sender.receive() == Packet(ACK, [{"ok": True}], id=3)


async def test_the_newest_of_a_slot_goes_behind_everything_else(
    wire: Client, speaker: Kind, gate: Recorder
) -> None:
    async with wire() as client:
        me = await joined(client, speaker)
        (peer,) = gate.peers
        for number in range(3):
            peer.post_newest("state", Outgoing.event("state", number))
            peer.post(Outgoing.event("broadcast", number))
        names = [(await me.receive()).data for _ in range(6)]
        assert [data for data in names if data[0] == "broadcast"] == [["broadcast", n] for n in range(3)]
        assert [data for data in names if data[0] == "state"][-1] == ["state", 2]
        assert peer.backlog_bytes == 0


async def test_attachments_together_are_one_message(wire: Client, gate: Recorder) -> None:
    """One by one each could have the size of a whole message, and ten of them wait for ever."""
    async with wire() as client:
        me = await JsonSpeaker.join(client)
        await me.receive()
        gate.peers[0].expect(10_000)
        await me.socket.send('4510-["move"]', b"x" * 6_000, b"x" * 6_000)
        assert await me.receive() == 1009
    assert (await gate.endings.get())[1] == "too_large"
