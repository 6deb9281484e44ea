"""A storage that lives as long as the process, for tests and for servers that need not remember."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gameserver.ports import Fault, Record, StorageObserver
from gameserver.storage.commits import CommitFailed, GroupCommits, Loop, Pace
from gameserver.storage.ledger import Key, Row
from gameserver.storage.worker import InlineWorker


@dataclass(slots=True)
class MemoryDisk:
    """What a restart finds again; with a fault it takes nothing, so that outages can be played."""

    records: dict[Key, bytes] = field(default_factory=dict)
    fault: Fault | None = None


class MemoryStorage(GroupCommits):
    """Keeps records in a `MemoryDisk`, in which only what was committed is found."""

    def __init__(
        self,
        loop: Loop,
        disk: MemoryDisk | None = None,
        *,
        observer: StorageObserver | None = None,
        pace: Pace | None = None,
    ) -> None:
        medium = MemoryMedium(MemoryDisk() if disk is None else disk)
        super().__init__(medium, InlineWorker(), loop, observer=observer, pace=pace)


class MemoryMedium:
    """The disk as group commits see it."""

    def __init__(self, disk: MemoryDisk) -> None:
        self._disk = disk

    def keys(self) -> Iterable[Key]:
        return list(self._disk.records)

    def load(self) -> Iterable[Record]:
        return [Record(kind, key, value) for (kind, key), value in self._disk.records.items()]

    def commit(self, rows: Sequence[Row]) -> None:
        if self._disk.fault is not None:
            raise CommitFailed(self._disk.fault, "the memory disk was told to fail")
        for kind, key, value in rows:
            if value is None:
                self._disk.records.pop((kind, key), None)
            else:
                self._disk.records[kind, key] = value

    def tidy(self) -> None:
        """There is nothing to do."""

    def close(self) -> None:
        """Nothing is held."""
