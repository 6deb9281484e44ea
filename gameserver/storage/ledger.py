"""Keep what is not committed yet: the newest value of each key, and who waits for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gameserver.ports import Change, Delete, Done, Put

Key = tuple[str, str]
Row = tuple[str, str, bytes | None]  # None: there is to be no such record


@dataclass(frozen=True, slots=True)
class Batch:
    """What goes into one commit, and how many calls it came from."""

    rows: Sequence[Row]
    calls: int


class Ledger:
    """The changes between the callers and the disk; at most one batch of them is under way.

    It holds one entry per key at most, and none for a key that is gone and was never committed, so
    that an outage of any length costs no more than all records that were or are stored.
    """

    def __init__(self, stored: Iterable[Key]) -> None:
        self._stored = set(stored)
        self._waiting: dict[Key, bytes | None] = {}
        self._dones: list[Done] = []
        self._calls = 0
        self._under_way: dict[Key, bytes | None] = {}
        self._dones_under_way: list[Done] = []

    def __len__(self) -> int:
        """How many records wait or are under way."""
        return len(self._waiting) + len(self._under_way)

    @property
    def due(self) -> bool:
        """Whether a batch can be taken."""
        return bool(self._waiting or self._dones)

    def add(self, changes: Iterable[Change], done: Done | None = None) -> None:
        """Note the changes of one call behind all noted before."""
        waiting = self._waiting
        for change in changes:
            key = (change.kind, change.key)
            match change:
                case Put(value=value):
                    waiting[key] = value
                case Delete():
                    if key in self._stored or key in self._under_way:
                        waiting[key] = None
                    else:
                        waiting.pop(key, None)
        if done is not None:
            self._dones.append(done)
        self._calls += 1

    def take(self) -> Batch:
        """Send all that waits on its way; what comes from now on waits for the next batch."""
        assert not self._under_way, "one batch at a time"
        batch = Batch([(kind, key, value) for (kind, key), value in self._waiting.items()], self._calls)
        self._under_way, self._waiting = self._waiting, {}
        self._dones_under_way, self._dones = self._dones, []
        self._calls = 0
        return batch

    def committed(self) -> list[Done]:
        """The batch under way is on disk; return who waits for that."""
        for key, value in self._under_way.items():
            if value is None:
                self._stored.discard(key)
            else:
                self._stored.add(key)
        self._under_way = {}
        dones, self._dones_under_way = self._dones_under_way, []
        return dones

    def failed(self) -> list[Done]:
        """Nothing of the batch under way is on disk: it waits again, below what is newer.

        Return everybody that waits: none of them will have it for now.
        """
        older = {
            key: value
            for key, value in self._under_way.items()
            if value is not None or key in self._stored  # what never came to the disk need not leave it
        }
        gone = {key for key, value in self._waiting.items() if value is None and key not in self._stored}
        self._waiting = {**older, **self._waiting}
        for key in gone:
            del self._waiting[key]
        self._under_way = {}
        return self.waive()

    def waive(self) -> list[Done]:
        """Return everybody that waits, for a batch under way too, and wait for nobody's sake any more."""
        dones = [*self._dones_under_way, *self._dones]
        self._dones_under_way, self._dones = [], []
        return dones
