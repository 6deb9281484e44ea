"""What the storage tests share: a loop and a worker that move when told, and ways to ask and to listen."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from gameserver.ports import Change, Commit, Degradation, Delete, Put, Recovery, Storage
from gameserver.storage.commits import Pace
from gameserver.storage.worker import Ended, Job

PACE = Pace(first_retry=0.01, longest_retry=0.02, slot_grain=0.01)
"""Short pauses where the clock is the real one; no test asks how short."""


def put(key: str, value: str, kind: str = "room") -> Put:
    return Put(kind, key, value.encode())


def delete(key: str, kind: str = "room") -> Delete:
    return Delete(kind, key)


def stored(storage: Storage) -> dict[str, str]:
    """What a start would find, by key."""
    return {record.key: record.value.decode() for record in storage.load()}


def played(story: Coroutine[Any, Any, None]) -> None:
    """Run this story on a real loop; a story that hangs fails."""
    asyncio.run(asyncio.wait_for(story, 60))


async def durable(storage: Storage, *changes: Change) -> bool:
    """Apply, and return what the caller was told."""
    told: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    storage.apply(changes, told.set_result)
    return await told


class Listener:
    """An observer that remembers, and can wait."""

    def __init__(self) -> None:
        self.degradations: list[Degradation] = []
        self.recoveries: list[Recovery] = []
        self.commits: list[Commit] = []
        self._recovered = asyncio.Event()

    @property
    def faults(self) -> list[str]:
        return [degradation.fault for degradation in self.degradations]

    def storage_degraded(self, degradation: Degradation) -> None:
        self._recovered.clear()
        self.degradations.append(degradation)

    def storage_recovered(self, recovery: Recovery) -> None:
        self.recoveries.append(recovery)
        self._recovered.set()

    def storage_committed(self, commit: Commit) -> None:
        self.commits.append(commit)

    async def recovered(self) -> None:
        await self._recovered.wait()


class HandTimer:
    """A call that can be taken back."""

    def __init__(self, callback: Callable[[], object]) -> None:
        self.callback: Callable[[], object] | None = callback

    def cancel(self) -> None:
        self.callback = None


class HandLoop:
    """A loop whose time moves when told."""

    def __init__(self) -> None:
        self.now = 100.0
        self.complaints: list[dict[str, Any]] = []
        self._ready: deque[Callable[[], object]] = deque()
        self._later: list[tuple[float, int, HandTimer]] = []
        self._count = itertools.count()

    def time(self) -> float:
        return self.now

    def call_soon(self, callback: Callable[[], object], /) -> object:
        self._ready.append(callback)
        return None

    def call_later(self, delay: float, callback: Callable[[], object], /) -> HandTimer:
        timer = HandTimer(callback)
        heapq.heappush(self._later, (self.now + delay, next(self._count), timer))
        return timer

    def call_exception_handler(self, context: dict[str, Any], /) -> None:
        self.complaints.append(context)

    def turn(self) -> None:
        """Run all that is ready, and what that makes ready."""
        while self._ready:
            self._ready.popleft()()

    def pass_time(self, seconds: float) -> None:
        """Let time pass, timers in their order."""
        until = self.now + seconds
        self.turn()
        while self._later and self._later[0][0] <= until:
            self.now, _, timer = heapq.heappop(self._later)
            if timer.callback is not None:
                timer.callback()
            self.turn()
        self.now = until


class HandWorker:
    """A worker whose jobs end when told."""

    def __init__(self) -> None:
        self.jobs: deque[tuple[Job, Ended]] = deque()

    def submit(self, job: Job, ended: Ended, afterwards: Job | None = None) -> None:
        self.jobs.append((job, ended))

    def stop(self) -> None:
        """Nothing runs by itself."""

    def finish(self) -> None:
        """Do the oldest job now."""
        job, ended = self.jobs.popleft()
        try:
            job()
        except Exception as raised:
            ended(raised)
        else:
            ended(None)
