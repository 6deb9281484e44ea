"""Engine.IO v4, HTTP long-polling: payloads, one poll at a time, and the end of a session."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from tornado.httpserver import HTTPServer

from gameserver.transport.engine import EngineServer
from gameserver.transport.websocket.board import LinkSettings
from gameserver.transport.websocket.outbox import OutboxLimits
from tests.transport.engine.wire import Wire

pytestmark = pytest.mark.gen_test
Client = Callable[[], Wire]


@pytest.fixture
def options() -> dict[str, Any]:
    return {"max_http_buffer_size": 10_000}


async def test_a_message_comes_back(wire: Client) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        posted = await client.post(sid, "4hello")
        assert (posted.status, posted.text) == (200, "ok")
        assert (await client.get(sid)).text == "4hello"


async def test_a_payload_holds_texts_and_binary_data(wire: Client) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        await client.post(sid, "4test1\x1ebAQIDBA==\x1e4tèst3")
        assert (await client.get(sid)).packets == ["4test1", "bAQIDBA==", "4tèst3"]


async def test_a_payload_holds_any_number_of_packets(wire: Client) -> None:
    """Stock: a payload of more than 16 packets is lost whole, and answered 200.

    A stock client that emits 17 events before its upgrade loses them all.
    """
    packets = [f"4event {number}" for number in range(100)]
    async with wire() as client:
        sid = (await client.open())["sid"]
        assert (await client.post(sid, "\x1e".join(packets))).status == 200
        received: list[str] = []
        while len(received) < len(packets):
            received += (await client.get(sid)).packets
    assert received == packets


async def test_a_poll_waits_for_the_next_packet(wire: Client, engine: EngineServer) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        poll = asyncio.create_task(client.get(sid))
        await _until(lambda: engine.sockets[sid].polling.is_waiting)
        await engine.send(sid, "one")
        await engine.send(sid, b"two")
        assert (await poll).packets == ["4one", "bdHdv"]


@pytest.mark.parametrize(
    "body", ["abc", "", "4hello\x1e", "9", "b!", "bAQI", "2probe", "5", b"4\xff", "\x1e", "0"]
)
async def test_an_invalid_payload_ends_the_session(
    wire: Client, engine: EngineServer, body: str | bytes
) -> None:
    """Stock: it is answered 200, or it wedges the session."""
    async with wire() as client:
        sid = (await client.open())["sid"]
        assert (await client.post(sid, body)).status == 400
        assert (await client.get(sid)).status == 400
    assert engine.counts["bad_packet"] == 1


async def test_a_second_poll_ends_the_session(wire: Client, engine: EngineServer) -> None:
    """Stock: the two compete for the packets."""
    async with wire() as client:
        sid = (await client.open())["sid"]
        first = asyncio.create_task(client.get(sid))
        await _until(lambda: engine.sockets[sid].polling.is_waiting)
        assert (await client.get(sid)).status == 400
        answer = await first
        assert (answer.status, answer.text) == (200, "1")
        assert (await client.get(sid)).status == 400


async def test_a_dropped_poll_ends_the_session(wire: Client, engine: EngineServer) -> None:
    """Stock: it swallows the next packet."""
    async with wire() as client:
        sid = (await client.open())["sid"]
        poll = asyncio.create_task(client.get(sid))
        await _until(lambda: engine.sockets[sid].polling.is_waiting)
        poll.cancel()
        await _until(lambda: sid not in engine.sockets)
        assert (await client.get(sid)).status == 400


async def test_a_second_post_beside_the_first_ends_the_session(wire: Client, engine: EngineServer) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        engine.sockets[sid].hold()
        first = asyncio.create_task(client.post(sid, "4one"))
        await _until(lambda: engine.sockets[sid].posting)
        assert (await client.post(sid, "4two")).status == 400
        assert (await first).status == 400
        assert (await client.get(sid)).status == 400


async def test_while_reading_is_held_a_post_waits(wire: Client, engine: EngineServer) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        socket = engine.sockets[sid]
        socket.hold()
        post = asyncio.create_task(client.post(sid, "4hello"))
        await _until(lambda: socket.posting)
        poll = asyncio.create_task(client.get(sid))
        await _until(lambda: socket.polling.is_waiting)
        assert not post.done()
        socket.release()
        assert (await post).status == 200
        assert (await poll).text == "4hello"


async def test_the_client_closes(wire: Client, engine: EngineServer) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        poll = asyncio.create_task(client.get(sid))
        await _until(lambda: engine.sockets[sid].polling.is_waiting)
        assert (await client.post(sid, "1")).status == 200
        answer = await poll
        assert (answer.status, answer.text) == (200, "6")
        assert (await client.get(sid)).status == 400


async def test_the_server_closes_behind_its_last_packets(wire: Client, engine: EngineServer) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        await engine.send(sid, "farewell")
        await engine.disconnect(sid)
        assert (await client.post(sid, "4too late")).status == 400
        assert (await client.get(sid)).packets == ["4farewell", "1"]
        assert (await client.get(sid)).status == 400


@pytest.mark.parametrize("size", [10_001, 200_000])
async def test_a_body_over_the_bound_is_answered_413(wire: Client, engine: EngineServer, size: int) -> None:
    """Stock: it never gets an answer, and its memory is held as long as the client likes."""
    async with wire() as client:
        sid = (await client.open())["sid"]
        assert (await client.post(sid, "4" + "x" * (size - 1))).status == 413
        assert (await client.post(sid, "4" + "x" * 9_999)).status == 200  # the session lives


@pytest.mark.parametrize(
    "length", [b"9" * 5_000, b"\xb2", b"-1", b"1_0"], ids=["long", "squared", "less", "_"]
)
async def test_a_length_that_is_no_number_is_answered_413_without_a_word(
    http_server: HTTPServer, http_port: int, caplog: pytest.LogCaptureFixture, length: bytes
) -> None:
    """To Python a superscript is a digit and no integer, and thousands of digits are none either."""
    head = b"POST /engine.io/?EIO=4&transport=polling&sid=x HTTP/1.1\r\nHost: x\r\nContent-Length: "
    reader, writer = await asyncio.open_connection("127.0.0.1", http_port)
    writer.write(head + length + b"\r\n\r\n")
    assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 413 ")
    await reader.read()
    writer.close()
    assert not [record for record in caplog.records if record.exc_info]


async def test_a_body_in_chunks_is_bounded_too(wire: Client) -> None:
    async def chunks() -> Any:
        for _ in range(20):
            yield b"x" * 1_000

    async with wire() as client:
        sid = (await client.open())["sid"]
        answer = await client.request("POST", {"EIO": "4", "transport": "polling", "sid": sid}, data=chunks())
        assert answer.status == 413


async def test_answers_that_are_not_read_are_backlog_too(
    wire: Client, engine: EngineServer, http_server: HTTPServer
) -> None:
    """Each poll over a socket of its own, none of them read: the server's memory would hold them all."""
    for listening in http_server._sockets.values():
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8_192)
    stalled: list[socket.socket] = []
    async with wire() as client:
        sid = (await client.open())["sid"]
        while sid in engine.sockets and len(stalled) < 50:
            await engine.send(sid, b"x" * 350_000)
            stalled.append(_stalled_poll(client, sid))
            await _until(lambda: sid not in engine.sockets or engine.sockets[sid].polling.is_empty)
    for each in stalled:
        each.close()
    assert len(stalled) < 50
    assert engine.board.turn.tally.backlogs == 1


async def test_an_answer_that_is_never_read_ends_the_session(wire: Client, engine: EngineServer) -> None:
    limits = OutboxLimits(backlog_bytes=50_000_000, stall_seconds=0.1)
    engine.board.settings = LinkSettings(outbox=limits)
    async with wire() as client:
        sid = (await client.open())["sid"]
        await engine.send(sid, b"x" * 20_000_000)
        stalled = _stalled_poll(client, sid)
        await _until(lambda: sid not in engine.sockets)
        assert engine.doorkeeper.connections == 0
        assert (engine.board.turn.tally.stalls, engine.board.turn.tally.backlogs) == (1, 0)
        stalled.close()


async def test_news_for_who_does_not_poll_are_bounded(wire: Client, engine: EngineServer) -> None:
    engine.board.settings = LinkSettings(outbox=OutboxLimits(newest_bytes=10_000))
    async with wire() as client:
        sid = (await client.open())["sid"]
        polling = engine.sockets[sid].polling
        for turn in range(3):
            for slot in range(8):
                polling.send_newest(slot, f"4{turn}{slot}".encode() + b"x" * 1_997)
        assert [packet[:3] for packet in (await client.get(sid)).packets] == [
            "423",
            "424",
            "425",
            "426",
            "427",
        ]
    assert engine.board.turn.tally.newest_dropped == 24 - 5


async def test_what_has_a_budget_of_its_own_is_no_backlog(wire: Client, engine: EngineServer) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        engine.sockets[sid].polling.send(b"4" + b"x" * 1_000_000, counts=False)
        assert engine.sockets[sid].polling.backlog_bytes == 0
        assert len((await client.get(sid)).text) == 1_000_001


async def test_long_answers_are_compressed_for_who_understands_it(wire: Client, engine: EngineServer) -> None:
    async with wire() as client:
        sid = (await client.open())["sid"]
        await engine.send(sid, "x" * 5_000)
        answer = await client.get(sid)
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.text == "4" + "x" * 5_000


async def _until(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0.005)


def _stalled_poll(client: Wire, sid: str) -> socket.socket:
    """Poll over a socket of its own, and never read the answer."""
    url = urlsplit(client.url)
    stalled = socket.socket()
    stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    stalled.connect((url.hostname, url.port))
    query = f"{url.path}?EIO=4&transport=polling&sid={sid}"
    stalled.sendall(f"GET {query} HTTP/1.1\r\nHost: {url.netloc}\r\n\r\n".encode())
    return stalled
