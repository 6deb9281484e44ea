"""What only a real socket shows: pushing back, stalling, resets, and the end of the connection."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from gameserver.transport.websocket.board import LinkSettings
from gameserver.transport.websocket.ending import End, How
from gameserver.transport.websocket.frames import BINARY, TEXT, encode_frame
from gameserver.transport.websocket.link import Link
from gameserver.transport.websocket.outbox import OutboxLimits
from tests.transport.websocket.fakes import Recorder
from tests.transport.websocket.network import KINDS, Client, run, serving
from tests.transport.websocket.wire import CLOSE, PING, PONG, close_frame, frame

SETTINGS = LinkSettings(send_buffer_bytes=8192, close_seconds=0.05)

every_kind = pytest.mark.parametrize("kind", KINDS)


class Awaited(Recorder):
    """An owner whose news can be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.changed = asyncio.Event()
        self.ended: asyncio.Future[End] = asyncio.get_running_loop().create_future()

    def on_text(self, payload: bytes) -> None:
        super().on_text(payload)
        self.changed.set()

    def on_pong(self, payload: bytes, received: float) -> None:
        super().on_pong(payload, received)
        self.changed.set()

    def on_end(self, end: End) -> None:
        super().on_end(end)
        self.ended.set_result(end)

    async def told_in_all(self, count: int) -> list[object]:
        """What was told, once it is that much."""
        while len(self.told) < count:
            self.changed.clear()
            await self.changed.wait()
        return self.told


@asynccontextmanager
async def meeting(kind: str, settings: LinkSettings = SETTINGS) -> AsyncIterator[tuple[Awaited, Client]]:
    """One client of one server."""
    owner = Awaited()
    async with serving(kind, lambda: owner, settings) as server, await server.connect() as client:
        yield owner, client


@every_kind
def test_a_ping_comes_back_with_the_time_it_was_read(kind: str) -> None:
    async def story() -> None:
        async with meeting(kind) as (owner, client):
            loop = asyncio.get_running_loop()
            before = loop.time()
            assert owner.link.ping(b"nonce")
            asked = await client.frame()
            assert (asked.opcode, asked.payload) == (PING, b"nonce")
            client.send(frame(PONG, b"nonce"))
            assert await owner.told_in_all(1) == [("pong", b"nonce", owner.link.read_at)]
            assert before - 0.1 <= owner.link.read_at <= loop.time() + 0.1  # uvloop's counts in ms

    run(kind, story())


@every_kind
def test_closing_really_closes(kind: str) -> None:
    async def story() -> None:
        async with meeting(kind) as (owner, client):
            owner.link.send(encode_frame(TEXT, b"last words"))
            owner.link.close(1001, "going")
            frames = await client.converse([])
            assert [f.payload for f in frames] == [b"last words", b"\x03\xe9going"]
            assert await owner.ended == End(How.SERVER, 1001, "going")

    run(kind, story())


@every_kind
def test_an_answered_close_ends_at_once(kind: str) -> None:
    async def story() -> None:
        async with meeting(kind, replace(SETTINGS, close_seconds=3600.0)) as (owner, client):
            owner.link.close(1000)
            assert (await client.frame()).opcode == CLOSE
            client.send(close_frame(1000))
            assert await client.reader.read() == b""
            assert await owner.ended == End(How.SERVER, 1000)
            assert owner.link._board.close_timeouts == 0

    run(kind, story())


@every_kind
def test_an_abort_is_the_end_of_the_socket(kind: str) -> None:
    async def story() -> None:
        async with meeting(kind) as (owner, client):
            owner.link.abort()
            assert await client.converse([]) == []
            assert await owner.ended == End(How.SERVER, 1006)

    run(kind, story())


@every_kind
def test_the_end_of_the_stream_without_a_close_frame_is_a_loss(kind: str) -> None:
    async def story() -> None:
        async with meeting(kind) as (owner, client):
            client.writer.close()
            assert await owner.ended == End(How.LOST, 1006)

    run(kind, story())


@pytest.mark.parametrize("kind", KINDS)
def test_a_reset_is_a_loss(kind: str) -> None:
    async def story() -> None:
        async with meeting(kind) as (owner, client):
            sock = client.writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.writer.transport.abort()
            assert await owner.ended == End(How.LOST, 1006)

    run(kind, story())


@every_kind
def test_a_paused_link_pushes_back_and_loses_nothing(kind: str) -> None:
    class Pausing(Awaited):
        def on_text(self, payload: bytes) -> None:
            super().on_text(payload)
            if len(self.told) == 1:
                self.link.pause()

    async def story() -> None:
        owner = Pausing()
        payload = "*" * 1000
        async with serving(kind, lambda: owner, SETTINGS) as server, await server.connect() as client:
            sending = asyncio.create_task(client.converse([frame(TEXT, payload) * 100] * 300))
            await owner.told_in_all(1)
            read_at = []
            for _ in range(10):  # meanwhile the server has time for others
                async with await server.open() as other:
                    other.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    assert await other.reader.readline() == b"HTTP/1.1 426 Upgrade Required\r\n"
                read_at.append(owner.link.read_at)
            assert read_at[3:] == read_at[3:4] * 7
            assert len(owner.told) == 1
            assert not sending.done()
            owner.link.resume()
            assert await owner.told_in_all(30_000) == [payload] * 30_000
            owner.link.abort()
            await sending

    run(kind, story())


@every_kind
def test_a_reader_that_stalls_is_closed_as_a_slow_consumer(kind: str) -> None:
    async def story() -> None:
        limits = OutboxLimits(backlog_bytes=50_000)
        async with meeting(kind, replace(SETTINGS, outbox=limits)) as (owner, client):
            client.writer.transport.pause_reading()  # type: ignore[attr-defined]
            message = encode_frame(BINARY, b"*" * 1024)
            while not owner.ended.done():
                owner.link.send(message)
                assert owner.link.backlog_bytes <= limits.backlog_bytes
                await asyncio.sleep(0)
            assert await owner.ended == End(How.SLOW, 1006)

    run(kind, story())


@pytest.mark.parametrize("kind", ["asyncio", "uvloop"])  # with TLS the client's own library reads ahead
def test_what_the_kernel_hides_of_a_stall_leaves_time_to_end_it_within_seven_seconds(kind: str) -> None:
    """60 messages of 1 KiB a second: first the kernel takes them, then they grow old."""

    async def story() -> None:
        settings = LinkSettings()
        async with meeting(kind, settings) as (owner, client):
            client.writer.transport.pause_reading()  # type: ignore[attr-defined]
            hidden = 0
            while not owner.link.backlog_bytes:
                owner.link.send(encode_frame(BINARY, b"*" * 1024))
                hidden += 1
                await asyncio.sleep(0.001)  # one by one, or the kernel packs them closer
            sweep_seconds = 0.25
            assert hidden / 60 + settings.outbox.backlog_seconds + sweep_seconds <= 7.0
            owner.link.abort()

    run(kind, story())


@every_kind
def test_it_is_seen_how_much_of_a_snapshot_a_reader_has_taken(kind: str) -> None:
    """Under TLS it was seen only once all was taken: who needed longer than `stall_seconds` was closed."""

    async def story() -> None:
        async with meeting(kind) as (owner, client):
            owner.link.send(encode_frame(BINARY, b"*" * 4_000_000), counts=False)
            owner.link._board.sweeper.unwatch(owner.link.outbox)  # here it is looked at once
            while (left := owner.link.transport.get_write_buffer_size()) > 2_000_000:
                await client.reader.read(16_384)
            assert left > 0
            owner.link.outbox.check(time.monotonic() + 100)  # what was taken lasts longer
            await asyncio.sleep(0)
            assert not owner.ended.done()
            owner.link.abort()

    run(kind, story())


@every_kind
def test_a_reader_that_stalls_under_news_alone_is_served_again_when_it_reads(kind: str) -> None:
    async def story() -> None:
        async with meeting(kind) as (owner, client):
            client.writer.transport.pause_reading()  # type: ignore[attr-defined]
            sent = 0
            held = 0
            while held < 1000:
                owner.link.send_newest("state", encode_frame(TEXT, b"%05d" % sent * 200))
                sent += 1
                held += not owner.link.ping(b"")  # False: the kernel takes no more
                assert owner.link.backlog_bytes == 0
                await asyncio.sleep(0)
            client.writer.transport.resume_reading()  # type: ignore[attr-defined]
            got: list[bytes] = []
            while not got or got[-1] != b"%05d" % (sent - 1) * 200:
                heard = await client.frame()
                if heard.opcode == TEXT:
                    got.append(heard.payload)
            assert got == sorted(got)
            assert len(got) < sent - 900
            assert not owner.ended.done()

    run(kind, story())


@every_kind
def test_links_do_not_disturb_each_other(kind: str) -> None:
    """A fan-out to many in one turn, one of whom is gone: the others get every message in order."""

    async def story() -> None:
        owners: list[Awaited] = []

        def owner() -> Awaited:
            owners.append(Awaited())
            return owners[-1]

        async with serving(kind, owner, SETTINGS) as server:
            clients = [await server.connect() for _ in range(10)]
            clients[0].writer.transport.abort()
            links: list[Link] = [each.link for each in owners]
            for number in range(50):
                message = encode_frame(TEXT, b"%d" % number)
                for link in links:
                    link.send(message)
                if number % 7 == 0:
                    await asyncio.sleep(0)
            for client in clients[1:]:
                got = [(await client.frame()).payload for _ in range(50)]
                assert got == [b"%d" % number for number in range(50)]
            for link in links:
                link.abort()
            await asyncio.gather(*(each.ended for each in owners))
            for client in clients:
                client.writer.transport.abort()

    run(kind, story())
