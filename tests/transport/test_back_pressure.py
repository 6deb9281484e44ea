"""A member that reads nothing, over real sockets: it costs a bounded backlog, and its room plays on.

Stock: the server's memory grows at the rate of the room, 75 MiB in ten seconds, while every queue shows 0;
and bounding only the transport's buffer moves the growth into the queue before it.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest

from gameserver.app import Server
from gameserver.logs import get_log
from gameserver.settings import Settings
from tests.transport.engine.wire import Wire
from tests.transport.sockets.speakers import MsgpackSpeaker, Speaker

pytestmark = pytest.mark.gen_test

FASTER = 5  # than the game of 60 messages a second whose bounds PLATFORM gives: all times are shorter
KIBIBYTE = b"x" * 1024
PLENTY = {
    "relay_per_second": 100_000,
    "relay_burst": 100_000,
    "relay_bytes_per_second": 500_000_000,
    "requests_burst": 1000,
    "newest_bytes": 65_536,
    "close_seconds": 0.1,
    "drain_seconds": 0,
}


class Stage:
    """A server, the host and reader of one room, and a third member that will read nothing."""

    def __init__(self, server: Server, client: Wire) -> None:
        self.server = server
        self.client = client
        self.host: Speaker
        self.reader: Speaker
        self.stalled: Speaker
        self.ids: dict[str, str] = {}

    async def come(self, name: str, room: str | None, auth: Any = None) -> tuple[Speaker, str]:
        speaker = await MsgpackSpeaker.join(self.client, auth=auth)
        self.ids[name] = (await speaker.told("welcome"))["id"]
        if room is None:
            await speaker.emit("create", {"title": "Room"})
            return speaker, (await speaker.told("create_success"))["id"]
        await speaker.emit("join", room)
        return speaker, (await speaker.told("join_success"))["id"]

    @property
    def backlog_bytes(self) -> int:
        """What the server owes the stalled member."""
        seat = self.server.players.seats.get(self.ids["stalled"])  # type: ignore[call-overload]
        return 0 if seat is None else seat.peer.backlog_bytes


@asynccontextmanager
async def stage(**settings: Any) -> AsyncIterator[Stage]:
    """A room of three, whose third member has stopped reading."""
    chosen = Settings.model_validate({"port": 0, "storage": "memory", **PLENTY, **settings})
    server = Server(chosen, {}, {}, get_log())
    server.listen()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(server.stop)
        it = Stage(server, await stack.enter_async_context(Wire(server.port, "socket")))
        it.host, room = await it.come("host", None)
        it.reader, _ = await it.come("reader", room)
        it.stalled, _ = await it.come("stalled", room)
        kernel = it.stalled.socket._transport.get_extra_info("socket")
        kernel.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        it.stalled.stall()
        yield it


async def test_a_member_that_reads_nothing_reliable_is_closed_and_the_others_hear_all() -> None:
    async with stage(backlog_seconds=3.0 / FASTER) as it:
        seat = it.server.players.seats[it.ids["stalled"]]  # type: ignore[index]
        heard = asyncio.create_task(_numbers(it.reader, "broadcast"))
        sent = largest = 0
        while it.ids["stalled"] in it.server.players.seats:
            assert sent < 60 * 7, "seven seconds of such a game, and it is still there"
            await it.host.emit("broadcast", {"number": sent, "data": KIBIBYTE})
            sent += 1
            await asyncio.sleep(1 / 60 / FASTER)
            largest = max(largest, it.backlog_bytes)
        await it.host.emit("broadcast", {"number": None})

        assert await heard == list(range(sent))
        assert seat.peer.closed_for == "slow_consumer"
        assert 0 < largest <= 524_288


async def test_past_the_bound_in_bytes_it_is_closed_at_once_and_its_queue_is_dropped() -> None:
    async with stage(backlog_bytes=100_000, backlog_seconds=60) as it:
        seat = it.server.players.seats[it.ids["stalled"]]  # type: ignore[index]
        heard = asyncio.create_task(_numbers(it.reader, "broadcast"))
        sent = largest = 0
        while it.ids["stalled"] in it.server.players.seats:
            assert sent < 10_000
            await it.host.emit("broadcast", {"number": sent, "data": KIBIBYTE})
            sent += 1
            await asyncio.sleep(0)
            largest = max(largest, it.backlog_bytes)
        await it.host.emit("broadcast", {"number": None})

        assert await heard == list(range(sent))
        assert (seat.peer.closed_for, seat.peer.backlog_bytes) == ("slow_consumer", 0)
        assert largest <= 100_000


async def test_a_member_that_reads_no_news_is_never_closed_and_is_served_again_with_the_newest() -> None:
    async with stage(backlog_bytes=4096, backlog_seconds=0.1) as it:
        numbers = [-1]
        for number in range(2000):
            await it.host.emit("state", {"number": number, "data": KIBIBYTE})
            if not number % 10:  # the reader keeps up, however busy the machine
                while numbers[-1] < number:
                    numbers.append((await it.reader.told("state"))["number"])
        await it.host.emit("state", {"number": None})
        numbers += await _numbers(it.reader, "state")
        assert numbers == sorted(set(numbers))
        seat = it.server.players.seats[it.ids["stalled"]]  # type: ignore[index]
        assert (seat.peer.closed_for, it.backlog_bytes) == (None, 0)

        it.stalled.socket._transport.resume_reading()
        late = await _numbers(it.stalled, "state")
        assert late == sorted(set(late))
        assert len(late) < 1000
        await it.host.emit("broadcast", {"number": 0})
        assert (await it.stalled.told("broadcast"))["number"] == 0


async def test_who_was_closed_for_its_backlog_hears_so_when_it_is_back() -> None:
    async with stage(backlog_bytes=50_000, backlog_seconds=60) as it:
        returning = await MsgpackSpeaker.join(it.client, auth={"recover": True})
        resume = await returning.told("welcome")
        room = next(iter(it.server.registry.rooms))
        await returning.emit("join", room)
        await returning.told("join_success")
        returning.stall()
        while resume["id"] in it.server.players.seats:
            await it.host.emit("broadcast", {"data": KIBIBYTE})
            await asyncio.sleep(0)

        back = await MsgpackSpeaker.join(it.client, auth={"recover": True, "pid": resume["resume"]})
        assert (await back.told("welcome"))["last_close"] == "slow_consumer"


async def _numbers(speaker: Speaker, event: str) -> list[int]:
    """What is heard up to the message without a number."""
    numbers: list[int] = []
    while (number := (await speaker.told(event))["number"]) is not None:
        numbers.append(number)
    return numbers
