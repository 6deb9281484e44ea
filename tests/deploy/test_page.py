"""What docs/deployment.md says to do can be done."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from tornado.ioloop import IOLoop

from gameserver.settings import AllSettings, load
from tests.end_to_end.cast import Cast, gather
from tests.end_to_end.test_coming_back import AT_ONCE
from tests.support.server_process import ROOT, ServerProcess

PAGE = (ROOT / "docs/deployment.md").read_text()


@pytest.fixture
def cast(io_loop: IOLoop) -> Iterator[Cast]:
    cast = Cast()
    yield cast
    io_loop.run_sync(cast.leave)


def test_every_file_that_it_names_is_shipped() -> None:
    named = set(re.findall(r"\bdeploy/[\w./-]+\w", PAGE))

    assert len(named) > 5
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_setting_of_its_checklist_exists() -> None:
    checklist = PAGE.partition("## Checklist")[2].partition("##")[0]
    rows = [row.split("|")[2] for row in checklist.splitlines() if row.startswith("|") and "`" in row]
    named = {name for row in rows for name in re.findall(r"`([a-z_]+)\b[^`/]*`", row)}

    assert {"environment", "origins", "trusted_proxies"} <= named
    assert sorted(named - set(AllSettings.model_fields)) == []


def test_its_container_would_start(monkeypatch: pytest.MonkeyPatch) -> None:
    container = (ROOT / "deploy/container/Containerfile").read_text()
    given = re.findall(r"--env (GAMESERVER_\w+)=(\S+)", PAGE)
    for name, value in [*re.findall(r"(GAMESERVER_\w+)=(\S+)", container), *given]:
        monkeypatch.setenv(name, value)

    settings = load({}, None)

    assert settings.environment == "production"
    assert len(settings.trusted_proxies) == 1


def put_back(backup: Path, database: Path) -> None:
    """Restore as the page says."""
    for end in ("-wal", "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)
    backup.replace(database)


@pytest.mark.gen_test
async def test_a_backup_made_while_it_serves_brings_the_rooms_back(tmp_path: Path, cast: Cast) -> None:
    (statement,) = re.findall(r'"(VACUUM INTO \'[^\']+\')"', PAGE)
    database, backup = tmp_path / "rooms.db", tmp_path / "backup.db"
    server = ServerProcess(tmp_path, "--database", str(database)).start()
    anna = await cast.js("anna", server.url, auth={"recover": True}, **AT_ONCE)
    room = await gather(anna, title="Kept")

    with sqlite3.connect(database) as connection:
        connection.execute(statement.replace("/backup/gameserver.db", str(backup)))
    connection.close()
    await anna.ask("update_room", {"title": "Later"})
    server.kill()
    put_back(backup, database)
    again = ServerProcess(tmp_path, "--database", str(database), "--port", str(server.port))
    server.log.unlink()
    again.start()

    back, _no_offset = await anna.told("join_success")

    assert (back["id"], back["title"], back["host"]) == (room["id"], "Kept", anna.id)
    again.stop()
