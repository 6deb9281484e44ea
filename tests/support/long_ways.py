"""Ways to a server that are as long as a test says, in a thread beside one that drives a browser."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from gameserver.bots.ways import Way
from tests.support.patience import PATIENCE_SECONDS


class LongWays:
    """Opens ways to one server; whoever comes by one is as far away as it is long."""

    def __init__(self, port: int, loop: asyncio.AbstractEventLoop) -> None:
        self._port = port
        self._loop = loop
        self._ways: dict[str, Way] = {}

    def open(self, round_trip_ms: float) -> str:
        """Return the address of a new way: there and back takes so much longer."""
        way = Way("127.0.0.1", self._port)
        way.delay_s = round_trip_ms / 2000
        asyncio.run_coroutine_threadsafe(way.start(), self._loop).result(PATIENCE_SECONDS)
        self._ways[way.url] = way
        return way.url

    def cut(self, url: str) -> None:
        """Break every connection on this way."""
        self._loop.call_soon_threadsafe(self._ways[url].cut)

    async def stop(self) -> None:
        """End them all."""
        for way in self._ways.values():
            way.stop()
        await asyncio.sleep(0)  # the transports close in the loop's next turn


@contextmanager
def long_ways(port: int) -> Iterator[LongWays]:
    """Run a loop for ways to the server at this port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="long ways")
    thread.start()
    ways = LongWays(port, loop)
    try:
        yield ways
    finally:
        asyncio.run_coroutine_threadsafe(ways.stop(), loop).result(PATIENCE_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
