"""Write to a storage as fast as it answers, and say on standard output what it acknowledged.

Many clients each store one number after the other. A number is several records of one call, so that
a call that was stored in part can be told from a whole one:

    python -m tests.drills.storage_writer FILE CLIENTS
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from gameserver.ports import Change, Delete, Put, Storage
from gameserver.storage.sqlite import SqliteStorage

BODY_BYTES = 600


def body(client: str, number: int) -> bytes:
    """The value that this client stores under its number: number, then bytes that belong to it."""
    return number.to_bytes(8, "big") + hashlib.shake_128(f"{client} {number}".encode()).digest(BODY_BYTES)


def changes(client: str, number: int) -> list[Change]:
    """One call: two records of the same number, and a third that every other number deletes again."""
    third = Put("odd", client, body(client, number)) if number % 2 else Delete("odd", client)
    return [Put("room", client, body(client, number)), Put("player", client, body(client, number)), third]


def number_of(records: Mapping[tuple[str, str], bytes], client: str) -> int | None:
    """Return the number that these records hold of a client, 0 for none; None if they are no whole call."""
    room = records.get(("room", client))
    number = int.from_bytes(room[:8], "big") if room else 0
    expected = {
        (change.kind, client): change.value for change in changes(client, number) if isinstance(change, Put)
    }
    found = {
        (kind, client): records[kind, client]
        for kind in ("room", "player", "odd")
        if (kind, client) in records
    }
    return number if found == (expected if number else {}) else None


class Client:
    """Stores its next number when the last one is acknowledged, and a lazy record beside it."""

    def __init__(self, storage: Storage, name: str, number: int) -> None:
        self._storage = storage
        self._name = name
        self._number = number

    def go_on(self) -> None:
        self._number += 1
        self._storage.apply(changes(self._name, self._number), self._answered)
        lazy = Put("snapshot", self._name, body(self._name, self._number))
        self._storage.apply_lazily(self._name, [lazy])

    def _answered(self, durable: bool) -> None:
        if durable:
            # Not buffered: what was written here reaches the reader even if we are killed now.
            os.write(1, f"{self._name} {self._number}\n".encode())
        self.go_on()


async def write(path: Path, clients: int) -> None:
    storage = SqliteStorage(asyncio.get_running_loop(), path)
    records = {(record.kind, record.key): record.value for record in storage.load()}
    for index in range(clients):
        name = f"client{index}"
        number = number_of(records, name)
        assert number is not None, f"{name} was stored in part"
        Client(storage, name, number).go_on()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1]), int(sys.argv[2])))
