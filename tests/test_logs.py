"""Logs: one line each, bounded, and all of them in the catalogue."""

from __future__ import annotations

import ast
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from gameserver import logs

ROOT = Path(__file__).parent.parent


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """A stream that gets JSON lines; the process's logging is put back afterwards."""
    root = logging.getLogger()
    before, level = root.handlers, root.level
    stream = io.StringIO()
    logs.configure(form="json", out=stream)
    yield stream
    root.handlers = before
    root.setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_json_object_with_time_level_and_event(out: io.StringIO) -> None:
    logs.get_log().info("tracks.loaded", file="tracks.json", tracks=11)

    (line,) = lines(out)
    assert line.keys() == {"time", "level", "event", "file", "tracks"}
    assert (line["level"], line["event"], line["tracks"]) == ("info", "tracks.loaded", 11)


@pytest.mark.parametrize(
    "text", ["two\nlines", "\x1b[31mred", "a\u2028b", "tab\there", "\u202eright to left"]
)
def test_no_client_can_break_or_colour_a_line(out: io.StringIO, text: str) -> None:
    logs.get_log().warning("connection.malformed", player="anna", reason=text)

    assert len(out.getvalue().splitlines()) == 1
    (line,) = lines(out)
    assert str(line["reason"]).isprintable()


def test_a_long_text_is_cut_and_says_so(out: io.StringIO) -> None:
    logs.get_log().warning("connection.malformed", player="anna", reason="x" * 64_000)

    (line,) = lines(out)
    assert line["reason"] == "x" * 256 + "… (64000 characters)"


def test_format_strings_are_only_text(out: io.StringIO) -> None:
    logs.get_log().warning("connection.malformed", player="%s%d{0}", reason="%(name)s")

    assert lines(out)[0]["reason"] == "%(name)s"


def test_what_a_library_writes_gets_our_form(out: io.StringIO) -> None:
    logging.getLogger("tornado.application").warning("odd: %s", "this")

    (line,) = lines(out)
    assert (line["event"], line["logger"], line["message"]) == (
        "library.message",
        "tornado.application",
        "odd: this",
    )


def test_a_mistake_of_ours_leaves_its_traceback_in_one_line(out: io.StringIO) -> None:
    journal = logs.LogJournal(logs.get_log())
    try:
        raise RuntimeError("broken")
    except RuntimeError as error:
        journal.failed(name="create", player=None, error=error)

    (line,) = lines(out)
    assert line["error"] == "RuntimeError"
    assert "RuntimeError: broken" in str(line["exception"])


def written() -> Iterator[tuple[str, str, set[str], str]]:
    """Every call of a log method in the server's code: level, event, fields, and where it stands."""
    for file in [*ROOT.glob("gameserver/**/*.py"), *ROOT.glob("run_server.py")]:
        for node in ast.walk(ast.parse(file.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("debug", "info", "warning", "error")
                and isinstance(node.func.value, (ast.Name, ast.Attribute))
                and ast.unparse(node.func.value) in ("log", "self._log")
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and "." in str(node.args[0].value)
                and " " not in str(node.args[0].value)
            ):
                fields = {keyword.arg for keyword in node.keywords if keyword.arg}
                yield node.func.attr, str(node.args[0].value), fields, f"{file.name}:{node.lineno}"


def test_every_event_written_is_in_the_catalogue_with_its_fields() -> None:
    for level, event, fields, where in written():
        assert event in logs.CATALOGUE, where
        entry = logs.CATALOGUE[event]
        assert level in (entry.level, "warning" if event == "command.handled" else entry.level), where
        assert fields - {"exc_info"} <= set(entry.fields), where


def test_every_event_in_the_catalogue_is_written_somewhere() -> None:
    assert {event for _, event, _, _ in written()} | {"library.message"} == logs.CATALOGUE.keys()


def test_the_document_tells_the_catalogue() -> None:
    text = (ROOT / "docs" / "logs.md").read_text()
    table = [line for line in text.splitlines() if line.startswith("| `")]

    assert table == [
        f"| `{event}` | {entry.level} | {entry.meaning} | {named(entry)} |"
        for event, entry in sorted(logs.CATALOGUE.items())
    ]


def named(entry: logs.Entry) -> str:
    return ", ".join(f"`{field}`" for field in entry.fields)
