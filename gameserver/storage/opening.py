"""Open the storage that the settings name, and tell the log how it fares."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from gameserver.logs import Log
from gameserver.ports import Commit, Degradation, Recovery, Storage, StorageObserver
from gameserver.storage.memory import MemoryStorage
from gameserver.storage.sqlite import SqliteStorage


class StorageLog:
    """Writes to the log what operators must know, and passes all of it on."""

    def __init__(self, log: Log, others: Sequence[StorageObserver] = ()) -> None:
        self._log = log
        self._others = others
        self.storage: Storage | None = None

    def storage_degraded(self, degradation: Degradation) -> None:
        waiting = 0 if self.storage is None else self.storage.waiting
        self._log.error(
            "storage.degraded", fault=degradation.fault, detail=degradation.detail, waiting=waiting
        )
        for other in self._others:
            other.storage_degraded(degradation)

    def storage_recovered(self, recovery: Recovery) -> None:
        self._log.info("storage.recovered", outage_s=recovery.seconds, records=recovery.records)
        for other in self._others:
            other.storage_recovered(recovery)

    def storage_committed(self, commit: Commit) -> None:
        for other in self._others:
            other.storage_committed(commit)


def open_storage(
    kind: Literal["sqlite", "memory"],
    file: Path,
    synchronous: Literal["normal", "full"],
    loop: asyncio.AbstractEventLoop,
    observer: StorageLog,
) -> Storage:
    """Return the storage, its records whole. Raises CannotOpen with what to do."""
    storage: Storage
    if kind == "memory":
        storage = MemoryStorage(loop, observer=observer)
    else:
        storage = SqliteStorage(
            loop, file, synchronous="FULL" if synchronous == "full" else "NORMAL", observer=observer
        )
    observer.storage = storage
    return storage
