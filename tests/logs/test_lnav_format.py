"""The lnav format names only what the server writes, and lnav reads the log by it."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from gameserver.logs import CATALOGUE
from tests.logs.recorded import record

LNAV = shutil.which("lnav")
FORMAT = Path(__file__).parents[2] / "deploy" / "lnav" / "gameserver.json"


def test_every_field_of_the_format_is_in_the_catalogue() -> None:
    form = json.loads(FORMAT.read_text())["gameserver_log"]
    written = {field for entry in CATALOGUE.values() for field in entry.fields} | {"event", "time", "level"}

    assert form["value"].keys() <= written
    assert {form["timestamp-field"], form["level-field"], form["body-field"]} <= written
    shown = {part["field"] for part in form["line-format"] if isinstance(part, dict)}
    assert shown - {"__timestamp__"} <= form["value"].keys()


@pytest.fixture
def lnav(tmp_path: Path) -> Lnav:
    return Lnav(tmp_path)


class Lnav:
    """lnav, the format installed as the page says, with a recorded log."""

    def __init__(self, home: Path) -> None:
        self._environment = {**os.environ, "HOME": str(home), "TERM": "dumb"}
        self.log = home / "server.log"
        self.log.write_text(record())
        self.run("-i", str(FORMAT))

    def run(self, *arguments: str) -> str:
        assert LNAV is not None
        ran = subprocess.run([LNAV, *arguments], env=self._environment, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def ask(self, question: str) -> list[list[str]]:
        written = self.run("-n", "-c", f";{question}", "-c", ":write-csv-to -", str(self.log))
        return list(csv.reader(io.StringIO(written)))[1:]


@pytest.mark.skipif(LNAV is None, reason="lnav is not installed (as root, make test installs it)")
def test_lnav_shows_the_log_line_by_line_and_answers_questions(lnav: Lnav) -> None:
    lines = [json.loads(line) for line in lnav.log.read_text().splitlines()]
    (elected,) = [line for line in lines if line["event"] == "host.elected"]

    shown = lnav.run("-n", str(lnav.log))

    assert f"host.elected   {elected['room']}  {elected['why']}" in shown
    assert lnav.ask("SELECT room, host, why FROM gameserver_log WHERE log_body = 'host.elected'") == [
        [elected["room"], elected["host"], elected["why"]]
    ]
    levels = dict(lnav.ask("SELECT log_level, count(*) FROM gameserver_log GROUP BY log_level"))
    assert sum(map(int, levels.values())) == len(lines)
    assert levels.keys() == {line["level"] for line in lines}
