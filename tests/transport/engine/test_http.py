"""Nobody keeps the server waiting for half a request.

Stock: half a request may stay open for an hour, and 100 MB of a body are taken.
"""

from __future__ import annotations

import asyncio
import contextlib
import resource
import socket
from collections import Counter
from collections.abc import Iterator
from typing import Any, cast

import pytest
from tornado.http1connection import HTTP1Connection
from tornado.web import Application, RequestHandler

from gameserver.transport.engine import DeadlineServer, EngineLimits, EngineServer
from gameserver.transport.engine.http import Doorstep
from tests.transport.engine.serving import serving
from tests.transport.engine.wire import Wire

pytestmark = pytest.mark.gen_test


@pytest.fixture
def counts() -> Counter[str]:
    return Counter()


@pytest.fixture
def short() -> str:
    """Which patience ends in this test; the others are not in a race with it."""
    return "none"


@pytest.fixture
def port(io_loop: Any, app: Application, counts: Counter[str], short: str) -> Iterator[int]:
    patience = {"header_seconds": 60.0, "idle_seconds": 60.0, "body_seconds": 60.0, short: 0.1}
    patience.pop("none", None)
    server = DeadlineServer(app, **patience, header_bytes=2_000, counts=counts)
    server.listen(0, "127.0.0.1")
    yield next(iter(server._sockets.values())).getsockname()[1]
    server.stop()
    io_loop.run_sync(server.close_all_connections)


async def _conversation(port: int, *parts: bytes) -> bytes:
    """Send these, one after the other's answer began, and return everything that came until the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    received = b""
    for part in parts[:-1]:
        writer.write(part)
        received += await reader.readuntil(b"}")
    writer.write(parts[-1])
    received += await reader.read()
    writer.close()
    return received


@pytest.mark.parametrize("short", ["header_seconds"])
async def test_half_a_header_is_dropped(port: int, counts: Counter[str]) -> None:
    assert await _conversation(port, b"GET /engine.io/?EIO=4 HTTP/1.1\r\nHost: x\r\n") == b""
    assert counts == {"header_timeout": 1}


async def test_a_header_of_any_length_is_not_read(port: int, counts: Counter[str]) -> None:
    request = b"GET /engine.io/?EIO=4 HTTP/1.1\r\nHost: x\r\n"
    long = b"X-Long: " + b"x" * 3_000
    assert await _conversation(port, request + long) == b""
    assert b"Transport unknown" in await _conversation(port, request + b"\r\n", request + long)
    assert counts == {"header_too_large": 2}


async def test_a_chunk_with_a_header_of_any_length_is_no_header_too_long(
    port: int, counts: Counter[str]
) -> None:
    begun = b"POST /engine.io/?EIO=4 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert await _conversation(port, begun + b"0" * 100) == b""
    assert not counts


async def test_a_port_of_thousands_of_digits_is_answered_400_without_a_word(
    app: Application, engine: EngineServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Stock: the integer is too long for the interpreter, and each such request writes a traceback."""
    async with serving(app, shortcut=engine.shortcut("/engine.io/")) as (server, port):
        request = b"GET /engine.io/?EIO=4 HTTP/1.1\r\nHost: x:" + b"1" * 5_000 + b"\r\n\r\n"
        answers = [
            await _conversation(port, request),
            await _conversation(port, request.replace(b"/engine.io/", b"/")),
        ]

    assert [answer[:13] for answer in answers] == [b"HTTP/1.1 400 "] * 2
    assert not [record for record in caplog.records if record.exc_info]
    assert not server._open


@pytest.mark.parametrize("short", ["idle_seconds"])
async def test_a_connection_may_pause_between_requests_but_not_for_ever(
    port: int, counts: Counter[str]
) -> None:
    request = b"GET /engine.io/?EIO=4 HTTP/1.1\r\nHost: x\r\n\r\n"
    received = await _conversation(port, 2 * request)
    assert received.count(b"Transport unknown") == 2
    assert counts == {"idle_timeout": 1}


async def test_who_goes_in_time_counts_for_nothing(port: int, counts: Counter[str]) -> None:
    for begun in (b"GET /eng", b"GET /engine.io/?EIO=4 HTTP/1.1\r\nHost: x\r\n\r\n"):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(begun)
        writer.close()
        await writer.wait_closed()
    assert not counts


@pytest.fixture
def options() -> dict[str, Any]:

    return {"limits": EngineLimits(body_seconds=0.1)}


@pytest.mark.parametrize("short", ["body_seconds"])
async def test_half_a_body_is_dropped(port: int, counts: Counter[str]) -> None:
    request = (
        b"POST /engine.io/?EIO=4&transport=polling&sid=x HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n4"
    )
    assert await _conversation(port, request) == b""
    assert counts == {"body_timeout": 1}


async def test_an_address_has_so_many_connections_and_a_proxy_any_number(app: Application) -> None:
    """Stock: one address may hold as many as there are files, and never ask anything."""
    proxies = {"127.0.0.2"}
    async with serving(app, connections_per_address=2, unbounded=proxies.__contains__) as (server, port):

        async def answered(source: str) -> tuple[asyncio.StreamWriter, bool]:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
            writer.write(b"GET /engine.io/?EIO=4 HTTP/1.1\r\nHost: x\r\n\r\n")
            try:
                return writer, (await reader.readuntil(b"}")).startswith(b"HTTP/1.1 400")
            except (asyncio.IncompleteReadError, ConnectionResetError):
                return writer, False

        held = [await answered("127.0.0.1") for _ in range(3)]
        proxied = [await answered("127.0.0.2") for _ in range(3)]
        elsewhere = await answered("127.0.0.3")

        assert [ok for _, ok in held] == [True, True, False]
        assert [ok for _, ok in [*proxied, elsewhere]] == [True] * 4
        assert server.counts == {"refused_http_per_address": 1}

        held[0][0].close()
        await held[0][0].wait_closed()
        while server._open["127.0.0.1"] > 1:
            await asyncio.sleep(0.001)
        again = await answered("127.0.0.1")
        assert again[1]

        for writer, _ in [*held, *proxied, elsewhere, again]:
            writer.close()
    assert not server._open


async def test_a_websocket_is_no_connection_of_http_any_more(app: Application, engine: EngineServer) -> None:
    async with serving(app, connections_per_address=1) as (server, port), Wire(port) as client:
        sockets = [await client.websocket() for _ in range(3)]
        assert [(await socket.receive())[0] for socket in sockets] == ["0"] * 3
        assert not server._open
        for socket in sockets:
            await socket.close()


async def test_where_files_run_out_a_newcomer_is_closed_and_accepting_goes_on(app: Application) -> None:
    """Stock: without a file left accepting fails, turn after turn, with a traceback for each."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    async with serving(app, spare_files=files) as (server, port):
        for _ in range(3):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            assert await reader.read() == b""
            writer.close()
        assert server.counts == {"refused_for_files": 3}


class _Showing(RequestHandler):
    """Answers what it was asked, and counts how often."""

    asked = 0

    def post(self) -> None:
        type(self).asked += 1
        self.finish({"fields": sorted(self.request.body_arguments), "bytes": len(self.request.body)})

    get = post


def _post(body: bytes, *headers: bytes) -> bytes:
    length = b"" if b"Transfer-Encoding: chunked" in headers else b"Content-Length: %d" % len(body)
    lines = [b"POST / HTTP/1.1", b"Host: x", b"Connection: close", *filter(None, [length]), *headers]
    return b"\r\n".join([*lines, b"", body])


async def _with_plain_bodies_and_without(request: bytes) -> list[bytes]:
    answers = []
    for plain in (True, False):
        async with serving(Application([("/", _Showing)]), plain_bodies=plain) as (_, port):
            answers.append(await _conversation(port, request))
    return answers


async def test_a_body_in_a_hundred_thousand_chunks_is_not_read() -> None:
    """Stock: each chunk of one byte costs 20 microseconds, three seconds for a megabyte on the wire."""
    chunked = _post(b"1\r\nx\r\n" * 100 + b"0\r\n\r\n", b"Transfer-Encoding: chunked")

    refused, taken = await _with_plain_bodies_and_without(chunked)

    assert refused.startswith(b"HTTP/1.1 400 ")
    assert taken.endswith(b'{"fields": [], "bytes": 100}')


async def test_nobody_takes_a_form_apart_that_nobody_asked_for() -> None:
    """Stock: 64 KiB of fields or parts cost ten milliseconds, on every path, before any handler is asked."""
    form = _post(b"a=1&b=2", b"Content-Type: application/x-www-form-urlencoded")

    whole, apart = await _with_plain_bodies_and_without(form)

    assert whole.endswith(b'{"fields": [], "bytes": 7}')
    assert apart.endswith(b'{"fields": ["a", "b"], "bytes": 7}')


async def test_a_thousand_requests_at_once_are_all_answered_in_order() -> None:
    app = Application([("/", _Showing)])
    request = b"GET / HTTP/1.1\r\nHost: x\r\n"
    async with serving(app) as (_, port):
        crowd = [_conversation(port, (request + b"\r\n") * 9 + _post(b"last")) for _ in range(100)]
        answers = await asyncio.gather(*crowd)
    assert {answer.count(b"HTTP/1.1 200 OK") for answer in answers} == {10}
    assert all(answer.endswith(b'{"fields": [], "bytes": 4}') for answer in answers)


async def test_what_a_client_asked_before_it_went_is_not_answered_to_nobody() -> None:
    """Stock: requests that lie in the buffer are handled one by one, seconds after their client is gone."""

    class Going(_Showing):
        asked = 0

        def get(self) -> None:
            type(self).asked += 1
            cast("HTTP1Connection", self.request.connection).stream.close()  # as if the client had reset it
            self.finish()

    app = Application([("/", Going)])
    async with serving(app) as (_, port):
        assert await _conversation(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 50) == b""
    assert Going.asked == 1


def test_of_a_crowd_at_the_door_some_are_let_in_each_turn_and_nobody_is_forgotten() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listening:
        listening.setblocking(False)
        door = Doorstep(listening, at_once=4)
        crowd = [socket.create_connection(door.getsockname()) for _ in range(10)]
        turns = []
        for _ in range(4):
            come: list[socket.socket] = []
            with contextlib.suppress(BlockingIOError):
                while True:
                    come.append(door.accept()[0])
            turns.append(len(come))
            crowd += come
        for each in crowd:
            each.close()

    assert turns == [4, 4, 2, 0]
