"""A server with its console open and ten thousand rooms, in a thread beside a test that drives a browser."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from gameserver.core.commands import CreateRoom, JoinRoom
from gameserver.core.values import PlayerId, RoomId
from latency.sample import Result, Sample, Source
from latency.view import LatencyView
from tests.support.operated import Operated, operated
from tests.support.patience import PATIENCE_SECONDS

T = TypeVar("T")
ROOMS = 10_000
SEARCHED = "The last lantern"
PINGS = {"ada": 18.0, "grace": 31.0, "linus": 64.0, "margaret": 140.0}
"""Who sits in the room that is searched for, its host first, and how far away, in milliseconds."""


class Crowded:
    """`do` has something done on the server's own thread, between two turns of its loop."""

    def __init__(self, stage: Operated, loop: asyncio.AbstractEventLoop, room: RoomId) -> None:
        self.stage = stage
        self.url = stage.url
        self.room = room
        self._loop = loop

    def do(self, work: Callable[[], T]) -> T:
        """Return what this returns there."""

        async def turn() -> T:
            return work()

        return asyncio.run_coroutine_threadsafe(turn(), self._loop).result(PATIENCE_SECONDS)

    def lose_the_host(self) -> None:
        """Let the searched room's host close its page."""
        self.do(lambda: self.stage.lose(PlayerId("ada"), gone=True))

    def measure(self) -> None:
        """Let everybody in the searched room have been probed for a while, each at its distance."""
        self.do(lambda: _measure(self.stage))


@contextmanager
def crowded(rooms: int = ROOMS) -> Iterator[Crowded]:
    """Run it."""
    ready: threading.Event = threading.Event()
    started: list[Crowded | BaseException] = []
    end: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        end.append((loop, stop))
        async with operated(max_rooms=rooms) as stage:
            room = await _fill(stage, rooms)
            started.append(Crowded(stage, loop, room))
            ready.set()
            await stop.wait()

    def main() -> None:
        try:
            asyncio.run(run())
        except BaseException as error:
            started.append(error)
            ready.set()
            raise

    thread = threading.Thread(target=main, name="crowded", daemon=True)
    thread.start()
    assert ready.wait(PATIENCE_SECONDS), "the rooms were not opened in time"
    if isinstance(started[0], BaseException):
        raise started[0]
    try:
        yield started[0]
    finally:
        loop, stop = end[0]
        loop.call_soon_threadsafe(stop.set)
        thread.join(PATIENCE_SECONDS)


async def _fill(stage: Operated, rooms: int) -> RoomId:
    """Open all rooms by the core's own commands; the one that is searched for is among them."""
    for number in range(rooms - 1):
        stage.ask(stage.arrive(f"host{number:05}", returns=False), "create", CreateRoom(f"Table {number:05}"))
        if number % 100 == 0:
            await asyncio.sleep(0)
    host, *others = PINGS
    ada = stage.arrive(host)
    stage.ask(ada, "create", CreateRoom(SEARCHED, description="Lanterns go out one by one."))
    await asyncio.sleep(0.05)  # what was committed is told
    room = stage.server.registry.players[ada].room
    assert room is not None
    for other in others:
        stage.ask(stage.arrive(other), "join", JoinRoom(room))
    _measure(stage)
    return room


def _measure(stage: Operated) -> None:
    console = stage.server.console
    assert console is not None
    sources = console.sources
    now = sources.clock.now()
    for number, (name, ping) in enumerate(PINGS.items()):
        player = PlayerId(name)
        for step in range(40):
            late = (step * (number + 3)) % 7
            sample = Sample(
                now - 300 + step * 7.5 + number, name, Source.CONTROL, Result.OK, ping + late, 0.0, 0.0,
                host=number == 0, hidden=False, polling=False,
            )  # fmt: skip
            sources.records.sample(sample)
        view = LatencyView(
            ping_ms=ping, score_ms=ping + 4, jitter_ms=2.5, p95_ms=ping + 6, samples=40,
            last_answered=now, interval_s=20.0,
        )  # fmt: skip
        sources.pings.publish(player, view)
