"""docs/console.md: what operators are told to type does what the page says."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import pytest

from gameserver.console.actions import WORDS
from gameserver.console.operations import OPERATIONS
from gameserver.settings import AllSettings
from tests.support.operated import TOKEN, Operated, operated

PAGE = (Path(__file__).parents[1] / "docs" / "console.md").read_text(encoding="utf-8")
CURLS = re.findall(r"^curl .*$", PAGE, re.MULTILINE)
SHOWN = [json.loads(line) for line in re.findall(r'^\{"event": .*\}$', PAGE, re.MULTILINE)]


@dataclass
class Question:
    """What a curl command asks."""

    method: str
    path: str
    body: Any
    token: bool


def read(command: str, room: str) -> Question:
    """Read a curl command as curl would, as far as the page uses it."""
    words = shlex.split(Template(command).safe_substitute(SERVER="", ROOM=room, PLAYER="anna"))[1:]
    question = Question("GET", "", None, False)
    while words:
        match words.pop(0):
            case "-H":
                assert words.pop(0) == "@operator.header"
                question.token = True
            case "-X":
                question.method = words.pop(0)
            case "--json":
                question.body = json.loads(words.pop(0))
                question.method = "POST" if question.method == "GET" else question.method
            case path:
                assert path.startswith("/api/"), path
                question.path = path
    return question


@asynccontextmanager
async def asked() -> AsyncIterator[tuple[Operated, str, list[Question]]]:
    """A server, a room in it with two players, and what the page asks about them."""
    async with operated() as stage:
        room = stage.room("anna", "bo", title="The last lantern")
        yield stage, room, [read(command, room) for command in CURLS]


@pytest.mark.gen_test
async def test_every_command_is_answered_and_every_operation_has_one() -> None:
    async with asked() as (stage, _, questions):
        for each in questions:
            headers = {"Authorization": f"Bearer {TOKEN}"} if each.token else {}
            answer = await stage.fetch(each.method, each.path, each.body, **headers)
            assert answer.status == 200, (each, answer.body)

        assert stage.asked >= {operation.id for operation in OPERATIONS}


@pytest.mark.gen_test
async def test_the_orders_leave_the_lines_that_are_shown() -> None:
    async with asked() as (stage, room, questions):
        for each in questions:
            if each.method != "GET":
                await stage.order(each.path, each.body, each.method)
        lines = (await stage.get("/api/logs?event=console.action"))["lines"]

    written = [{"event": line["event"], **line["facts"]} for line in lines]
    told = json.dumps(written).replace(room, "fybqun4y")
    told = told.replace('"0 players', '"2 players')  # as if they had sockets
    assert json.loads(told) == SHOWN
    assert {line["action"] for line in SHOWN} == {*WORDS.values(), "change setting", "drain"}


def test_settings_that_are_named_exist_with_these_defaults() -> None:
    told = dict(re.findall(r"^\| `(console_\w+)` \| ([\w,]+)", PAGE, re.MULTILINE))
    fields = {name: field for name, field in AllSettings.model_fields.items() if name.startswith("console_")}

    assert told.keys() == fields.keys()
    numbers = {name: float(value.replace(",", "")) for name, value in told.items() if value[0].isdigit()}
    assert numbers == {name: fields[name].default for name in numbers}
    assert len(numbers) == 3
