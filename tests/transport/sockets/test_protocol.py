"""Socket.IO v5, rule by rule, in both parsers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gameserver.transport.sockets import AsyncServer
from tests.transport.engine.wire import Wire
from tests.transport.sockets.speakers import (
    ACK,
    CONNECT,
    CONNECT_ERROR,
    DISCONNECT,
    EVENT,
    Packet,
    Speaker,
)

pytestmark = pytest.mark.gen_test
Client = Callable[[], Wire]
Kind = type[Speaker]

NAMESPACES = pytest.mark.parametrize("nsp", ["/", "/custom"])


class TestConnect:
    @NAMESPACES
    @pytest.mark.parametrize("auth", [None, {}, {"token": "123"}])
    async def test_a_client_joins_and_its_auth_is_read(
        self, wire: Client, speaker: Kind, nsp: str, auth: Any
    ) -> None:
        async with wire() as client:
            me = await speaker.open(client)
            await me.send(Packet(CONNECT, auth, nsp))
            answer = await me.receive()
            assert answer == Packet(CONNECT, {"sid": answer.data["sid"]}, nsp)
            assert await me.receive() == Packet(EVENT, ["auth", auth or {}], nsp)

    async def test_each_namespace_gives_an_id_of_its_own(self, wire: Client, speaker: Kind) -> None:
        async with wire() as client:
            me = await speaker.open(client)
            await me.send(Packet(CONNECT), Packet(CONNECT, nsp="/custom"))
            answers = [await me.receive() for _ in range(4)]
            sids = {packet.data["sid"] for packet in answers if packet.type == CONNECT}
            assert len(sids) == 2

    async def test_an_unknown_namespace_is_refused_with_a_message(self, wire: Client, speaker: Kind) -> None:
        """Stock: a bare string is sent, of which JavaScript clients show an empty error."""
        async with wire() as client:
            me = await speaker.open(client)
            await me.send(Packet(CONNECT, nsp="/random"))
            answer = await me.receive()
            assert answer == Packet(CONNECT_ERROR, {"message": "Invalid namespace"}, "/random")

    @pytest.mark.parametrize("options", [{"connect_seconds": 0.2}])
    async def test_a_client_that_never_joins_is_closed(
        self, wire: Client, speaker: Kind, server: AsyncServer
    ) -> None:
        """Stock: it stays for ever, and so does one that speaks the wrong parser."""
        async with wire() as client:
            me = await speaker.open(client)
            assert await me.receive() == 1008
        assert server.eio.counts["connect_timeout"] == 1

    async def test_a_client_that_left_its_last_namespace_is_closed(
        self, wire: Client, speaker: Kind, server: AsyncServer
    ) -> None:
        async with wire() as client:
            me = await speaker.join(client)
            await me.receive()
            server.eio.connect_seconds = 0.2
            await me.send(Packet(DISCONNECT))
            assert await me.receive() == 1008

    async def test_a_client_is_not_joined_twice(self, wire: Client, speaker: Kind) -> None:
        """Stock: a client may have the connect handler run again."""
        async with wire() as client:
            me = await speaker.join(client)
            await me.receive()
            await me.send(Packet(CONNECT))
            assert (await me.receive()).type == DISCONNECT
            assert await me.receive() == 1008


class TestDisconnect:
    @NAMESPACES
    async def test_a_client_leaves_one_namespace_and_stays_connected(
        self, wire: Client, speaker: Kind, nsp: str
    ) -> None:
        other = "/custom" if nsp == "/" else "/"
        async with wire() as client:
            me = await speaker.join(client, nsp)
            await me.receive()
            await me.send(Packet(DISCONNECT, nsp=nsp), Packet(CONNECT, nsp=other))
            assert (await me.receive()).nsp == other
            await me.receive()
            await me.emit("message", 1, nsp=other)
            assert await me.receive() == Packet(EVENT, ["message-back", 1], other)

    async def test_who_left_may_come_back(self, wire: Client, speaker: Kind) -> None:
        async with wire() as client:
            me = await speaker.join(client)
            await me.receive()
            await me.send(Packet(DISCONNECT), Packet(CONNECT))
            assert (await me.receive()).type == CONNECT

    async def test_a_disconnect_from_the_server_has_no_data(
        self, wire: Client, speaker: Kind, server: AsyncServer
    ) -> None:
        """Stock: with msgpack it carries `data: nil`.

        JavaScript clients 4.0 to 4.4 throw, and later ones reconnect at once, so that a kick fails.
        """
        async with wire() as client:
            me = await speaker.join(client)
            await me.receive()
            (sid,) = server.manager.rooms["/"][None]
            await server.disconnect(sid)
            packet = await me.receive()
            assert packet == Packet(DISCONNECT)
            assert "data" not in packet.keys

    async def test_the_websocket_is_closed_behind_the_last_disconnect(
        self, wire: Client, speaker: Kind, server: AsyncServer
    ) -> None:
        """Stock: it stays open, a zombie for up to 45 seconds."""
        async with wire() as client:
            me = await speaker.join(client)
            await me.receive()
            (sid,) = server.manager.rooms["/"][None]
            await server.disconnect(sid)
            await me.receive()
            assert await me.receive() == 1000

    async def test_an_engine_close_closes_the_websocket(self, wire: Client, speaker: Kind) -> None:
        async with wire() as client:
            me = await speaker.join(client)
            await me.receive()
            await me.socket.send("1")
            assert await me.receive() == 1000


class TestMessages:
    @NAMESPACES
    @pytest.mark.parametrize(
        "args",
        [
            [],
            [1, "2", {"3": [True]}],
            [None, False, -1.5, "ü\u2028🎵", []],
            [b"\x01\x02\x03", {"nested": [b"\x04\x05\x06"]}],
            [{"": b""}],
        ],
    )
    async def test_events_come_and_go(self, wire: Client, speaker: Kind, nsp: str, args: list[Any]) -> None:
        async with wire() as client:
            me = await speaker.join(client, nsp)
            await me.receive()
            await me.emit("message", *args, nsp=nsp)
            assert await me.receive() == Packet(EVENT, ["message-back", *args], nsp)

    @NAMESPACES
    @pytest.mark.parametrize("args", [[], [1, "2", {"3": [False]}], [b"\x01\x02\x03", b"\x04\x05\x06"]])
    async def test_acks_answer(self, wire: Client, speaker: Kind, nsp: str, args: list[Any]) -> None:
        async with wire() as client:
            me = await speaker.join(client, nsp)
            await me.receive()
            await me.emit("message-with-ack", *args, nsp=nsp, id=456)
            assert await me.receive() == Packet(ACK, args, nsp, 456)

    async def test_the_ack_id_zero_is_one(self, wire: Client, speaker: Kind) -> None:
        async with wire() as client:
            me = await speaker.join(client)
            await me.receive()
            await me.emit("message-with-ack", id=0)
            assert await me.receive() == Packet(ACK, [], "/", 0)

    async def test_events_keep_their_order(self, wire: Client, speaker: Kind) -> None:
        """Stock: a task for each event, which may overtake one another."""
        async with wire() as client:
            me = await speaker.join(client)
            await me.receive()
            for number in range(200):
                await me.emit("message", number)
            received = [(await me.receive()).data[1] for _ in range(200)]
            assert received == list(range(200))
