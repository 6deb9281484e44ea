"""A crowd's WebSockets are opened straight from the accepted sockets; nobody else is treated otherwise."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tornado.httputil import HTTPHeaders, HTTPInputError
from tornado.netutil import bind_unix_socket
from tornado.web import Application

from gameserver.transport.engine import DeadlineServer, EngineLimits, EngineServer
from gameserver.transport.engine.shortcut import Shortcut
from gameserver.transport.websocket.board import LinkSettings
from gameserver.transport.websocket.upgrade import accept_value, prepare
from tests.transport.engine.serving import serving

pytestmark = pytest.mark.gen_test

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
REQUEST = (
    "GET /engine.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
    f"Connection: Upgrade\r\nSec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n"
).encode()
LONG = REQUEST.replace(b"Host: x", b"Host: x\r\nX-Long: " + b"x" * 3_000)


def with_line(line: str) -> bytes:
    return REQUEST[:-2] + line.encode() + b"\r\n\r\n"


@contextlib.contextmanager
def accepted(*parts: bytes, prepared: int = 0) -> Iterator[tuple[socket.socket, socket.socket]]:
    """Send these from a client; yields its socket and the one the server has accepted.

    `prepared` is for how many bytes the listening socket was.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        if prepared:
            prepare(listening, prepared)
        client = socket.create_connection(listening.getsockname())
        sock, _ = listening.accept()
    for part in parts:
        client.sendall(part)
    if parts:  # until all of it has come: loopback is quick, but it is another thread of the kernel's
        wanted = sum(map(len, parts))
        while len(sock.recv(wanted, socket.MSG_PEEK)) < wanted:
            time.sleep(0)
    sock.setblocking(False)
    with client, sock:
        client.setblocking(False)
        yield client, sock


async def heard(client: socket.socket, marker: bytes) -> bytes:
    """Read until this has come."""
    received = b""
    while marker not in received:
        more = await asyncio.get_running_loop().sock_recv(client, 4096)
        assert more, received
        received += more
    return received


async def drop_all(engine: EngineServer) -> None:
    for opened in list(engine.sockets.values()):
        opened.abort()
    for _ in range(3):  # transports close in the turns that follow
        await asyncio.sleep(0)


async def test_a_request_that_is_there_already_opens_a_connection(engine: EngineServer) -> None:
    with accepted(REQUEST) as (client, sock):
        assert engine.shortcut("/engine.io/")(sock, ("203.0.113.9", 5))
        received = await heard(client, b"maxPayload")

        head, _, packets = received.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 ")
        assert f"Sec-WebSocket-Accept: {accept_value(KEY)}".encode() in head.split(b"\r\n")
        assert packets[2:3] == b"0"
        (opened,) = engine.sockets.values()
        assert opened.remote_ip == "203.0.113.9"
        assert opened.upgraded
        assert engine.doorkeeper.connections == 1
        await drop_all(engine)


@pytest.mark.parametrize("prepared", [0, 20_000])
async def test_small_messages_are_not_merged_and_a_stalled_reader_hides_little(prepared: int) -> None:
    engine = EngineServer(link_settings=LinkSettings(send_buffer_bytes=20_000))
    with accepted(REQUEST, prepared=prepared) as (client, sock):
        assert engine.shortcut("/engine.io/", prepared=bool(prepared))(sock, ("203.0.113.9", 5))
        await heard(client, b"maxPayload")
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert 20_000 <= sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 40_000
        await drop_all(engine)


async def test_who_comes_in_a_crowd_is_told_its_own_key(engine: EngineServer) -> None:
    keys = ["AAAAAAAAAAAAAAAAAAAAAA==", "BBBBBBBBBBBBBBBBBBBBBB==", KEY, "AAAAAAAAAAAAAAAAAAAAAA=="]
    shortcut = engine.shortcut("/engine.io/")
    with contextlib.ExitStack() as stack:
        pairs = [stack.enter_context(accepted(REQUEST.replace(KEY.encode(), key.encode()))) for key in keys]
        assert all(shortcut(sock, (f"203.0.113.{n}", 5)) for n, (_, sock) in enumerate(pairs))
        for key, (client, _) in zip(keys, pairs, strict=True):
            head = await heard(client, b"maxPayload")
            assert f"Sec-WebSocket-Accept: {accept_value(key)}".encode() in head.split(b"\r\n")
        assert {opened.remote_ip for opened in engine.sockets.values()} == {
            f"203.0.113.{n}" for n in range(4)
        }
        await drop_all(engine)


async def test_what_a_hasty_client_sends_behind_its_request_is_kept(engine: EngineServer) -> None:
    ping = b"\x89\x81\0\0\0\0?"
    with accepted(REQUEST, ping) as (client, sock):
        assert engine.shortcut("/engine.io/")(sock, ("127.0.0.1", 5))
        await heard(client, b"\x8a\x01?")
        await drop_all(engine)


async def test_a_page_that_may_come_is_told_so() -> None:
    engine = EngineServer(cors_allowed_origins="*")
    with accepted(with_line("Origin: https://game.example")) as (client, sock):
        assert engine.shortcut("/engine.io/")(sock, ("127.0.0.1", 5))
        received = await heard(client, b"maxPayload")
        assert b"\r\nAccess-Control-Allow-Origin: https://game.example\r\n" in received
        await drop_all(engine)


@pytest.mark.parametrize(
    "request_",
    [
        b"",
        REQUEST[:-1],
        b"\r\n" + REQUEST,
        LONG,
        REQUEST.replace(b"GET", b"POST"),
        REQUEST.replace(b"/engine.io/", b"/"),
        REQUEST.replace(b"/engine.io/", b"/engine.io/x"),
        REQUEST.replace(b"websocket HTTP", b"polling HTTP"),
        REQUEST.replace(b"EIO=4", b"EIO=3"),
        REQUEST.replace(b"EIO=4", b"EIO=4&sid=abc"),
        REQUEST.replace(b"EIO=4", b"EIO=4&j=0"),
        REQUEST.replace(b"HTTP/1.1", b"HTTP/1.0"),
        REQUEST.replace(b"Host: x\r\n", b""),
        REQUEST.replace(b"Version: 13", b"Version: 8"),
        REQUEST.replace(b"Connection: Upgrade", b"Connection: close"),
        REQUEST.replace(b"dGhlIHNhbXBsZSBub25jZQ==", b"short"),
        REQUEST.replace(KEY.encode(), b"!GhlIHNhbXBsZSBub25jZQ=="),
        REQUEST.replace(KEY.encode(), b"\nGhlIHNhbXBsZSBub25jZQ=="),
        REQUEST.replace(KEY.encode(), b"dGhlIHNh\nX: 1\nBub25jZQ=="),
        with_line(f"Sec-WebSocket-Key: {KEY}"),
        with_line("no colon"),
        with_line("X: y\n\nX-Forwarded-For: 203.0.113.1"),
        with_line("X: y\n\r\nX-Forwarded-For: 203.0.113.1"),
        with_line("X: y\nZ: 1"),
        with_line(" folded"),
        REQUEST.replace(b"Host: x", b"Host: x:" + b"1" * 5_000),
        with_line("Content-Length: 3"),
        with_line("Transfer-Encoding: chunked"),
        with_line("Origin: https://elsewhere.example"),
    ],
)
async def test_everything_else_is_left_as_it_came(engine: EngineServer, request_: bytes) -> None:
    with accepted(*filter(None, [request_])) as (_, sock):
        assert not engine.shortcut("/engine.io/", header_bytes=len(LONG) - 1 if request_ is LONG else 16_384)(
            sock, ("127.0.0.1", 5)
        )
        if request_:
            assert sock.recv(len(request_)) == request_
    assert not engine.sockets
    assert engine.doorkeeper.connections == 0
    assert not engine.counts


NAMES = st.sampled_from(
    ["Sec-WebSocket-Key", "sec-websocket-key", "X-Forwarded-For", "Origin", "Cookie", "Host", "X"]
)
VALUES = st.sampled_from([KEY, "A" * 22 + "==", "short", "203.0.113.7", "", KEY + KEY])
HEADERS = st.lists(st.tuples(NAMES, VALUES, st.sampled_from(["\r\n", "\r\n "])), max_size=6)


@settings(deadline=None)
@given(st.lists(HEADERS, min_size=1, max_size=4))
def test_a_crowd_s_headers_are_each_client_s_own(crowd: list[list[tuple[str, str, str]]]) -> None:
    """What was read of one client's header is kept; nothing of it may become another's."""
    shortcut = Shortcut(EngineServer(), "/engine.io/", header_bytes=16_384)
    for address, lines in enumerate(crowd):
        text = "".join(f"{name}: {value}{end}" for name, value, end in lines)
        head = f"GET /engine.io/?EIO=4 HTTP/1.1\r\nHost: x\r\n{text}\r\n"
        try:
            alone = HTTPHeaders.parse(head.partition("\r\n")[2])
        except HTTPInputError:
            alone = None
        asked = shortcut._parsed(head, f"192.0.2.{address}")
        if asked is not None:
            request = asked.request
            assert alone is not None
            assert list(request.headers.get_all()) == list(alone.get_all())
            assert request.remote_ip == f"192.0.2.{address}"


async def test_of_whom_nothing_has_come_nothing_is_said_yet(engine: EngineServer) -> None:
    with accepted() as (client, sock):
        assert engine.shortcut("/engine.io/")(sock, ("127.0.0.1", 5)) is None
        client.close()
        sock.setblocking(True)
        assert sock.recv(1, socket.MSG_PEEK) == b""
        sock.setblocking(False)
        assert engine.shortcut("/engine.io/")(sock, ("127.0.0.1", 5)) is False


async def test_whose_request_comes_right_behind_is_looked_at_once_more(app: Application) -> None:
    answers = [None, True, None, False]
    asked: list[tuple[Any, ...]] = []

    def shortcut(sock: socket.socket, address: tuple[Any, ...]) -> bool | None:
        asked.append(address)
        answer = answers.pop(0)
        if answer:
            sock.close()
        return answer

    async with serving(app, shortcut=shortcut) as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await reader.read() == b""
        writer.close()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /engine.io/?EIO=4 HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readuntil(b"}")).startswith(b"HTTP/1.1 400 ")
        writer.close()
        assert [asked[0], asked[2]] == [asked[1], asked[3]]


async def test_who_is_refused_for_the_crowd_is_told_so_by_tornado() -> None:
    engine = EngineServer(limits=EngineLimits(connections=0))
    with accepted(REQUEST) as (_, sock):
        assert not engine.shortcut("/engine.io/")(sock, ("127.0.0.1", 5))


async def test_who_is_barred_is_told_so_by_tornado(engine: EngineServer) -> None:
    engine.barred = lambda address: "kept out" if address == "203.0.113.9" else None
    with accepted(REQUEST) as (_, sock):
        assert not engine.shortcut("/engine.io/")(sock, ("203.0.113.9", 5))
    assert engine.doorkeeper.connections == 0


async def test_compression_is_agreed_upon_by_tornado_s_way() -> None:
    engine = EngineServer(link_settings=LinkSettings(deflate=True))
    with accepted(with_line("Sec-WebSocket-Extensions: permessage-deflate")) as (_, sock):
        assert not engine.shortcut("/engine.io/")(sock, ("127.0.0.1", 5))


async def test_a_connect_handler_gets_to_see_the_request() -> None:
    engine = EngineServer()
    engine.on("connect", lambda sid, environ: True)
    with accepted(REQUEST) as (_, sock):
        assert not engine.shortcut("/engine.io/")(sock, ("127.0.0.1", 5))


async def test_a_client_that_is_gone_already_leaves_nothing(engine: EngineServer) -> None:
    with accepted(REQUEST) as (client, sock):
        client.close()
        assert engine.shortcut("/engine.io/")(sock, ("127.0.0.1", 5))
        while engine.sockets:
            await asyncio.sleep(0.001)
        await drop_all(engine)
    assert engine.doorkeeper.connections == 0


async def test_a_server_serves_both_ways_in(app: Application, engine: EngineServer) -> None:
    """The first byte of the second client comes only once the first client has been served."""
    async with serving(app, shortcut=engine.shortcut("/engine.io/")) as (_, port):
        for first in (REQUEST, REQUEST[:20]):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(first)
            await asyncio.sleep(0.01)
            writer.write(REQUEST[len(first) :])
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
            writer.transport.abort()
        await drop_all(engine)


async def test_behind_a_unix_socket_all_go_tornado_s_way(
    app: Application, engine: EngineServer, tmp_path: Path
) -> None:
    server = DeadlineServer(app, shortcut=engine.shortcut("/engine.io/"))
    server.add_socket(bind_unix_socket(str(tmp_path / "server")))
    reader, writer = await asyncio.open_unix_connection(tmp_path / "server")
    writer.write(REQUEST)
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
    writer.transport.abort()
    server.stop()
    await drop_all(engine)
    await server.close_all_connections()
