"""Open the file of a server: its lock, its permissions, its health, its schema."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gameserver.core.values import Seconds
from gameserver.ports import CannotOpen, Damaged, Foreign, InUse, TooNew

Synchronous = Literal["NORMAL", "FULL"]

APPLICATION_ID = 0x726F6F6D  # "room": tells our files from other SQLite files
MIGRATIONS: tuple[str, ...] = (
    """CREATE TABLE records (
        kind TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, UNIQUE (kind, key)
    )""",
)
"""The statement that makes version n + 1 of the schema out of version n; never changed, only added to."""

FULL_CHECK_BYTES = 256 * 1024 * 1024
"""Up to this size the start reads the indexes against the tables too: 2 ms per MiB, measured."""
BUSY_SECONDS = 1.0  # how long a commit waits for another program's lock
WAL_KEPT_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is used. FULL outlives a power cut, NORMAL any end of the process."""

    synchronous: Synchronous = "NORMAL"
    busy_seconds: Seconds = BUSY_SECONDS
    migrations: tuple[str, ...] = MIGRATIONS


# One INSERT into this view carries puts and deletes: a batch of any mix is one statement.
CHANGES = """
    CREATE TEMP VIEW changes AS SELECT kind, key, value FROM records;
    CREATE TEMP TRIGGER put INSTEAD OF INSERT ON changes WHEN new.value IS NOT NULL BEGIN
        INSERT INTO records VALUES (new.kind, new.key, new.value)
        ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value;
    END;
    CREATE TEMP TRIGGER remove INSTEAD OF INSERT ON changes WHEN new.value IS NULL BEGIN
        DELETE FROM records WHERE kind = new.kind AND key = new.key;
    END;
"""


def lock_path(path: Path) -> Path:
    """Return the file whose lock stands for this one, so that a backup or a look inside stays possible."""
    return path.with_name(path.name + ".lock")


def lock(path: Path) -> sqlite3.Connection:
    """Hold the file for this server until the returned connection is closed or the process ends.

    Raises InUse or CannotOpen.
    """
    beside = lock_path(path)
    try:
        _create_missing(beside)
        held = sqlite3.connect(beside, isolation_level=None, timeout=0, check_same_thread=False)
        held.execute("PRAGMA journal_mode = MEMORY")  # no third file beside the lock
        held.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        if primary(error) == sqlite3.SQLITE_BUSY:
            raise InUse(
                f"{path} is in use by another server: stop that one, or give this one a file of its own"
            ) from None
        raise CannotOpen(f"{beside} cannot be made: {error}; check the directory's permissions") from None
    except OSError as error:
        raise CannotOpen(f"{beside} cannot be made: {error.strerror}") from None
    return held


def open_checked(path: Path, options: Options) -> sqlite3.Connection:
    """Open the file once it is found whole and ours; nobody but its owner can read it from then on.

    Raises CannotOpen or what derives from it.
    """
    try:
        _create_missing(path)
        connection = connect(path, options, check=True)
        path.chmod(0o600)
        return connection
    except sqlite3.Error as error:
        if primary(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise _damaged(path, str(error)) from None
        if primary(error) == sqlite3.SQLITE_BUSY:
            raise InUse(f"{path} is locked by another program: end what has it open") from None
        raise CannotOpen(
            f"{path} cannot be used: {error}; its directory must be writable and its disk must have room"
        ) from None
    except OSError as error:
        raise CannotOpen(f"{path} cannot be made: {error.strerror}") from None


def connect(path: Path, options: Options, *, check: bool = False) -> sqlite3.Connection:
    """Return a connection ready for commits, for one thread at a time. Raises sqlite3.Error."""
    connection = sqlite3.connect(
        path,
        isolation_level=None,
        timeout=options.busy_seconds,
        check_same_thread=False,
        cached_statements=256,
    )
    try:
        _refuse_foreign(connection, path, len(options.migrations))
        if check:
            _check(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {options.synchronous}")
        connection.execute("PRAGMA wal_autocheckpoint = 0")  # SqliteMedium.tidy does it when nobody waits
        connection.execute(f"PRAGMA journal_size_limit = {WAL_KEPT_BYTES}")
        connection.execute("PRAGMA temp_store = MEMORY")
        _migrate(connection, options.migrations)
        connection.executescript(CHANGES)
        touch(connection)
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit what is done inside, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):  # some errors have rolled back already
            connection.execute("ROLLBACK")
        raise


def touch(connection: sqlite3.Connection) -> None:
    """Write what is there already: it shows whether writing works, and makes the WAL file."""
    with transaction(connection):
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def create_private(path: Path) -> None:
    """Make an empty file that only its owner can read. Raises FileExistsError or another OSError."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def primary(error: sqlite3.Error) -> int:
    """Return SQLite's primary result code of this error; 0 where the error is not SQLite's."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _create_missing(path: Path) -> None:
    # An existing file is never opened and closed here: that would drop the locks this process has on it.
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        create_private(path)


def _refuse_foreign(connection: sqlite3.Connection, path: Path, newest: int) -> None:
    owner, version = _pragma(connection, "application_id"), _pragma(connection, "user_version")
    if owner == APPLICATION_ID:
        if version > newest:
            raise TooNew(
                f"{path} has schema {version}, this server knows up to {newest}: "
                "use a newer server, or a backup of that time"
            )
    elif _pragma(connection, "schema_version") > 0:
        raise Foreign(f"{path} is a database of another program: give the server a file of its own")


def _check(connection: sqlite3.Connection, path: Path) -> None:
    size = _pragma(connection, "page_count") * _pragma(connection, "page_size")
    how = "integrity_check" if size <= FULL_CHECK_BYTES else "quick_check"
    found = [row[0] for row in connection.execute(f"PRAGMA {how}(3)")]
    if found != ["ok"]:
        raise _damaged(path, " ".join(" ".join(found).split()))


def _migrate(connection: sqlite3.Connection, migrations: Sequence[str]) -> None:
    version = _pragma(connection, "user_version")
    if version == len(migrations):
        return
    with transaction(connection):
        for statement in migrations[version:]:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _damaged(path: Path, finding: str) -> Damaged:
    return Damaged(
        f"{path} is damaged ({finding}). Move it and its -wal file away, then restore a backup, or save what "
        f"can be read with `sqlite3 {path} .recover`, or start without: rooms and seats are then lost"
    )
