"""Measures the server's clock and one's own ping, all the time, from the same exchanges."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from gameroom_client.clock import ServerClock
from gameroom_client.connection import Connection
from gameroom_client.errors import GameError
from gameroom_client.ping import Ping
from gameroom_client.timing import Timing, pause

BURST = 8  # exchanges after each welcome (docs/latency.md)
BURST_SECONDS = 0.15  # between two of them
INTERVAL_SECONDS = 5.0


class Clock:
    """The server's clock, read in Unix milliseconds; slewed, never jumping once it has settled."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self.filter = ServerClock()

    @property
    def synced(self) -> bool:
        """Whether it was measured."""
        return self.filter.synced

    @property
    def bound_ms(self) -> float | None:
        """Wrong by so many milliseconds at the very most, None while unknown."""
        return self.filter.bound(self._ours())

    def now(self) -> float:
        """Return the server's time in Unix milliseconds."""
        return self.filter.to_server(self._ours())

    def until(self, server_ms: float) -> float:
        """Return how many milliseconds from now a moment of the server's clock is; negative when past."""
        return self.filter.to_ours(server_ms, self._ours()) - self._ours()

    def local(self, server_ms: float) -> float:
        """Return that moment by the client's own clock (`client.timing`), in seconds."""
        return self.filter.to_ours(server_ms, self._ours()) / 1000

    def _ours(self) -> float:
        return self._timing.time() * 1000


class ClockKeeper:
    """Asks the server's clock while connected."""

    def __init__(self, connection: Connection, clock: Clock, ping: Ping, timing: Timing) -> None:
        self.measured: Callable[[], None] = lambda: None
        self._connection = connection
        self._clock = clock
        self._ping = ping
        self._timing = timing
        self._asking: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Measure anew, as after each welcome."""
        self.end()
        self._clock.filter.forget()
        self._asking = asyncio.get_running_loop().create_task(self._ask_on())

    def end(self) -> None:
        """Measure no more."""
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    async def exchange(self) -> None:
        """Ask once. Raises GameError where no answer comes."""
        asked = self._timing.time() * 1000
        answer = await self._connection.request("clock", asked)
        answered = self._timing.time() * 1000
        self._clock.filter.add(asked, answer["received"], answer["sent"], answered)
        self._ping.add(answered - asked - (answer["sent"] - answer["received"]))
        self.measured()

    async def _ask_on(self) -> None:
        with contextlib.suppress(GameError):  # the next welcome begins anew
            for _ in range(BURST):
                await self.exchange()
                await pause(self._timing, BURST_SECONDS)
            while True:
                await pause(self._timing, INTERVAL_SECONDS)
                await self.exchange()
