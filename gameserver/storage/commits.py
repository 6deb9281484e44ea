"""Bring changes from the loop to a medium in groups: all that queued up while one commit ran is the next.

The loop's side owns every decision; the medium only ever sees one batch at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from gameserver.core.values import Seconds
from gameserver.ports import (
    Change,
    Commit,
    Degradation,
    Done,
    Fault,
    Record,
    Recovery,
    StorageObserver,
    Timer,
)
from gameserver.storage.lazies import Lazies
from gameserver.storage.ledger import Batch, Key, Ledger, Row
from gameserver.storage.worker import Worker


class CommitFailed(Exception):
    """Nothing of this batch was committed, and why."""

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(detail)
        self.fault: Fault = fault


class Medium(Protocol):
    """Where records lie. `keys` and `load` come first; the rest is run by the worker."""

    def keys(self) -> Iterable[Key]:
        """Return the keys of all committed records."""

    def load(self) -> Iterable[Record]:
        """Return all committed records."""

    def commit(self, rows: Sequence[Row]) -> None:
        """Store these rows, each key once, together. Raises CommitFailed: then none of them is stored.

        No rows are a write too: it raises if rows could not be stored.
        """

    def tidy(self) -> None:
        """Do what a commit leaves to do and nobody need wait for. May fail: then the next one does it."""

    def close(self) -> None:
        """Let go of the medium."""


class Loop(Protocol):
    """What is used of an event loop."""

    def time(self) -> float: ...
    def call_soon(self, callback: Callable[[], object], /) -> object: ...
    def call_later(self, delay: float, callback: Callable[[], object], /) -> Timer: ...
    def call_exception_handler(self, context: dict[str, Any], /) -> None: ...


@dataclass(frozen=True, slots=True)
class Pace:
    """The times that commits keep to, in seconds."""

    slot_pause: Seconds = 5.0  # between two turns of one slot
    slot_grain: Seconds = 0.25  # how finely turns are kept: many slots share one commit
    first_retry: Seconds = 0.1  # after a commit failed; doubles each time
    longest_retry: Seconds = 5.0
    patience: Seconds = 2.0  # a commit that takes longer counts as not done for now
    farewell: Seconds = 10.0  # how long `close` tries


class GroupCommits:
    """A storage on top of a medium; the law is `ports.Storage`'s."""

    def __init__(
        self,
        medium: Medium,
        worker: Worker,
        loop: Loop,
        *,
        observer: StorageObserver | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._medium = medium
        self._worker = worker
        self._loop = loop
        self._observer = observer
        self._pace = pace or Pace()
        self._ledger = Ledger(medium.keys())
        self._lazies = Lazies(self._pace.slot_pause)
        self._degraded: Degradation | None = None
        self._next_retry = self._pace.first_retry
        self._called = False  # the loop will call _commit
        self._busy = False  # the worker has a batch
        self._grain: Timer | None = None
        self._retry: Timer | None = None
        self._closed = False
        self._emptied: asyncio.Event | None = None

    @property
    def degraded(self) -> Degradation | None:
        return self._degraded

    @property
    def waiting(self) -> int:
        return len(self._ledger)

    def load(self) -> Iterable[Record]:
        return self._medium.load()

    def apply(self, changes: Sequence[Change], done: Done | None = None) -> None:
        self._check_open()
        if older := self._lazies.touched(self._loop.time(), changes):
            self._ledger.add(older)
        if self._degraded is None:
            self._ledger.add(changes, done)
        else:
            self._ledger.add(changes)
            if done is not None:
                self._loop.call_soon(lambda: self._tell((done,), durable=False))
        self._call_soon()

    def apply_lazily(self, slot: str, changes: Sequence[Change]) -> None:
        self._check_open()
        if at_once := self._lazies.add(self._loop.time(), slot, changes):
            self._ledger.add(at_once)
            self._call_soon()
        self._keep_grain()

    async def close(self) -> bool:
        self._check_open()
        self._closed = True
        self._emptied = asyncio.Event()
        self._ledger.add(self._lazies.rest())
        self._commit()
        if self._ledger or self._busy:
            await _within(self._pace.farewell, self._emptied)
        for timer in (self._grain, self._retry):
            if timer is not None:
                timer.cancel()
        if not self._busy:
            let_go = asyncio.Event()
            self._worker.submit(self._medium.close, lambda raised: let_go.set())
            await _within(self._pace.patience, let_go)
        self._worker.stop()
        return not self._ledger

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("the storage is closed")

    def _call_soon(self) -> None:
        # Not at once: what the other callbacks of this turn of the loop have to store comes along.
        if not (self._called or self._busy or self._retry):
            self._called = True
            self._loop.call_soon(self._commit)

    def _commit(self) -> None:
        self._called = False
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
        if self._busy or not (self._ledger.due or self._degraded):
            return  # while degraded an empty batch asks whether writing works again
        batch = self._ledger.take()
        began = self._loop.time()
        self._busy = True
        patience = self._loop.call_later(self._pace.patience, self._stalled)

        def ended(raised: Exception | None) -> None:
            self._busy = False
            patience.cancel()
            if raised is None:
                self._committed(batch, self._loop.time() - began)
            else:
                self._failed(raised)

        self._worker.submit(lambda: self._medium.commit(batch.rows), ended, self._medium.tidy)

    def _committed(self, batch: Batch, seconds: Seconds) -> None:
        dones = self._ledger.committed()
        self._next_retry = self._pace.first_retry
        recovered, self._degraded = self._degraded, None
        if self._observer is not None:
            if recovered is not None:
                outage = self._loop.time() - recovered.since
                self._observer.storage_recovered(Recovery(outage, len(batch.rows)))
            self._observer.storage_committed(Commit(batch.calls, len(batch.rows), seconds))
        self._tell(dones, durable=True)
        if self._ledger.due:
            self._call_soon()
        elif self._emptied is not None and not self._ledger:
            self._emptied.set()

    def _failed(self, raised: Exception) -> None:
        dones = self._ledger.failed()
        fault = raised.fault if isinstance(raised, CommitFailed) else "failed"
        self._degrade(fault, str(raised) or type(raised).__name__)
        self._retry = self._loop.call_later(self._next_retry, self._commit)
        self._next_retry = min(2 * self._next_retry, self._pace.longest_retry)
        self._tell(dones, durable=False)

    def _stalled(self) -> None:
        self._degrade("slow", f"a commit takes more than {self._pace.patience:g} s")
        self._tell(self._ledger.waive(), durable=False)

    def _degrade(self, fault: Fault, detail: str) -> None:
        before = self._degraded
        since = self._loop.time() if before is None else before.since
        self._degraded = Degradation(fault, detail, since)
        if self._observer is not None and (before is None or before.fault != fault):
            self._observer.storage_degraded(self._degraded)

    def _tell(self, dones: Iterable[Done], *, durable: bool) -> None:
        for done in dones:
            try:
                done(durable)
            except Exception as error:  # one caller's mistake must not leave the others waiting
                self._loop.call_exception_handler(
                    {"message": "a caller of the storage failed to take its answer", "exception": error}
                )

    def _keep_grain(self) -> None:
        if self._grain is None and self._lazies:
            self._grain = self._loop.call_later(self._pace.slot_grain, self._turn)

    def _turn(self) -> None:
        self._grain = None
        if due := self._lazies.due(self._loop.time()):
            self._ledger.add(due)
            self._call_soon()
        self._keep_grain()


async def _within(seconds: Seconds, event: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
