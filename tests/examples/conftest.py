"""Examples as their reader runs them, against a server of the test's own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import browser, server, windows
from tests.support.server_process import ROOT, ServerProcess

__all__ = ["browser", "server", "windows"]

Started = subprocess.Popen[str]
Run = Callable[..., Started]


@pytest.fixture
def run(server: ServerProcess) -> Iterator[Run]:
    """Starts an example; all that still run end with the test."""
    started: list[Started] = []

    def start(name: str, *arguments: str) -> Started:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "examples" / name), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT / "clients" / "python")},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def first_line(process: Started) -> str:
    """Return the next line that an example prints, waiting for it."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def lines_of(path: Path, begin: str, end: str) -> int:
    """Return how many lines that are not empty stand between the two."""
    text = path.read_text(encoding="utf-8").partition(begin)[2].partition(end)[0]
    return sum(bool(line.strip()) for line in text.splitlines())
