"""What only SQLite can meet: full, locked, missing and swapped files, and commits of every size."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gameserver.ports import InUse
from gameserver.storage.commits import CommitFailed
from gameserver.storage.database import Options
from gameserver.storage.ledger import Row
from gameserver.storage.sqlite import (
    CHECKPOINT_BYTES,
    LOOK_SECONDS,
    ROWS_PER_STATEMENT,
    SqliteMedium,
    SqliteStorage,
)
from tests.storage.stage import Listener, played, put


class HandClock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data" / "rooms.db"


@pytest.fixture
def medium(path: Path, clock: HandClock) -> Iterator[SqliteMedium]:
    with closing(SqliteMedium(path, Options(busy_seconds=0.01), now=clock)) as medium:
        yield medium


def row(key: str, value: str = "1") -> Row:
    return "room", key, value.encode()


def rows(count: int, bytes_each: int = 100) -> list[Row]:
    return [("room", f"r{number}", bytes(bytes_each)) for number in range(count)]


def in_file(path: Path) -> dict[str, bytes]:
    """What another process finds in the file now."""
    with closing(sqlite3.connect(path)) as reader:
        assert reader.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return dict(reader.execute("SELECT key, value FROM records"))


def fault(medium: SqliteMedium, *changed: Row) -> str:
    with pytest.raises(CommitFailed) as failed:
        medium.commit(changed)
    return failed.value.fault


@pytest.mark.parametrize("count", [1, ROWS_PER_STATEMENT, ROWS_PER_STATEMENT + 1, 3 * ROWS_PER_STATEMENT])
def test_a_commit_of_any_size_is_whole(medium: SqliteMedium, path: Path, count: int) -> None:
    medium.commit(rows(count))
    assert len(in_file(path)) == count
    medium.commit([(kind, key, None) for kind, key, _ in rows(count)])
    assert in_file(path) == {}


# The second one has room for its first statement.
@pytest.mark.parametrize(("count", "pages"), [(ROWS_PER_STATEMENT, 40), (3 * ROWS_PER_STATEMENT, 200)])
def test_a_full_disk_takes_nothing_of_a_commit_and_all_of_it_when_it_has_room(
    medium: SqliteMedium, path: Path, count: int, pages: int
) -> None:
    medium.commit([row("before")])
    medium.connection.execute(f"PRAGMA max_page_count = {pages}")

    assert fault(medium, *rows(count)) == "full"
    assert in_file(path) == {"before": b"1"}

    medium.connection.execute("PRAGMA max_page_count = 100000")
    medium.commit(rows(count))
    assert len(in_file(path)) == count + 1


def test_the_wal_does_not_grow_without_end(medium: SqliteMedium, path: Path) -> None:
    wal = path.with_name(path.name + "-wal")
    for _ in range(30):
        medium.commit(rows(20, 100_000))
        medium.tidy()
    assert wal.stat().st_size < 2 * CHECKPOINT_BYTES


def test_the_wal_of_a_killed_process_counts_too(path: Path, tmp_path: Path) -> None:
    left = tmp_path / "left"
    left.mkdir()
    with closing(SqliteMedium(path)) as medium:
        medium.commit(rows(200, 100_000))
        for file in (path, path.with_name(path.name + "-wal")):
            shutil.copy(file, left)  # what a kill leaves now

    with closing(SqliteMedium(left / path.name)) as medium:
        medium.commit([row("a")])
        medium.tidy()
        assert (left / path.name).stat().st_size > CHECKPOINT_BYTES


def test_a_locked_file_takes_nothing_until_it_is_free(medium: SqliteMedium, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert fault(medium, row("a")) == "locked"
    medium.commit([row("a")])
    assert in_file(path) == {"a": b"1"}


def test_someone_who_reads_stops_no_commit(medium: SqliteMedium, path: Path) -> None:
    medium.commit([row("a")])
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM records").fetchall()
        medium.commit([row("b")])
        assert reader.execute("SELECT key FROM records").fetchall() == [("a",)]


def test_an_empty_commit_shows_whether_writing_works(medium: SqliteMedium, path: Path) -> None:
    medium.commit([])
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert fault(medium) == "locked"


@pytest.mark.parametrize("suffix", ["", "-wal", ".lock"])
def test_a_file_that_was_removed_is_noticed_and_put_back_with_all_records(
    medium: SqliteMedium, path: Path, clock: HandClock, suffix: str
) -> None:
    medium.commit(rows(500))
    path.with_name(path.name + suffix).unlink()
    clock.now += LOOK_SECONDS

    assert fault(medium, row("after")) == "removed"
    medium.commit([row("after")])

    assert len(in_file(path)) == 501
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
    with pytest.raises(InUse):
        SqliteMedium(path)


def test_a_lock_that_was_removed_is_taken_again_without_touching_the_records(
    medium: SqliteMedium, path: Path, clock: HandClock
) -> None:
    before = path.stat().st_ino
    path.with_name(path.name + ".lock").unlink()
    clock.now += LOOK_SECONDS
    assert fault(medium, row("a")) == "removed"
    medium.commit([row("a")])
    assert path.stat().st_ino == before


def test_a_lock_that_another_server_took_meanwhile_is_waited_for(
    medium: SqliteMedium, path: Path, clock: HandClock
) -> None:
    path.with_name(path.name + ".lock").unlink()
    with closing(SqliteMedium(path)) as other:
        clock.now += LOOK_SECONDS
        assert fault(medium, row("a")) == "replaced"
        assert fault(medium, row("a")) == "locked"
        other.commit([row("b")])
    medium.commit([row("a")])
    assert in_file(path) == {"a": b"1", "b": b"1"}


def test_a_directory_that_was_removed_is_waited_for(
    medium: SqliteMedium, path: Path, clock: HandClock
) -> None:
    medium.commit(rows(500))
    path.parent.rename(path.parent.with_name("elsewhere"))
    clock.now += LOOK_SECONDS
    assert fault(medium, row("after")) == "removed"

    path.parent.write_text("no directory")
    assert fault(medium, row("after")) == "io"
    assert fault(medium, row("after")) == "io"
    path.parent.unlink()
    path.parent.mkdir()
    medium.commit([row("after")])

    assert len(in_file(path)) == 501


def test_a_file_put_in_the_place_of_ours_is_left_alone(
    medium: SqliteMedium, path: Path, clock: HandClock
) -> None:
    medium.commit(rows(5))
    backup = path.with_name("backup.db")
    medium.connection.execute("VACUUM INTO ?", (str(backup),))
    backup.replace(path)
    before = path.read_bytes()
    clock.now += LOOK_SECONDS

    assert [fault(medium, row("after")) for _ in range(3)] == ["replaced"] * 3
    assert path.read_bytes() == before

    path.rename(backup)
    medium.commit([row("after")])
    assert len(in_file(path)) == 6


def test_putting_the_file_back_goes_on_where_it_was_interrupted(
    medium: SqliteMedium, path: Path, clock: HandClock
) -> None:
    medium.commit(rows(5))
    path.unlink()
    clock.now += LOOK_SECONDS
    assert fault(medium, row("after")) == "removed"
    path.with_name(path.name + "-shm").unlink()
    path.with_name(path.name + "-shm").mkdir()  # cannot be unlinked: comes after the copy was made
    assert fault(medium, row("after")) == "io"

    path.with_name(path.name + "-shm").rmdir()
    medium.commit([row("after")])

    assert len(in_file(path)) == 6


def test_a_file_system_bound_is_an_outage_that_ends_with_every_record_on_disk(path: Path) -> None:
    limited = subprocess.run(
        [sys.executable, "-m", "tests.storage.small_disk", str(path), "300000"],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    faults, count, well = limited.stdout.split()
    assert (faults, well) == ("io", "True")
    assert len(in_file(path)) == int(count) > 10


def test_a_hundred_clients_need_far_fewer_commits_than_calls(path: Path) -> None:
    async def story() -> None:
        listener = Listener()
        storage = SqliteStorage(asyncio.get_running_loop(), path, observer=listener)

        async def client(name: str) -> None:
            for number in range(20):
                told: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
                storage.apply([put(name, str(number))], told.set_result)
                assert await told

        await asyncio.gather(*(client(f"c{index}") for index in range(100)))
        await storage.close()

        assert sum(commit.calls for commit in listener.commits) == 2000
        assert len(listener.commits) < 400

    played(story())


def test_ten_thousand_rooms_and_their_players_are_found_again(path: Path) -> None:
    rooms: list[Row] = [("room", f"room{number}", bytes(1024)) for number in range(10_000)]
    players: list[Row] = [("player", f"player{number}", bytes(200)) for number in range(80_000)]
    with closing(SqliteMedium(path)) as medium:
        medium.commit(rooms + players)

    began = time.perf_counter()
    with closing(SqliteMedium(path)) as medium:
        opened = time.perf_counter()
        keys = len(list(medium.keys()))
        found = sum(1 for _ in medium.load())
        loaded = time.perf_counter()
    print(f"opened and checked in {opened - began:.3f} s, read in {loaded - opened:.3f} s")

    assert keys == found == 90_000


def test_a_backup_made_while_the_server_runs_can_be_started_from(medium: SqliteMedium, path: Path) -> None:
    medium.commit(rows(50))
    backup = path.with_name("backup.db")
    with closing(sqlite3.connect(path)) as other:
        other.execute("VACUUM INTO ?", (str(backup),))
    medium.commit([row("later")])

    restored = path.parent / "restored.db"
    shutil.copy(backup, restored)
    with closing(SqliteMedium(restored)) as again:
        assert len(list(again.load())) == 50
