"""docs/operations.md: each alert has its section, and what operators are told to type or look at exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

from gameserver.bans.command_line import main as bans
from gameserver.logs.catalogue import CATALOGUE as EVENTS
from gameserver.settings import AllSettings
from tests.logs.recorded import ask, record
from tests.metrics.names import names

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^\$ python -m gameserver\.logs (.*)$", PAGE, re.MULTILINE)
NOT_SETTINGS = {
    "at_once",
    "bad_request",
    "host_left",
    "host_ready",
    "inputs_dropped",
    "no_host",
    "rate_limited",
    "room_idle",
    "slow_consumer",
    "stale_host",
}
EVENT = re.compile(r"(server|storage|room|connection|bans?|settings|host|command)\.\w+")


def test_every_alert_has_a_section() -> None:
    groups = yaml.safe_load((ROOT / "deploy" / "prometheus-rules.yml").read_text())["groups"]
    alerts = [rule["alert"] for group in groups for rule in group["rules"]]

    assert re.findall(r"^### (Gameserver\w+)$", PAGE, re.MULTILINE) == alerts


def test_each_question_of_the_tool_is_shown() -> None:
    assert {shlex.split(command)[0] for command in SHOWN} == {
        "room",
        "player",
        "why-host",
        "slow",
        "errors",
        "stats",
        "follow",
    }


@pytest.mark.parametrize("command", [each for each in SHOWN if not each.startswith("follow")])
def test_each_command_answers_something(command: str, tmp_path: Path) -> None:
    """The page shows a session of a thousand bots; here the same words are asked of a small game."""
    log = tmp_path / "game.log"
    log.write_text(record())
    words = shlex.split(command.partition("|")[0])
    *question, _ = words
    if question[0] in ("room", "why-host"):
        question[1] = "room0000"
    elif question[0] == "player":
        question[1] = "player0"

    answer, aside = ask(*question, log)

    assert answer
    assert aside == ""


def test_each_ban_is_typed_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commands = re.findall(r"^    python -m gameserver\.bans --config \S+ (.*)$", PAGE, re.MULTILINE)
    assert len(commands) == 4
    for command in commands:
        code = bans(["--file", str(tmp_path / "bans.json"), *shlex.split(command)])
        assert code == (1 if command.startswith("remove") else 0), capsys.readouterr().err


def test_settings_metrics_and_events_that_are_named_exist() -> None:
    named = set(re.findall(r"`([a-z][\w.]*)`", PAGE))
    metrics = {name for name in named if name.startswith(("gameserver_", "process_"))}
    events = {name for name in named if EVENT.fullmatch(name)}
    settings = {name for name in named if "_" in name} - metrics - NOT_SETTINGS

    assert metrics <= names()
    assert len(metrics) >= 5
    assert events <= EVENTS.keys()
    assert len(events) >= 10
    assert settings <= AllSettings.model_fields.keys()
    assert len(settings) >= 10
