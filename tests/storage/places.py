"""Every storage there is, as a place that can be opened, broken, mended and opened again."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from gameserver.ports import Storage, StorageObserver
from gameserver.storage.memory import MemoryDisk, MemoryStorage
from gameserver.storage.sqlite import SqliteStorage
from tests.storage.stage import PACE


class Place(Protocol):
    """Where records outlive the storage that wrote them."""

    def open(self, observer: StorageObserver | None = None) -> Storage:
        """Open it on the running loop."""

    def break_(self) -> None:
        """From now on nothing can be committed."""

    def mend(self) -> None:
        """Commits can succeed again."""


class MemoryPlace:
    def __init__(self, directory: Path) -> None:
        self._disk = MemoryDisk()

    def open(self, observer: StorageObserver | None = None) -> Storage:
        return MemoryStorage(asyncio.get_running_loop(), self._disk, observer=observer, pace=PACE)

    def break_(self) -> None:
        self._disk.fault = "io"

    def mend(self) -> None:
        self._disk.fault = None


class SqlitePlace:
    """Broken by another program that holds the file's write lock."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "rooms.db"
        self._intruder: sqlite3.Connection | None = None

    def open(self, observer: StorageObserver | None = None) -> Storage:
        return SqliteStorage(
            asyncio.get_running_loop(), self._path, busy_seconds=0.01, observer=observer, pace=PACE
        )

    def break_(self) -> None:
        self._intruder = sqlite3.connect(self._path, isolation_level=None)
        self._intruder.execute("BEGIN IMMEDIATE")

    def mend(self) -> None:
        assert self._intruder is not None
        self._intruder.close()


STORAGES: dict[str, Callable[[Path], Place]] = {"memory": MemoryPlace, "sqlite": SqlitePlace}
