"""A gate whose peers come by long polling sees the same of them."""

from __future__ import annotations

import asyncio

import pytest

from gameserver.protocol.packets import Event, Outgoing
from gameserver.transport.gate import Ending, Peer
from gameserver.transport.sockets import AsyncServer
from tests.transport.sockets.gate.joining import Client
from tests.transport.sockets.gates import Recorder

pytestmark = pytest.mark.gen_test


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
