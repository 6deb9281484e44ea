"""Opening the file: refused with a reason and a way out where its records cannot be had whole."""

from __future__ import annotations

import random
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gameserver.ports import CannotOpen, Damaged, Foreign, InUse, TooNew
from gameserver.storage.database import MIGRATIONS, Options
from gameserver.storage.sqlite import SqliteMedium


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rooms.db"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def filled(path: Path, records: int = 2000) -> None:
    with closing(SqliteMedium(path)) as medium:
        medium.commit([("room", f"r{number}", bytes(300)) for number in range(records)])


def test_only_the_owner_can_read_what_is_stored(tmp_path: Path) -> None:
    path = tmp_path / "data" / "rooms.db"
    with closing(SqliteMedium(path)) as medium:
        medium.commit([("room", "a", b"1")])
        assert {file.name: mode(file) for file in path.parent.iterdir()} == {
            "rooms.db": 0o600,
            "rooms.db-wal": 0o600,
            "rooms.db-shm": 0o600,
            "rooms.db.lock": 0o600,
        }
        assert mode(path.parent) == 0o700


def test_a_file_that_others_could_read_is_closed_to_them(path: Path) -> None:
    filled(path)
    path.chmod(0o644)
    with closing(SqliteMedium(path)):
        assert mode(path) == 0o600


def test_a_second_server_is_refused_and_the_first_goes_on(path: Path) -> None:
    with closing(SqliteMedium(path)) as medium:
        with pytest.raises(InUse, match="in use by another server: stop that one"):
            SqliteMedium(path)
        medium.commit([("room", "a", b"1")])


def test_a_second_server_is_refused_under_another_name_of_the_file(path: Path) -> None:
    path.with_name("link.db").symlink_to(path)
    with closing(SqliteMedium(path)), pytest.raises(InUse):
        SqliteMedium(path.with_name("link.db"))


def test_a_file_that_was_let_go_can_be_taken(path: Path) -> None:
    filled(path, 1)
    with closing(SqliteMedium(path)) as medium:
        assert list(medium.keys()) == [("room", "r0")]


def test_a_file_locked_by_another_program_is_refused(path: Path) -> None:
    filled(path, 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(InUse, match="locked by another program"):
            SqliteMedium(path, Options(busy_seconds=0.01))
    with closing(SqliteMedium(path)):
        """The refused one left no lock behind."""


@pytest.mark.parametrize("seed", range(5))
def test_a_damaged_file_is_refused_with_what_to_do(path: Path, seed: int) -> None:
    filled(path)
    chance = random.Random(seed)
    content = bytearray(path.read_bytes())
    for page in range(1, len(content) // 4096):
        if chance.random() < 0.5:
            content[page * 4096 : page * 4096 + 512] = chance.randbytes(512)
    path.write_bytes(content)

    with pytest.raises(Damaged, match=r"is damaged \(.+\)\. Move it .+ restore a backup"):
        SqliteMedium(path)


def test_an_index_that_does_not_fit_its_table_is_found(path: Path) -> None:
    filled(path, 10)
    index, table = "name LIKE 'sqlite_autoindex%'", "name = 'records'"
    with closing(sqlite3.connect(path)) as surgeon:
        kept = surgeon.execute(f"SELECT * FROM sqlite_schema WHERE {index}").fetchone()
        (definition,) = surgeon.execute(f"SELECT sql FROM sqlite_schema WHERE {table}").fetchone()
        surgeon.execute("PRAGMA writable_schema = ON")
        surgeon.execute(f"DELETE FROM sqlite_schema WHERE {index}")
        surgeon.execute(
            f"UPDATE sqlite_schema SET sql = 'CREATE TABLE records (kind, key, value)' WHERE {table}"
        )
        surgeon.commit()
    with closing(sqlite3.connect(path)) as surgeon:  # sees no index now
        surgeon.execute("DELETE FROM records WHERE key = 'r3'")
        surgeon.execute("PRAGMA writable_schema = ON")
        surgeon.execute(f"UPDATE sqlite_schema SET sql = ? WHERE {table}", (definition,))
        surgeon.execute("INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)", kept)
        surgeon.commit()

    with pytest.raises(Damaged, match="index"):
        SqliteMedium(path)


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.write_text("my diary\n" * 1000)
    with pytest.raises(Damaged, match="not a database"):
        SqliteMedium(path)
    assert path.read_text().startswith("my diary")


def test_a_database_of_another_program_is_refused_untouched(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE diary (entry TEXT)")
    before = path.read_bytes(), mode(path)
    with pytest.raises(Foreign, match="another program"):
        SqliteMedium(path)
    assert (path.read_bytes(), mode(path)) == before


def test_a_file_of_a_newer_server_is_refused(path: Path) -> None:
    filled(path, 1)
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(TooNew, match="use a newer server"):
        SqliteMedium(path)


def test_a_file_of_an_older_server_is_brought_up_to_date_with_its_records(path: Path) -> None:
    filled(path, 3)
    newer = Options(migrations=(*MIGRATIONS, "ALTER TABLE records ADD COLUMN written_at REAL"))
    for _ in range(2):
        with closing(SqliteMedium(path, newer)) as medium:
            assert len(list(medium.keys())) == 3
            columns = [row[1] for row in medium.connection.execute("PRAGMA table_info(records)")]
            assert columns == ["kind", "key", "value", "written_at"]


def test_a_migration_that_fails_changes_nothing(path: Path) -> None:
    filled(path, 3)
    wrong = Options(migrations=(*MIGRATIONS, "ALTER TABLE records ADD COLUMN new", "ALTER TABLE nowhere"))
    with pytest.raises(CannotOpen):
        SqliteMedium(path, wrong)
    with closing(SqliteMedium(path)) as medium:
        assert len([*medium.load()]) == 3


@pytest.fixture
def nowhere(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "file").write_text("not a directory")
    yield tmp_path / "file" / "rooms.db"


def test_a_place_where_no_file_can_be_is_refused(nowhere: Path) -> None:
    with pytest.raises(CannotOpen, match="cannot be made"):
        SqliteMedium(nowhere)


def test_a_directory_in_the_file_s_place_is_refused(path: Path) -> None:
    path.mkdir()
    with pytest.raises(CannotOpen, match="cannot be used"):
        SqliteMedium(path)


@pytest.mark.parametrize("synchronous", ["NORMAL", "FULL"])
def test_how_much_a_power_cut_may_cost_is_a_choice(path: Path, synchronous: str) -> None:
    options = Options(synchronous="FULL" if synchronous == "FULL" else "NORMAL")
    with closing(SqliteMedium(path, options)) as medium:
        levels = {"NORMAL": 1, "FULL": 2}
        assert medium.connection.execute("PRAGMA synchronous").fetchone() == (levels[synchronous],)
        assert medium.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
