"""The image is not built here: its file is linted, and what it names is there and does what it should."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gameserver.settings import load, misspelt
from tests.support.patience import PATIENCE_SECONDS
from tests.support.server_process import ROOT, ServerProcess

FILE = ROOT / "deploy/container/Containerfile"
LINTER = ROOT / "tests/js/node_modules/.bin/dockerfile-utils"


@pytest.fixture
def instructions() -> list[tuple[str, str]]:
    """The file's instructions in order, with their words; continued lines joined."""
    joined = re.sub(r"\\\n\s*", "", FILE.read_text())
    lines = [line for line in joined.splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def last_stage(instructions: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The instructions of what is kept in the end."""
    start = max(number for number, (word, _) in enumerate(instructions) if word == "FROM")
    return instructions[start:]


def of(instructions: list[tuple[str, str]], word: str) -> list[str]:
    return [rest for each, rest in instructions if each == word]


def test_the_linter_finds_nothing() -> None:
    linted = subprocess.run([LINTER, "lint", FILE], capture_output=True, text=True, timeout=60, check=False)

    assert (linted.returncode, linted.stdout.strip()) == (0, ""), linted.stdout


def test_the_linter_would_find_a_mistake(tmp_path: Path) -> None:
    wrong = tmp_path / "Containerfile"
    wrong.write_text(FILE.read_text().replace("EXPOSE 8000", "EXPOSE door"))

    linted = subprocess.run([LINTER, "lint", wrong], capture_output=True, text=True, timeout=60, check=False)

    assert linted.returncode != 0


def test_everything_copied_is_there_and_not_ignored(instructions: list[tuple[str, str]]) -> None:
    ignored = (ROOT / ".containerignore").read_text().split("\n")
    for words in of(instructions, "COPY"):
        *sources, _ = [word for word in words.split() if not word.startswith("--")]
        if "--from" in words:
            continue
        for source in sources:
            assert (ROOT / source).exists(), source
            assert source.partition("/")[0] not in ignored


def test_what_is_copied_is_enough_to_serve(instructions: list[tuple[str, str]], tmp_path: Path) -> None:
    for words in of(last_stage(instructions), "COPY"):
        if "--from" in words:
            continue
        *sources, _ = words.split()
        for source in sources:
            (tmp_path / source).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / source).symlink_to(ROOT / source)

    checked = subprocess.run(
        [sys.executable, "run_server.py", "--check"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path), "PYTHONSAFEPATH": "1"},
    )

    assert checked.returncode == 0, checked.stderr


def test_its_environment_holds_known_settings(
    instructions: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (words,) = of(instructions, "ENV")
    environment = dict(pair.split("=", 1) for pair in words.split())
    assert misspelt(environment) == []
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    settings = load({}, None)

    assert (settings.host, settings.port) == ("0.0.0.0", 8000)
    assert settings.database == Path("/data/gameserver.db")
    assert settings.bans == Path("/data/bans.json")


def test_its_healthcheck_is_a_command_of_the_server(
    instructions: list[tuple[str, str]], tmp_path: Path
) -> None:
    (words,) = of(instructions, "HEALTHCHECK")
    command = json.loads(words.partition("CMD ")[2])
    assert command[:2] == ["/venv/bin/python", "run_server.py"]
    server = ServerProcess(tmp_path).start()
    try:
        asked = subprocess.run(
            [sys.executable, str(ROOT / command[1]), *command[2:]],
            env={**os.environ, "GAMESERVER_PORT": str(server.port)},
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    finally:
        server.stop()

    assert asked.returncode == 0


def test_nothing_in_it_runs_as_root(instructions: list[tuple[str, str]]) -> None:
    words = [word for word, _ in instructions]

    assert "USER" in words[: words.index("ENTRYPOINT")]
    assert of(instructions, "USER") == ["gameserver"]
