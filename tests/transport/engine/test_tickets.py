"""Hundreds of connections that ask without pause don't make a turn of the loop as long as all they ask for.

Stock: each connection's next request is answered in the next turn, however many there are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from gameserver.transport.engine.tickets import Tickets

pytestmark = pytest.mark.gen_test


class _Loop:
    """Whose turns are called by hand."""

    def __init__(self) -> None:
        self.due: list[Callable[[], None]] = []

    def call_soon(self, callback: Callable[[], None]) -> None:
        self.due.append(callback)

    def turn(self) -> None:
        due, self.due = self.due, []
        for callback in due:
            callback()


async def test_some_begin_in_each_turn_and_in_the_order_in_which_they_came() -> None:
    loop = _Loop()
    tickets = Tickets(2, loop.call_soon)
    asked = [tickets.take() for _ in range(5)]
    begun = [[number for number, turn in enumerate(asked) if turn is None or turn.done()]]
    for _ in range(2):
        loop.turn()
        begun.append([number for number, turn in enumerate(asked) if turn is None or turn.done()])
    assert begun == [[0, 1], [0, 1, 2, 3], [0, 1, 2, 3, 4]]


async def test_who_comes_later_overtakes_nobody() -> None:
    loop = _Loop()
    tickets = Tickets(2, loop.call_soon)
    first = [tickets.take() for _ in range(4)]
    loop.turn()
    late = tickets.take()
    assert all(turn is None or turn.done() for turn in first)
    assert late is not None
    assert not late.done()


async def test_who_does_not_wait_any_more_keeps_nobody_back() -> None:
    loop = _Loop()
    tickets = Tickets(1, loop.call_soon)
    tickets.take()
    gone, behind = tickets.take(), tickets.take()
    assert gone is not None
    assert behind is not None
    gone.cancel()
    loop.turn()
    assert behind.done()


async def test_where_nobody_asks_nothing_is_scheduled() -> None:
    loop = _Loop()
    tickets = Tickets(1, loop.call_soon)
    tickets.take()
    loop.turn()
    loop.turn()
    assert not loop.due


async def test_a_crowd_waits_by_itself() -> None:
    tickets = Tickets(2)
    begun: list[int] = []

    async def ask(number: int) -> None:
        turn = tickets.take()
        if turn is not None:
            await turn
        begun.append(number)

    async with asyncio.timeout(10), asyncio.TaskGroup() as crowd:
        for number in range(20):
            crowd.create_task(ask(number))
    assert begun == list(range(20))
