"""Listeners are called in order, and one that fails hurts no other."""

from __future__ import annotations

import asyncio
from typing import Any

from gameroom_client.emitter import Emitter


def test_listeners_are_called_in_order_until_they_are_off() -> None:
    emitter, heard = Emitter(), []
    off = emitter.listen("x", lambda value: heard.append(("first", value)))
    emitter.listen("x", lambda value: heard.append(("second", value)))

    emitter.tell("x", 1)
    off()
    off()
    emitter.tell("x", 2)

    assert heard == [("first", 1), ("second", 1), ("second", 2)]


def test_what_a_listener_raises_goes_to_the_loops_handler() -> None:
    async def run() -> None:
        problems: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: problems.append(context))
        emitter, heard = Emitter(), []

        def wrong() -> None:
            raise ValueError("wrong")

        async def wrong_later() -> None:
            await asyncio.sleep(0)
            raise KeyError("later")

        emitter.listen("x", wrong)
        emitter.listen("x", wrong_later)
        emitter.listen("x", lambda: heard.append("right"))
        emitter.tell("x")
        for _ in range(4):
            await asyncio.sleep(0)

        assert heard == ["right"]
        assert [type(problem["exception"]) for problem in problems] == [ValueError, KeyError]

    asyncio.run(run())


def test_stopping_cancels_what_still_runs() -> None:
    async def run() -> None:
        emitter = Emitter()
        ended = asyncio.Event()

        async def slow() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        emitter.listen("x", slow)
        emitter.tell("x")
        await asyncio.sleep(0)
        emitter.stop()
        await asyncio.wait_for(ended.wait(), 5)

    asyncio.run(run())
