"""The opening handshake: refused in plain HTTP, or answered 101 and the socket handed over."""

from __future__ import annotations

import asyncio
import socket
from typing import cast

import pytest
from tornado.http1connection import HTTP1Connection

from gameserver.transport.websocket.board import LinkSettings
from gameserver.transport.websocket.ending import End, How
from gameserver.transport.websocket.link import Link
from gameserver.transport.websocket.upgrade import accept_value
from tests.transport.websocket.fakes import Echo, Recorder
from tests.transport.websocket.network import KINDS, REQUEST, Client, Upgrade, run, serving
from tests.transport.websocket.wire import TEXT, close_frame, frame


async def answer(client: Client, request: bytes) -> tuple[int, dict[bytes, bytes]]:
    """Send a request; the status and headers that come back, the body read as well."""
    client.send(request)
    head = await client.reader.readuntil(b"\r\n\r\n")
    status, *lines = head.strip().split(b"\r\n")
    headers = dict(line.lower().split(b": ", 1) for line in lines)
    await client.reader.readexactly(int(headers.get(b"content-length", b"0")))
    return int(status.split()[1]), headers


def with_origin(origin: bytes) -> bytes:
    return REQUEST[:-2] + b"Origin: " + origin + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (REQUEST.replace(b"Upgrade: websocket\r\n", b""), 426),
        (REQUEST.replace(b"Upgrade: websocket", b"Upgrade: h2c"), 426),
        (REQUEST.replace(b"Connection: Upgrade\r\n", b""), 400),
        (REQUEST.replace(b"Connection: Upgrade", b"Connection: keep-alive"), 400),
        (REQUEST.replace(b"Version: 13", b"Version: 8"), 426),
        (REQUEST.replace(b"Sec-WebSocket-Version: 13\r\n", b""), 426),
        (REQUEST.replace(b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", b""), 400),
        (REQUEST.replace(b"dGhlIHNhbXBsZSBub25jZQ==", b"dGhlIHNhbXBsZSBub25j"), 400),
        (REQUEST.replace(b"dGhlIHNhbXBsZSBub25jZQ==", b"?hlIHNhbXBsZSBub25jZQ=="), 400),
        (with_origin(b"https://elsewhere.example"), 403),
    ],
)
def test_a_handshake_that_is_no_good_is_refused_before_the_101(request_: bytes, status: int) -> None:
    """A refusal after the 101 leaves a connection open that nobody serves."""

    async def story() -> None:
        async with serving("asyncio", Recorder) as server, await server.open() as client:
            got, headers = await answer(client, request_)
            assert got == status
            if status == 426:
                assert headers.get(b"sec-websocket-version", headers.get(b"upgrade")) in (b"13", b"websocket")
            # It was HTTP all the way, so the connection goes on as such.
            assert (await answer(client, REQUEST))[0] == 101

    run("asyncio", story())


def test_a_handshake_in_order_is_answered_without_any_extension() -> None:
    async def story() -> None:
        offer = REQUEST[:-2] + b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
        async with serving("asyncio", Recorder) as server, await server.open() as client:
            status, headers = await answer(client, offer)
            assert status == 101
            assert headers[b"upgrade"] == b"websocket"
            assert headers[b"connection"] == b"upgrade"
            assert headers[b"sec-websocket-accept"] == b"s3pplmbitxaq9kygzzhzrbk+xoo="
            assert b"sec-websocket-extensions" not in headers

    run("asyncio", story())


def test_the_key_is_answered_as_in_the_rfc() -> None:
    assert accept_value("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def test_tokens_are_told_apart_by_commas_and_in_any_case() -> None:
    async def story() -> None:
        request = REQUEST.replace(b"Connection: Upgrade", b"Connection: keep-alive, UPGRADE").replace(
            b"Upgrade: websocket", b"Upgrade: WebSocket"
        )
        async with serving("asyncio", Recorder) as server, await server.open() as client:
            assert (await answer(client, request))[0] == 101

    run("asyncio", story())


def test_a_listed_origin_is_let_in() -> None:
    async def story() -> None:
        origins = {"https://game.example"}
        async with (
            serving("asyncio", Recorder, origins=origins) as server,
            await server.open() as client,
        ):
            assert (await answer(client, with_origin(b"https://game.example")))[0] == 101

    run("asyncio", story())


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_sent_in_one_piece_with_the_request_is_not_lost(kind: str) -> None:
    async def story() -> None:
        behind = frame(TEXT, "one") + frame(TEXT, "two")
        async with serving(kind, Echo) as server, await server.connect(behind + behind[:5]) as client:
            assert [(await client.frame()).payload for _ in range(2)] == [b"one", b"two"]
            client.send(behind[5:] + close_frame(1000))
            assert [(await client.frame()).payload for _ in range(2)] == [b"one", b"two"]

    run(kind, story())


@pytest.mark.parametrize("kind", KINDS)
def test_small_messages_are_not_merged_and_a_stalled_reader_hides_little(kind: str) -> None:
    """Stock: two small messages in a row take 43 to 64 ms (Nagle's algorithm), and the kernel hides 4 MB."""

    async def story() -> tuple[int, int]:
        opened: asyncio.Future[Link] = asyncio.get_running_loop().create_future()

        class Opened(Recorder):
            def on_open(self, link: Link) -> None:
                opened.set_result(link)

        settings = LinkSettings(send_buffer_bytes=20_000)
        async with serving(kind, Opened, settings) as server, await server.connect():
            sock = (await opened).transport.get_extra_info("socket")
            return (
                sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY),
                sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF),
            )

    no_delay, buffer = run(kind, story())
    assert no_delay
    assert 20_000 <= buffer <= 40_000  # Linux doubles it for its own bookkeeping


@pytest.mark.parametrize("kind", KINDS)
def test_a_client_that_is_gone_at_once_ends_in_silence(kind: str) -> None:
    ended: list[asyncio.Future[End]] = []

    class Ending(Recorder):
        def on_open(self, link: Link) -> None:
            ended.append(asyncio.get_running_loop().create_future())

        def on_end(self, end: End) -> None:
            ended[-1].set_result(end)

    async def story() -> None:
        async with serving(kind, Ending) as server:
            for _ in range(20):
                client = await server.open()
                client.send(REQUEST)
                client.writer.transport.abort()
            # One that stays tells that those before it have been dealt with.
            async with await server.connect() as client:
                client.send(close_frame(1000))
                await client.reader.read()
            ends = await asyncio.gather(*ended)
            assert ends.count(End(How.CLOSED, 1000)) == 1
            assert {end.how for end in ends} <= {How.LOST, How.CLOSED}

    run(kind, story())


@pytest.mark.parametrize("kind", KINDS)
def test_a_client_that_is_gone_behind_the_101_is_no_mistake(
    kind: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its reset is noticed in the turn between the answer and the hand-over."""
    written = Upgrade.finish

    def finish(self: Upgrade, chunk: str | bytes | dict[str, object] | None = None) -> asyncio.Future[None]:
        answered = written(self, chunk)
        cast("HTTP1Connection", self.request.connection).stream.close()
        return answered

    monkeypatch.setattr(Upgrade, "finish", finish)
    owners: list[Recorder] = []

    def owner() -> Recorder:
        owners.append(Recorder())
        return owners[-1]

    async def story() -> None:
        async with serving(kind, owner) as server, await server.open() as client:
            client.send(REQUEST)
            assert (await client.reader.read()).startswith(b"HTTP/1.1 101 ")

    run(kind, story())
    assert len(owners) == 1
    assert not [record for record in caplog.records if record.exc_info]
