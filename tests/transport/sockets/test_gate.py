"""A gate's view of its peers: called in the turn in which the bytes were read, and told every end once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from gameserver.protocol.packets import Event, Outgoing
from gameserver.transport.gate import Ending, Peer
from gameserver.transport.sockets import AsyncServer
from tests.transport.engine.wire import Wire
from tests.transport.sockets.conftest import grow_silent
from tests.transport.sockets.gates import Recorder
from tests.transport.sockets.speakers import (
    ACK,
    CONNECT,
    CONNECT_ERROR,
    DISCONNECT,
    EVENT,
    JsonSpeaker,
    MsgpackSpeaker,
    Packet,
    Speaker,
)

pytestmark = pytest.mark.gen_test
Client = Callable[[], Wire]
Kind = type[Speaker]


@pytest.fixture
def gate() -> Recorder:
    return Recorder()


@pytest.fixture
def server(gate: Recorder, options: dict[str, Any]) -> AsyncServer:
    return AsyncServer(
        gate=gate, **{"ping_interval": 60, "ping_timeout": 60, "connect_seconds": 60, **options}
    )


async def joined(wire: Wire, speaker: Kind) -> Speaker:
    me = await speaker.join(wire)
    assert (await me.receive()).data[0] == "welcome"
    return me


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


async def test_a_frame_over_what_is_expected_closes_the_connection(
    wire: Client, speaker: Kind, gate: Recorder
) -> None:
    async with wire() as client:
        me = await joined(client, speaker)
        gate.peers[0].expect(1_000)
        await me.emit("move", "x" * 2_000)
        assert await me.receive() == 1009
        assert await gate.endings.get() == (Ending.SERVER, "too_large")


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


class TestPolling:
    async def test_a_polling_peer_is_one_like_the_others(self, wire: Client, gate: Recorder) -> None:
        async with wire() as client:
            sid = (await client.open())["sid"]
            await client.post(sid, '40{"name":"Anna"}')
            assert (await client.get(sid)).packets == [
                '40{"sid":"player 0","pid":"secret"}',
                '42["welcome","player 0"]',
            ]
            (peer,) = gate.peers
            assert (peer.parser, peer.transport) == ("json", "polling")
            assert not peer.ping(b"nonce")
            await client.post(sid, '42["move",[1,2]]\x1e451-["draw",{"_placeholder":true,"num":0}]\x1ebAQI=')
            assert await gate.events.get() == ("move", [[1, 2]])
            assert await gate.events.get() == ("draw", [b"\x01\x02"])
            peer.post_newest("state", Outgoing.event("state", 1))
            peer.post(Outgoing.event("draw", b"\x03"))
            peer.post_newest("state", Outgoing.event("state", 2))
            assert peer.backlog_bytes > 0
            assert (await client.get(sid)).packets == [
                '451-["draw",{"_placeholder":true,"num":0}]',
                "bAw==",
                '42["state",2]',
            ]
            peer.close("replaced", disconnect=True)
            assert (await client.get(sid)).packets == ["41", "1"]
            assert await gate.endings.get() == (Ending.SERVER, "replaced")

    async def test_a_peer_moves_to_its_websocket(self, wire: Client, gate: Recorder) -> None:
        async with wire() as client:
            sid = (await client.open())["sid"]
            await client.post(sid, "40")
            await client.get(sid)
            (peer,) = gate.peers
            peer.expect(1_000)
            peer.post(Outgoing.event("unfetched", b"\x01"))
            socket = await client.websocket(sid)
            await socket.send("2probe", "5")
            assert [await socket.receive() for _ in range(3)] == [
                "3probe",
                '451-["unfetched",{"_placeholder":true,"num":0}]',
                b"\x01",
            ]
            assert peer.transport == "websocket"
            peer.post(Outgoing.event("hello"))
            assert await socket.receive() == '42["hello"]'
            await socket.send('42["move","' + "x" * 2_000 + '"]')
            assert await socket.until_closed() == 1009

    async def test_what_is_expected_bounds_posts_as_well(self, wire: Client, gate: Recorder) -> None:
        async with wire() as client:
            sid = (await client.open())["sid"]
            await client.post(sid, "40")
            gate.peers[0].expect(1_000)
            await client.post(sid, '42["move","' + "x" * 2_000 + '"]')
            assert await gate.endings.get() == (Ending.SERVER, "too_large")
        assert gate.events.empty()

    async def test_a_polling_peer_that_fetches_nothing_is_closed(self, wire: Client, gate: Recorder) -> None:
        async with wire() as client:
            await client.post((await client.open())["sid"], "40")
            (peer,) = gate.peers
            for _ in range(700):
                peer.post(Outgoing.event("broadcast", "x" * 1_000))
            assert await gate.endings.get() == (Ending.SERVER, "slow_consumer")

    async def test_a_paused_polling_peer_waits_in_its_post(self, wire: Client, gate: Recorder) -> None:
        async with wire() as client:
            sid = (await client.open())["sid"]
            await client.post(sid, "40")
            (peer,) = gate.peers

            def one_at_a_time(peer: Peer, event: Event) -> None:
                gate.events.put_nowait((event.name, []))
                peer.pause()

            gate.on_event = one_at_a_time
            post = asyncio.create_task(client.post(sid, '42["one"]\x1e42["two"]'))
            assert await gate.events.get() == ("one", [])
            assert gate.events.empty()
            peer.resume()
            assert await gate.events.get() == ("two", [])
            peer.resume()
            assert (await post).status == 200


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


@pytest.mark.parametrize("idle", ["6", "3", '430["nobody asked"]'])
async def test_what_nobody_asked_for_is_bounded_over_polling_as_well(
    wire: Client, server: AsyncServer, gate: Recorder, idle: str
) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        await client.post(sid, "40")
        await client.get(sid)
        assert (await client.post(sid, "\x1e".join([idle] * 100))).status == 200
        assert (await client.post(sid, "\x1e".join([idle] * 300))).status == 400
        assert server.eio.board.floods == 1
    assert (await gate.endings.get())[1] == "bad_request"


async def test_attachments_together_are_one_message(wire: Client, gate: Recorder) -> None:
    """One by one each could have the size of a whole message, and ten of them wait for ever."""
    async with wire() as client:
        me = await JsonSpeaker.join(client)
        await me.receive()
        gate.peers[0].expect(10_000)
        await me.socket.send('4510-["move"]', b"x" * 6_000, b"x" * 6_000)
        assert await me.receive() == 1009
    assert (await gate.endings.get())[1] == "too_large"


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
