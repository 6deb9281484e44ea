"""A storage in one SQLite file: WAL, one writer thread, one statement per commit."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from gameserver.core.values import Seconds
from gameserver.ports import CannotOpen, Fault, InUse, Record, StorageObserver
from gameserver.storage import database
from gameserver.storage.commits import CommitFailed, GroupCommits, Loop, Pace
from gameserver.storage.database import Options, Synchronous
from gameserver.storage.ledger import Key, Row
from gameserver.storage.worker import ThreadWorker

ROWS_PER_STATEMENT = 2_000  # three variables each; SQLite takes 32,766, and keeps prepared what it ran
CHECKPOINT_BYTES = 16 * 1024 * 1024  # of WAL; it is read through at a start after a kill
PAGE_BYTES = 4096
LOOK_SECONDS = 1.0  # between two looks whether the file is still in its place

FAULTS: dict[int, Fault] = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_IOERR: "io",
    sqlite3.SQLITE_CANTOPEN: "io",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
}

DEFAULTS = Options()

Identity = tuple[int, int]


class ThreadedLoop(Loop, Protocol):
    """A loop that other threads can call."""

    def call_soon_threadsafe(self, callback: Callable[[], object], /) -> object: ...


class SqliteStorage(GroupCommits):
    """Keeps records in the file at this path. Raises CannotOpen, InUse, Damaged, TooNew or Foreign."""

    def __init__(
        self,
        loop: ThreadedLoop,
        path: Path,
        *,
        synchronous: Synchronous = "NORMAL",
        busy_seconds: Seconds = database.BUSY_SECONDS,
        observer: StorageObserver | None = None,
        pace: Pace | None = None,
    ) -> None:
        medium = SqliteMedium(path, Options(synchronous, busy_seconds))
        worker = ThreadWorker("storage", loop.call_soon_threadsafe)
        super().__init__(medium, worker, loop, observer=observer, pace=pace)


class SqliteMedium:
    """The file, held against other servers, and put back in its place when someone takes it away."""

    def __init__(
        self,
        path: Path,
        options: Options = DEFAULTS,
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = path.resolve()
        self._wal = self._beside("-wal")
        self._options = options
        self._now = now
        self._in_wal = 0  # bytes
        self._lock_path = database.lock_path(self._path)
        self._lock = database.lock(self._path)
        try:
            self.connection = database.open_checked(self._path, options)
            self._settle()
        except BaseException:
            self._lock.close()
            raise

    def keys(self) -> Iterator[Key]:
        yield from self.connection.execute("SELECT kind, key FROM records")

    def load(self) -> Iterable[Record]:
        for row in self.connection.execute("SELECT kind, key, value FROM records"):
            yield Record(*row)

    def commit(self, rows: Sequence[Row]) -> None:
        try:
            if self._gone:
                self._put_back()
            elif self._now() - self._looked_at >= LOOK_SECONDS:
                self._look()
            self._write(rows)
            # At most: rows that share a page are counted as if they did not.
            self._in_wal += sum(PAGE_BYTES + len(value or b"") for _, _, value in rows)
        except sqlite3.Error as error:
            raise CommitFailed(FAULTS.get(database.primary(error), "failed"), str(error)) from error
        except InUse as error:
            raise CommitFailed("locked", str(error)) from error
        except (OSError, CannotOpen) as error:
            raise CommitFailed("io", str(error)) from error

    def tidy(self) -> None:
        """Bring the WAL's pages to the file, which waits for the disk, once they are many."""
        if self._in_wal >= CHECKPOINT_BYTES:
            self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            self._in_wal = 0

    def close(self) -> None:
        try:
            self.connection.close()
        finally:
            self._lock.close()

    def _write(self, rows: Sequence[Row]) -> None:
        if not rows:
            database.touch(self.connection)
        elif len(rows) <= ROWS_PER_STATEMENT:
            # One statement is a transaction by itself, and the only moment at which this thread gives the
            # interpreter away: behind a busy loop each such moment costs a switch interval (5 ms).
            self._insert(rows)
        else:
            with database.transaction(self.connection):
                for start in range(0, len(rows), ROWS_PER_STATEMENT):
                    self._insert(rows[start : start + ROWS_PER_STATEMENT])

    def _insert(self, rows: Sequence[Row]) -> None:
        values = ",".join(["(?,?,?)"] * len(rows))
        self.connection.execute(
            f"INSERT INTO changes VALUES {values}", [cell for row in rows for cell in row]
        )

    def _settle(self) -> None:
        self._places = {place: _identity(place) for place in (self._path, self._wal, self._lock_path)}
        self._in_wal = self._wal.stat().st_size  # a killed process left its own behind
        self._looked_at = self._now()
        self._gone = self._copied = False

    def _look(self) -> None:
        """Raise if a file is not in its place; SQLite would go on writing to what nobody finds again."""
        self._looked_at = self._now()
        for place, identity in self._places.items():
            found = _identity(place)
            if found != identity:
                self._gone = True
                if found is None:
                    raise CommitFailed("removed", f"{place} was removed")
                raise CommitFailed("replaced", f"{place} was replaced by another file")

    def _put_back(self) -> None:
        """Write all that the open connection still sees to a new file in the old place."""
        if not self._in_place(self._lock_path):
            self._lock.close()
            self._lock = database.lock(self._path)
        if not (self._in_place(self._path) and self._in_place(self._wal)):
            self._rewrite()
        self._settle()

    def _rewrite(self) -> None:
        if self._path.exists() and not (self._copied or self._in_place(self._path)):
            raise CommitFailed(
                "replaced", f"{self._path} is another file now; move it away, or stop the server to use it"
            )
        copy = self._beside(".copy")
        if not self._copied:
            copy.unlink(missing_ok=True)
            database.create_private(copy)
            self.connection.execute("VACUUM INTO ?", (str(copy),))
            self._copied = True  # from here on a new try goes on with the copy
        self.connection.close()
        for leftover in (self._wal, self._beside("-shm")):  # SQLite would apply an old WAL to the new file
            leftover.unlink(missing_ok=True)
        if copy.exists():
            copy.replace(self._path)
        self.connection = database.connect(self._path, self._options)

    def _in_place(self, place: Path) -> bool:
        return _identity(place) == self._places[place]

    def _beside(self, suffix: str) -> Path:
        return self._path.with_name(self._path.name + suffix)


def _identity(place: Path) -> Identity | None:
    try:
        found = place.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
