"""docs/console.md: its examples work as they are written, and what it names exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from gameserver.console.operations import OPERATIONS
from gameserver.settings import AllSettings
from tests.support.operated import TOKEN, operated

PAGE = (Path(__file__).parents[2] / "docs" / "console.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^curl (.*)$", PAGE, re.MULTILINE)
LARGEST = 200_000  # bytes of a picture

pytestmark = pytest.mark.gen_test(timeout=20)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 6


@pytest.mark.parametrize("example", EXAMPLES)
async def test_each_example_is_answered(example: str) -> None:
    words = shlex.split(example.replace("$TOKEN", TOKEN))
    headers: dict[str, str] = {}
    method, body, url = "GET", None, words[-1]
    for flag, value in zip(words[:-1:2], words[1:-1:2], strict=True):
        match flag:
            case "-H":
                name, _, said = value.partition(": ")
                headers[name.replace("-", "_")] = said
            case "-X":
                method = value
            case "-d":
                body = value
            case _:
                pytest.fail(f"what is {flag}?")
    parts = urlsplit(url.removeprefix("$URL"))
    async with operated() as stage:
        answer = await stage.fetch(
            method, parts.path + (f"?{parts.query}" if parts.query else ""), body, **headers
        )

    assert answer.status == 200, answer.body


async def test_every_order_that_can_be_given_stands_there() -> None:
    orders = {f"{each.method} {each.path}" for each in OPERATIONS if each.method != "GET"}

    assert set(re.findall(r"`((?:POST|PATCH) /api/[^`]+)`", PAGE)) == orders


async def test_the_settings_it_names_exist_with_their_defaults() -> None:
    fields = AllSettings.model_fields
    named = set(re.findall(r"`(console_\w+)`", PAGE))

    assert named == {name for name in fields if name.startswith("console_")}
    assert f"`console_session_seconds` | {fields['console_session_seconds'].default:.0f} |" in PAGE
    tries, pause = fields["console_tries"].default, fields["console_pause_seconds"].default
    assert f"| {tries}, {pause:.0f} |" in PAGE


async def test_its_pictures_are_small() -> None:
    pictures = re.findall(r"\((img/console-\w+\.png)\)", PAGE)
    sizes = {each: (Path(__file__).parents[2] / "docs" / each).stat().st_size for each in pictures}

    assert len(pictures) == 7
    assert {each: size for each, size in sizes.items() if size >= LARGEST} == {}
