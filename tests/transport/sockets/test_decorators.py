"""An application of decorators: what a client can do to it, and what it can't."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import socketio

from gameserver.transport.engine import EngineLimits
from gameserver.transport.sockets import AsyncServer
from tests.transport.engine.wire import Wire
from tests.transport.sockets.speakers import (
    ACK,
    CONNECT,
    CONNECT_ERROR,
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
def server(options: dict[str, Any]) -> AsyncServer:
    return AsyncServer(ping_interval=60, limits=EngineLimits(inbox_messages=4), **options)


class TestReservedNames:
    @pytest.mark.parametrize(
        "name", ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]
    )
    async def test_a_client_cannot_call_them(
        self, wire: Client, speaker: Kind, server: AsyncServer, name: str
    ) -> None:
        """Stock: `disconnect` runs the disconnect handler of a client that stays.

        `connect` runs the connect handler again, with an environ of the client's choosing.
        """
        called: list[str] = []
        server.on("connect", lambda sid, environ, auth: called.append("connect"))
        server.on("disconnect", lambda sid, reason: called.append("disconnect"))
        server.on("*", lambda event, sid, *args: called.append(event))
        async with wire() as client:
            me = await speaker.join(client)
            await me.emit(name, {"REMOTE_ADDR": "1.1.1.1"}, {"admin": True}, id=1)
            answer = await me.receive()
            assert answer.data[0]["error"]["code"] == "unknown_event"
            assert called == ["connect"]


class TestAcks:
    @pytest.mark.parametrize(("event", "code"), [("trouble", "internal"), ("nothing", "unknown_event")])
    async def test_an_ack_answers_whatever_happens(
        self, wire: Client, speaker: Kind, server: AsyncServer, event: str, code: str
    ) -> None:
        """Stock: a handler that raises, or is missing, never answers; the client waits for ever."""

        @server.event
        def trouble(sid: str) -> None:
            raise RuntimeError("trouble")

        async with wire() as client:
            me = await speaker.join(client)
            await me.emit(event, id=5)
            answer = await me.receive()
            assert (answer.type, answer.id) == (ACK, 5)
            assert (answer.data[0]["ok"], answer.data[0]["error"]["code"]) == (False, code)

    @pytest.mark.parametrize(
        ("result", "data"), [(None, []), (1, [1]), ((1, b"2"), [1, b"2"]), ([1], [[1]]), ((), [])]
    )
    async def test_what_a_handler_returns_is_the_answer(
        self, wire: Client, speaker: Kind, server: AsyncServer, result: Any, data: list[Any]
    ) -> None:
        server.on("ask", lambda sid: result)
        async with wire() as client:
            me = await speaker.join(client)
            await me.emit("ask", id=0)
            assert await me.receive() == Packet(ACK, data, id=0)

    async def test_a_handler_may_ask_its_own_client(
        self, wire: Client, speaker: Kind, server: AsyncServer
    ) -> None:
        """Stock, with events in order: the answer waits behind the event whose handler waits for it."""

        @server.event
        async def begin(sid: str) -> Any:
            return await server.call("question", b"?", to=sid)

        async with wire() as client:
            me = await speaker.join(client)
            await me.emit("begin", id=1)
            await me.emit("begin", id=2)
            question = await me.receive()
            assert question.data == ["question", b"?"]
            await me.send(Packet(ACK, [b"!"], id=question.id))
            assert await me.receive() == Packet(ACK, [b"!"], id=1)

    @pytest.mark.parametrize("number", [0, 99])
    async def test_an_answer_that_nobody_asked_for_is_passed_over(
        self, wire: Client, speaker: Kind, server: AsyncServer, number: int
    ) -> None:
        """Stock: an answer to 0 takes the counter of the callbacks away, and no emit works any more."""

        @server.event
        async def ask(sid: str) -> Any:
            return await server.call("question", to=sid)

        async with wire() as client:
            me = await speaker.join(client)
            for _ in range(2):
                await me.send(Packet(ACK, [], id=number))
                await me.emit("ask", id=5)
                question = await me.receive()
                await me.send(Packet(ACK, ["x"], id=number), Packet(ACK, ["!"], id=question.id))
                assert await me.receive() == Packet(ACK, ["!"], id=5)

    async def test_many_answers_that_nobody_asked_for_end_the_connection(
        self, wire: Client, speaker: Kind, server: AsyncServer
    ) -> None:
        async with wire() as client:
            me = await speaker.join(client)
            for _ in range(200):
                await me.send(Packet(ACK, [], id=99))
            assert await me.receive() == 1008


class TestConnecting:
    async def test_what_is_sent_while_connecting_comes_behind_the_answer(
        self, wire: Client, speaker: Kind, server: AsyncServer
    ) -> None:
        """Stock: it leaves before CONNECT, and clients throw it away or break."""

        @server.event
        async def connect(sid: str, environ: dict[str, Any], auth: Any) -> None:
            await server.emit("early", 1, to=sid)
            await asyncio.sleep(0)
            await server.emit("early", 2, to=sid)

        async with wire() as client:
            me = await speaker.open(client)
            await me.send(Packet(CONNECT))
            assert (await me.receive()).type == CONNECT
            assert [(await me.receive()).data for _ in range(2)] == [["early", 1], ["early", 2]]

    async def test_who_is_refused_gets_nothing_but_the_refusal(
        self, wire: Client, speaker: Kind, server: AsyncServer
    ) -> None:
        @server.event
        async def connect(sid: str, environ: dict[str, Any], auth: Any) -> None:
            await server.emit("early", 1, to=sid)
            await server.emit("all", 1)
            raise socketio.exceptions.ConnectionRefusedError("not you", {"why": 1})

        server.eio.connect_seconds = 0.2
        async with wire() as client:
            me = await speaker.open(client)
            await me.send(Packet(CONNECT))
            refusal = {"message": "not you", "data": {"why": 1}}
            assert await me.receive() == Packet(CONNECT_ERROR, refusal)
            assert await me.receive() == 1008  # and it never joined anything
        assert server.manager.rooms == {}

    async def test_a_connect_handler_that_raises_refuses(
        self, wire: Client, speaker: Kind, server: AsyncServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        @server.event
        def connect(sid: str, environ: dict[str, Any], auth: Any) -> None:
            raise RuntimeError("trouble")

        async with wire() as client:
            me = await speaker.open(client)
            await me.send(Packet(CONNECT))
            answer = await me.receive()
            assert (answer.type, answer.data) == (CONNECT_ERROR, {"message": "Internal error"})
        assert "trouble" in caplog.text

    async def test_always_connect_answers_first(
        self, wire: Client, speaker: Kind, server: AsyncServer
    ) -> None:
        server.always_connect = True
        server.on("connect", lambda sid, environ: False)
        async with wire() as client:
            me = await speaker.open(client)
            await me.send(Packet(CONNECT))
            assert (await me.receive()).type == CONNECT
            assert await me.receive() == Packet(1)

    async def test_events_that_come_early_wait_for_the_answer(
        self, wire: Client, speaker: Kind, server: AsyncServer
    ) -> None:
        answer = asyncio.Event()

        @server.event
        async def connect(sid: str, environ: dict[str, Any], auth: Any) -> None:
            await answer.wait()

        server.on("hello", lambda sid: "you")
        async with wire() as client:
            me = await speaker.open(client)
            await me.send(Packet(CONNECT), Packet(CONNECT))  # asking twice is no harm
            await me.emit("hello", id=1)
            answer.set()
            assert (await me.receive()).type == CONNECT
            assert await me.receive() == Packet(ACK, ["you"], id=1)

    async def test_nobody_leaves_before_the_answer(
        self, wire: Client, speaker: Kind, server: AsyncServer
    ) -> None:
        answer = asyncio.Event()

        @server.event
        async def connect(sid: str, environ: dict[str, Any], auth: Any) -> None:
            await answer.wait()

        async with wire() as client:
            me = await speaker.open(client)
            await me.send(Packet(CONNECT), Packet(1))
            while (await me.receive()) != 1008:
                pass
            answer.set()

    async def test_the_environ_is_the_requests(
        self, wire: Client, speaker: Kind, server: AsyncServer
    ) -> None:
        """Stock: REMOTE_ADDR is always 127.0.0.1, whoever comes through whatever proxy."""
        seen: list[Any] = []

        @server.event
        def connect(sid: str, environ: dict[str, Any], auth: Any) -> None:
            seen.append(environ["REMOTE_ADDR"])
            assert server.get_environ(sid) is environ
            assert server.transport(sid) == "websocket"

        async with wire() as client:
            await speaker.join(client)
        assert seen == ["127.0.0.1"]


class TestBroadcast:
    async def test_a_room_holds_clients_of_every_kind(self, wire: Client, server: AsyncServer) -> None:
        """Stock: of a room with WebSocket and polling members, the polling ones get HTTP 500 and nothing."""
        async with wire() as client:
            json, msgpack = await JsonSpeaker.join(client), await MsgpackSpeaker.join(client)
            polling = (await client.open())["sid"]
            await client.post(polling, "40")
            await client.get(polling)
            for sid, _ in list(server.manager.get_participants("/", None)):
                await server.enter_room(sid, "all of them")
            await server.emit("news", {"map": b"\x01"}, room="all of them")
            assert await json.receive() == Packet(EVENT, ["news", {"map": b"\x01"}])
            assert await msgpack.receive() == Packet(EVENT, ["news", {"map": b"\x01"}])
            assert (await client.get(polling)).packets == [
                '451-["news",{"map":{"_placeholder":true,"num":0}}]',
                "bAQ==",
            ]

    async def test_some_can_be_left_out(self, wire: Client, server: AsyncServer, speaker: Kind) -> None:
        async with wire() as client:
            await speaker.join(client)
            (first,) = (sid for sid, _ in server.manager.get_participants("/", None))
            other = await speaker.join(client)
            await server.emit("news", (1, 2), skip_sid=first)
            await server.emit("news", skip_sid=[first])
            assert await other.receive() == Packet(EVENT, ["news", 1, 2])
            assert await other.receive() == Packet(EVENT, ["news"])

    async def test_a_reader_that_stalls_is_closed_and_costs_no_memory(
        self, wire: Client, server: AsyncServer
    ) -> None:
        """Stock: it makes the server's memory grow at the emit rate, while every queue shows 0."""
        gone = asyncio.Event()
        reasons: list[str] = []

        @server.event
        def disconnect(sid: str, reason: str) -> None:
            reasons.append(reason)
            gone.set()

        async with wire() as client:
            me = await MsgpackSpeaker.join(client)
            me.stall()
            (connection,) = server.eio.sockets.values()
            largest = 0
            while not gone.is_set():
                await server.emit("news", b"x" * 10_000)
                largest = max(largest, connection.backlog_bytes)
                await asyncio.sleep(0)
        assert reasons == ["server disconnect"]
        assert connection.closed_for == "slow_consumer"
        assert largest <= 512 * 1024

    async def test_no_task_is_made_for_a_recipient(
        self, wire: Client, server: AsyncServer, speaker: Kind
    ) -> None:
        async with wire() as client:
            for _ in range(5):
                await speaker.join(client)
            before = asyncio.all_tasks()
            await server.emit("news")
            assert asyncio.all_tasks() == before


class TestInbox:
    async def test_a_slow_handler_stops_the_reading(self, wire: Client, server: AsyncServer) -> None:
        """Stock: 50 MiB sent to a slow handler cost 50 MiB."""
        finish = asyncio.Event()
        seen: list[int] = []

        @server.event
        async def slow(sid: str, number: int, filling: bytes) -> None:
            await finish.wait()
            seen.append(number)

        async with wire() as client:
            me = await MsgpackSpeaker.join(client)
            sending = asyncio.create_task(_send_many(me, 3_000))
            (connection,) = server.eio.sockets.values()
            while not connection.holds:
                await asyncio.sleep(0.001)
            assert len(connection.inbox._waiting) < 200  # what one read brought
            assert not sending.done()
            finish.set()
            await sending
            while len(seen) < 3_000:
                await asyncio.sleep(0.001)
        assert seen == list(range(3_000))

    async def test_the_disconnect_handler_comes_behind_the_events(
        self, wire: Client, server: AsyncServer, speaker: Kind
    ) -> None:
        told: list[Any] = []
        over = asyncio.Event()

        @server.event
        async def move(sid: str, number: int) -> None:
            await asyncio.sleep(0.01)
            told.append(number)

        @server.event
        async def disconnect(sid: str, reason: str) -> None:
            told.append(reason)
            over.set()

        async with wire() as client:
            me = await speaker.join(client)
            await me.emit("move", 1)
            await me.emit("move", 2)
            await me.send(Packet(1))
            await over.wait()
        assert told == [1, 2, "client disconnect"]


async def _send_many(me: Speaker, count: int) -> None:
    for number in range(count):
        await me.emit("slow", number, b"x" * 5_000)


class TestSessions:
    async def test_a_session_is_kept_for_each_namespace(
        self, wire: Client, server: AsyncServer, speaker: Kind
    ) -> None:
        async with wire() as client:
            await speaker.join(client)
            (sid,) = (sid for sid, _ in server.manager.get_participants("/", None))
            async with server.session(sid) as session:
                session["name"] = "Anna"
            assert await server.get_session(sid) == {"name": "Anna"}

    async def test_nothing_is_kept_of_who_is_gone(
        self, wire: Client, server: AsyncServer, speaker: Kind
    ) -> None:
        over = asyncio.Event()
        server.on("disconnect", lambda sid, reason: over.set())
        async with wire() as client:
            await speaker.join(client)
        await over.wait()
        await asyncio.sleep(0)
        assert (server.environ, server.eio.sockets, server.manager.rooms) == ({}, {}, {})
        assert server.eio.doorkeeper.connections == 0


class TestNamespaces:
    async def test_a_class_serves_a_namespace(self, wire: Client, server: AsyncServer, speaker: Kind) -> None:
        class Chat(socketio.AsyncNamespace):  # type: ignore[misc]
            async def on_say(self, sid: str, text: str) -> str:
                await self.emit("said", text)
                return "ok"

        server.register_namespace(Chat("/chat"))
        async with wire() as client:
            me = await speaker.join(client, "/chat")
            await me.emit("say", "hello", nsp="/chat", id=1)
            assert await me.receive() == Packet(EVENT, ["said", "hello"], "/chat")
            assert await me.receive() == Packet(ACK, ["ok"], "/chat", 1)

    async def test_all_namespaces_may_be_open(self, wire: Client, server: AsyncServer, speaker: Kind) -> None:
        server.namespaces = "*"
        server.on("*", lambda event, namespace, sid, *args: [event, namespace, *args], namespace="*")
        async with wire() as client:
            me = await speaker.join(client, "/any")
            await me.emit("say", 1, nsp="/any", id=1)
            assert await me.receive() == Packet(ACK, [["say", "/any", 1]], "/any", 1)

    async def test_a_connection_is_in_so_many_and_no_more(
        self, wire: Client, server: AsyncServer, speaker: Kind
    ) -> None:
        server.namespaces = "*"
        async with wire() as client:
            me = await speaker.open(client)
            for number in range(33):
                await me.send(Packet(CONNECT, nsp=f"/{number}"))
            while (answer := await me.receive()) != 1008:
                assert answer.type in (CONNECT, 1)


def test_neither_parser_can_be_replaced() -> None:
    with pytest.raises(ValueError, match="parsers"):
        AsyncServer(serializer="pickle")
    with pytest.raises(ValueError, match="parsers"):
        AsyncServer(json=object())
