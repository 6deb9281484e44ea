"""So many requests begin in one turn of the event loop; the others wait for theirs."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable


class Tickets:
    """Given out in the order in which they were asked for, some in each turn of the loop.

    One address may have hundreds of connections, and on each of them the next request is there as soon as the
    one before is answered: if all of them went on in every turn, a turn would take as long as they all do.
    """

    def __init__(
        self, per_turn: int, call_soon: Callable[[Callable[[], None]], object] | None = None
    ) -> None:
        self._per_turn = per_turn
        self._call_soon = call_soon
        self._left = per_turn
        self._turning = False  # whether the end of this turn is scheduled
        self._waiting: deque[asyncio.Future[None]] = deque()

    def take(self) -> asyncio.Future[None] | None:
        """Take a ticket now and return None; or return what is done when its turn has come."""
        if not self._turning:
            self._schedule()
        if self._left:
            self._left -= 1
            return None
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        return turn

    def _schedule(self) -> None:
        self._turning = True
        (self._call_soon or asyncio.get_running_loop().call_soon)(self._turn)

    def _turn(self) -> None:
        self._turning = False
        self._left = self._per_turn
        waiting = self._waiting
        if not waiting:
            return
        while waiting and self._left:
            turn = waiting.popleft()
            if not turn.done():  # who was cancelled has left the queue
                self._left -= 1
                turn.set_result(None)
        self._schedule()
