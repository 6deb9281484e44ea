"""Between a return with a gap and the room told anew nothing overtakes what was said before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from gameroom_client import Client
from gameroom_client.connection import Return
from gameroom_client.link import Answered, Heard

ROOM = {"id": "r1", "host": "anna", "epoch": 1, "state": "open", "players": [], "track": None}


class Wire:
    """A connection that stands at once; what it hears and when it is lost is up to the test."""

    is_behind = False

    def __init__(self) -> None:
        self.sent: list[tuple[str, tuple[Any, ...]]] = []

    async def open(self, auth: Mapping[str, Any], heard: Heard, lost: Callable[[bool], None]) -> None:
        self.hear, self.lose = heard, lost
        welcome = {"id": "bo", "resume": f"{id(self)}", "limits": {}}
        asyncio.get_running_loop().call_soon(heard, "welcome", (welcome,))

    def send(self, event: str, args: tuple[Any, ...], answered: Answered | None) -> None:
        self.sent.append((event, args))

    async def close(self) -> None:
        pass

    def abort(self) -> None:
        pass


class AtOnce:
    """A clock that stands: every pause is over at once."""

    def time(self) -> float:
        return 0.0

    def call_later(self, seconds: float, callback: Callable[[], None]) -> asyncio.Handle:
        return asyncio.get_running_loop().call_soon(callback)


def test_what_was_said_before_a_gap_goes_first_when_the_room_is_told_anew() -> None:
    async def story() -> None:
        wires: list[Wire] = []
        back: asyncio.Future[Return] = asyncio.get_running_loop().create_future()

        def wire() -> Wire:
            wires.append(Wire())
            return wires[-1]

        client = Client(link=wire, timing=AtOnce(), measure_clock=False)
        await client.connect()
        wires[0].hear("join_success", (ROOM,))
        room = client.room
        assert room is not None
        room.broadcast("before")
        client.on("connect", back.set_result)
        wires[0].lose(False)
        assert await back is Return.RESUMED

        room.broadcast("after")
        assert not room.state("of nobody knows whom")
        assert wires[1].sent == []

        wires[1].hear("join_success", (ROOM,))
        assert wires[1].sent == [("broadcast", ("before", {"n": 1})), ("broadcast", ("after", {"n": 2}))]
        room.broadcast("last")
        assert wires[1].sent[2:] == [("broadcast", ("last", {"n": 3}))]

    asyncio.run(story())
