"""A bot's way carries bytes in order and fails when it is told to."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest

from gameserver.bots.ways import Way, source_of
from tests.support.patience import STORY_SECONDS

Peers = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def on_a_way(story: Callable[[Way, Peers, Peers], Awaitable[None]]) -> None:
    """Run a story with both ends of one connection through a way."""

    async def run() -> None:
        arrived: asyncio.Future[Peers] = asyncio.get_running_loop().create_future()
        server = await asyncio.start_server(lambda *peers: arrived.set_result(peers), "127.0.0.1", 0)
        way = await Way("127.0.0.1", server.sockets[0].getsockname()[1], chance=random.Random(1)).start()
        bot = await asyncio.open_connection("127.0.0.1", int(way.url.rpartition(":")[2]))
        there = await arrived
        try:
            async with asyncio.timeout(STORY_SECONDS):
                await story(way, bot, there)
        finally:
            way.stop()
            server.close()
            for _, writer in (bot, there):
                writer.close()
            await asyncio.sleep(0)

    asyncio.run(run())


def test_bytes_come_whole_and_in_order_both_ways() -> None:
    async def story(way: Way, bot: Peers, server: Peers) -> None:
        way.delay_s, way.jitter_s = 0.001, 0.005
        said = [bytes([number]) * (number * 50) for number in range(1, 60)]
        for part in said:
            bot[1].write(part)
            server[1].write(part)
            await asyncio.sleep(0)
        whole = b"".join(said)
        assert await server[0].readexactly(len(whole)) == whole
        assert await bot[0].readexactly(len(whole)) == whole

    on_a_way(story)


def test_nothing_passes_while_it_stands_still_and_nothing_is_lost() -> None:
    async def story(way: Way, bot: Peers, server: Peers) -> None:
        bot[1].write(b"before")
        assert await server[0].readexactly(6) == b"before"
        way.freeze()
        bot[1].write(b"after")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await server[0].readexactly(1)
        way.thaw()
        assert await server[0].readexactly(5) == b"after"

    on_a_way(story)


def test_a_cut_breaks_both_ends() -> None:
    async def story(way: Way, bot: Peers, server: Peers) -> None:
        bot[1].write(b"x")
        await server[0].readexactly(1)
        way.cut()
        for reader, _ in (bot, server):
            with pytest.raises(ConnectionResetError):
                await reader.readexactly(1)

    on_a_way(story)


def test_a_goodbye_follows_all_that_was_said() -> None:
    async def story(way: Way, bot: Peers, server: Peers) -> None:
        way.delay_s = 0.02
        bot[1].write(b"last words")
        bot[1].close()
        assert await server[0].read() == b"last words"

    on_a_way(story)


def test_each_bot_has_a_loopback_address_of_its_own() -> None:
    addresses = {source_of(number, "localhost") for number in range(2000)}

    assert len(addresses) in (1, 2000)  # 1: not on Linux
    assert source_of(1, "192.0.2.1") is None
