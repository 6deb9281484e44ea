"""python-socketio's own client, in each parser and by each transport, with a gate and with decorators."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import socketio
import tornado
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application

from gameserver.protocol.packets import Event, Outgoing
from gameserver.transport.gate import Admitted, Ending, Peer
from gameserver.transport.sockets import AsyncServer
from tests.support.patience import PATIENCE_SECONDS


class Mirror:
    """A gate that sends every event back, behind its sender's id, and then answers the ack."""

    def __init__(self) -> None:
        self.endings: asyncio.Queue[Ending] = asyncio.Queue()

    def admit(self, peer: Peer, auth: object) -> Admitted:
        peer.app = auth
        return Admitted("anna")

    def joined(self, peer: Peer) -> None:
        peer.post(Outgoing.event("welcome", peer.app, peer.parser))

    def event(self, peer: Peer, event: Event) -> None:
        peer.post(Outgoing.relay(event.name, event.raw(0), before=[peer.sid]))
        if event.ack_id is not None:
            peer.post(Outgoing.ack(event.ack_id, {"ok": True}))

    def pong(self, peer: Peer, payload: bytes, received: float) -> None: ...

    def heartbeat(self, peer: Peer, sent: float, received: float) -> None: ...

    def malformed(self, peer: Peer, reason: str) -> None: ...

    def left(self, peer: Peer, ending: Ending) -> None:
        self.endings.put_nowait(ending)


@pytest.fixture
def gate() -> Mirror:
    return Mirror()


@pytest.fixture
def app(gate: Mirror) -> Application:
    server = AsyncServer(gate=gate, ping_interval=5, ping_timeout=PATIENCE_SECONDS)

    @server.on("hello", namespace="/chat")
    async def hello(sid: str, greeting: Any) -> Any:
        return await server.call("question", greeting, to=sid, namespace="/chat")

    return Application([(r"/socket.io/", server.get_tornado_handler())])


CERTIFICATE = Path(tornado.__file__).parent / "test"  # Tornado brings one for its own tests


@pytest.fixture
def tls_port(app: Application, io_loop: Any) -> Iterator[int]:
    """Where the same application is served over TLS, given to Tornado."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE / "test.crt", CERTIFICATE / "test.key")
    server = HTTPServer(app, ssl_options=context)
    listening, port = bind_unused_port()
    server.add_socket(listening)
    yield port
    server.stop()


@pytest.mark.gen_test
@pytest.mark.parametrize("serializer", ["default", "msgpack"])
@pytest.mark.parametrize("transports", [["websocket"], ["polling"], None])
async def test_tls_changes_nothing(
    tls_port: int, gate: Mirror, serializer: str, transports: list[str] | None
) -> None:
    client = socketio.AsyncClient(serializer=serializer, ssl_verify=False)
    await client.connect(
        f"https://127.0.0.1:{tls_port}",
        transports=transports,
        namespaces=["/", "/chat"],
        auth={},
        wait_timeout=PATIENCE_SECONDS,
    )
    client.on("question", lambda greeting: len(greeting), namespace="/chat")
    assert await client.call("move", b"\x00" * 50_000) == {"ok": True}
    assert await client.call("hello", "x" * 50_000, namespace="/chat") == 50_000
    await client.disconnect()
    assert await gate.endings.get() in (Ending.DISCONNECT, Ending.CLOSED)


@pytest.mark.gen_test
@pytest.mark.parametrize("serializer", ["default", "msgpack"])
@pytest.mark.parametrize("transports", [["websocket"], ["polling"], None])
async def test_events_acks_and_binary_data_come_and_go(
    http_server: Any, http_port: int, gate: Mirror, serializer: str, transports: list[str] | None
) -> None:
    client = socketio.AsyncClient(serializer=serializer)
    events: asyncio.Queue[tuple[str, tuple[Any, ...]]] = asyncio.Queue()
    client.on("*", lambda name, *args: events.put_nowait((name, args)))
    client.on("question", lambda greeting: [greeting, "to you"], namespace="/chat")

    await client.connect(
        f"http://127.0.0.1:{http_port}",
        transports=transports,
        namespaces=["/", "/chat"],
        auth={"name": "Anna"},
        wait_timeout=PATIENCE_SECONDS,
    )

    parser = "json" if serializer == "default" else "msgpack"
    assert await events.get() == ("welcome", ({"name": "Anna"}, parser))
    assert await client.call("move", {"to": [1, 2.5], "map": b"\x00\xff"}) == {"ok": True}
    assert await events.get() == ("move", ("anna", {"to": [1, 2.5], "map": b"\x00\xff"}))
    assert await client.call("hello", {"good": "day"}, namespace="/chat") == [{"good": "day"}, "to you"]
    await client.disconnect()
    assert await gate.endings.get() in (Ending.DISCONNECT, Ending.CLOSED)
