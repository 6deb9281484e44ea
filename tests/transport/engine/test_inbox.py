"""Handlers run in the order of their events, and what waits for them is bounded."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from gameserver.transport.engine.inbox import Inbox

pytestmark = pytest.mark.gen_test


class Connection:
    def __init__(self) -> None:
        self.held = False

    def hold(self) -> None:
        assert not self.held
        self.held = True

    def release(self) -> None:
        assert self.held
        self.held = False


class Handlers:
    """Handlers that finish when a test says so."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.gates = [asyncio.Event() for _ in range(20)]

    def __call__(self, number: int) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            await self.gates[number].wait()
            self.done.append(number)

        return run

    async def finish(self, *numbers: int) -> None:
        for number in numbers:
            self.gates[number].set()
        for _ in range(5):
            await asyncio.sleep(0)


async def test_the_next_begins_when_the_one_before_is_done() -> None:
    handlers = Handlers()
    inbox = Inbox(Connection(), 10, 1_000)
    for number in range(3):
        inbox.put(1, handlers(number))
    await handlers.finish(2, 1)
    assert handlers.done == []
    await handlers.finish(0)
    assert handlers.done == [0, 1, 2]


@pytest.mark.parametrize(("messages", "size"), [(4, 1), (100, 300)])
async def test_reading_stops_when_it_is_full_and_goes_on_at_half(messages: int, size: int) -> None:
    """Stock: 50 MiB sent to a slow handler cost 50 MiB."""
    handlers, connection = Handlers(), Connection()
    inbox = Inbox(connection, messages, 4 * size)
    for number in range(4):
        inbox.put(size, handlers(number))
        assert not connection.held
    inbox.put(size, handlers(4))
    inbox.put(size, handlers(5))  # what was read already
    assert connection.held
    await handlers.finish(0, 1, 2)
    assert connection.held
    await handlers.finish(3)
    assert not connection.held


async def test_a_handler_that_raises_does_not_stop_the_next(caplog: pytest.LogCaptureFixture) -> None:
    async def trouble() -> None:
        raise RuntimeError("trouble")

    handlers = Handlers()
    inbox = Inbox(Connection(), 10, 1_000)
    inbox.put(1, trouble)
    inbox.put(1, handlers(0))
    await handlers.finish(0)
    assert handlers.done == [0]
    assert "trouble" in caplog.text


async def test_there_is_a_task_only_while_something_waits() -> None:
    handlers = Handlers()
    inbox = Inbox(Connection(), 10, 1_000)
    before = len(asyncio.all_tasks())
    inbox.put(1, handlers(0))
    assert len(asyncio.all_tasks()) == before + 1
    await handlers.finish(0)
    assert len(asyncio.all_tasks()) == before
    inbox.put(1, handlers(1))
    await handlers.finish(1)
    assert handlers.done == [0, 1]
