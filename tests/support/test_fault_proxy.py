"""The network that tests can break: what it promises to do to bytes, and never to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from tests.support.fault_proxy import Conditions, FaultProxy

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(65536):
        writer.write(chunk)
        await writer.drain()
    writer.close()


class Listener:
    """A server that notes what it reads and how its connection ended."""

    def __init__(self) -> None:
        self.chunks: list[bytes] = []
        self.heard = asyncio.Event()
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while chunk := await reader.read(65536):
                self.chunks.append(chunk)
                self.heard.set()
            self.ended.set_result("closed")
        except ConnectionResetError:
            self.ended.set_result("reset")
        except asyncio.CancelledError:
            self.ended.cancel()
            raise
        finally:
            writer.close()


@asynccontextmanager
async def through(handler: Handler, **conditions: object) -> AsyncIterator[tuple[FaultProxy, Ends]]:
    """Yield a proxy before a server with this handler, and a client's ends of one connection."""
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    proxy = await FaultProxy(port, **conditions).start()  # type: ignore[arg-type]
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    try:
        yield proxy, (reader, writer)
    finally:
        writer.transport.abort()
        await proxy.stop()
        server.close()


@pytest.mark.gen_test
async def test_bytes_pass_unaltered_and_in_order_under_jitter_and_splitting() -> None:
    sent = bytes(range(256)) * 400
    jittery = Conditions(delay_ms=1, jitter_ms=5, split_bytes=777)
    async with through(echo, up=jittery, down=jittery, seed=7) as (_, (reader, writer)):
        writer.write(sent)

        assert await reader.readexactly(len(sent)) == sent


@pytest.mark.gen_test
async def test_a_round_trip_lasts_at_least_the_delay_of_both_ways() -> None:
    async with through(echo) as (proxy, (reader, writer)):
        proxy.delay(80)
        clock = asyncio.get_running_loop()
        started = clock.time()
        writer.write(b"ping")
        await reader.readexactly(4)

        assert clock.time() - started >= 0.080  # a lower bound: the proxy never delivers early


@pytest.mark.gen_test
async def test_a_split_write_arrives_as_its_pieces_put_together() -> None:
    async with through(echo, up=Conditions(split_bytes=1)) as (_, (reader, writer)):
        writer.write(b"abcdef")

        assert await reader.readexactly(6) == b"abcdef"


@pytest.mark.gen_test
async def test_a_frozen_way_holds_everything_until_it_thaws() -> None:
    async with through(echo) as (proxy, (reader, writer)):
        proxy.freeze("down")
        writer.write(b"held")
        answer = asyncio.ensure_future(reader.readexactly(4))
        done, _ = await asyncio.wait({answer}, timeout=0.05)
        assert not done

        proxy.thaw("down")

        assert await answer == b"held"


@pytest.mark.gen_test
async def test_a_reset_reaches_both_sides_as_a_reset() -> None:
    listener = Listener()
    async with through(listener) as (proxy, (reader, writer)):
        writer.write(b"x")
        await listener.heard.wait()

        proxy.reset()

        assert await listener.ended == "reset"
        with pytest.raises(ConnectionResetError):
            await reader.read(1)


@pytest.mark.gen_test
async def test_a_half_open_connection_tells_the_server_nothing() -> None:
    listener = Listener()
    async with through(listener) as (proxy, (reader, writer)):
        writer.write(b"x")
        await listener.heard.wait()

        await proxy.half_open()

        assert await reader.read(1) == b""
        assert not listener.ended.done()
        assert proxy.connections == 1


@pytest.mark.gen_test
async def test_an_end_on_one_side_ends_the_other() -> None:
    listener = Listener()
    async with through(listener) as (_, (_reader, writer)):
        writer.write(b"last words")
        writer.close()

        assert await listener.ended == "closed"
        assert b"".join(listener.chunks) == b"last words"


@pytest.mark.gen_test
async def test_a_slow_reader_pushes_back_on_the_sender() -> None:
    much = b"x" * (8 * 1024 * 1024)
    slow = Conditions(bytes_per_second=20_000)
    async with through(echo, up=slow, buffer_bytes=16 * 1024) as (_, (_reader, writer)):
        writer.write(much)
        await asyncio.wait({asyncio.ensure_future(writer.drain())}, timeout=0.1)

        assert writer.transport.get_write_buffer_size() > 0


@pytest.mark.gen_test
async def test_a_server_that_is_not_there_closes_the_client() -> None:
    async with through(echo) as (_, (_reader, writer)):
        nowhere = await FaultProxy(writer.get_extra_info("sockname")[1]).start()
        reader, other = await asyncio.open_connection("127.0.0.1", nowhere.port)

        assert await reader.read(1) == b""
        other.close()
        await nowhere.stop()
