"""The log of a small game, written by the real server code; only the clock is the test's own."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from gameserver import logs
from gameserver.core.values import PlayerId
from gameserver.logs.reading.questions import answer, options
from latency.view import LatencyView
from tests.support.game import Game

BEGAN = datetime(2026, 1, 1, 20, 14, tzinfo=UTC)


@contextmanager
def logging_to(stream: io.StringIO) -> Iterator[None]:
    """Let everything logged meanwhile go to `stream` as JSON lines."""
    root = logging.getLogger()
    before, level = root.handlers, root.level
    logs.configure(form="json", out=stream)
    try:
        yield
    finally:
        root.handlers = before
        root.setLevel(level)
        structlog.reset_defaults()


def record() -> str:
    """Play and return the log: a room of three loses its host, a stranger floods it with refusals."""
    stream = io.StringIO()
    with logging_to(stream):
        game = Game(logged=True)
        anna, bo, cleo, eve = (game.connect() for _ in range(4))
        for number, ping in enumerate((12.0, 41.5, 20.25)):
            view = LatencyView(ping_ms=ping, score_ms=ping + 2, p95_ms=ping + 9, jitter_ms=1.5, samples=40)
            game.pings.publish(PlayerId(f"player{number}"), view)
        room = game.ask(anna, "create", 1, "Five", "Go")["id"]
        game.ask(bo, "join", room)
        game.ask(cleo, "join", room)
        for _ in range(250):
            game.send(eve, "join", "nowhere")
        game.leave(anna)
        game.pass_time(300.0)
        game.leave(eve)
    return "".join(timed(number, line) for number, line in enumerate(stream.getvalue().splitlines()))


def timed(number: int, text: str) -> str:
    """One line a second, and each command as slow as its place, so that two runs give one log."""
    line = json.loads(text)
    line["time"] = f"{BEGAN + timedelta(seconds=number, milliseconds=1):%Y-%m-%dT%H:%M:%S.%fZ}"
    if "ms" in line:
        line["ms"] = number / 4
    return json.dumps(line) + "\n"


def ask(*arguments: str | Path) -> tuple[list[str], str]:
    """Ask the tool; return the lines of its answer and what it said aside."""
    out, aside = io.StringIO(), io.StringIO()
    answer(options([str(each) for each in arguments]), out, aside)
    return out.getvalue().splitlines(), aside.getvalue()
