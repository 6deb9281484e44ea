"""The README's two clients, run as they are printed, play with each other."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.js_players import DIRECTORY, NodeStage
from tests.support.patience import PATIENCE_SECONDS
from tests.support.server_process import ServerProcess

README = Path(__file__).parents[2] / "README.md"
PRINTED_ADDRESS = "http://localhost:8000"
PATIENTLY = f"""\
import functools, socketio
socketio.AsyncClient.connect = functools.partialmethod(
    socketio.AsyncClient.connect, wait_timeout={PATIENCE_SECONDS}
)
"""
"""Stock, a client gives up after a second."""


def printed(name: str, url: str) -> str:
    """Return this example of the README; only the address is that of the test's server."""
    example = re.search(rf"<!-- example: {name} -->\n```\w+\n(.*?)```", README.read_text(), re.DOTALL)
    assert example is not None
    assert PRINTED_ADDRESS in example[1]
    return example[1].replace(PRINTED_ADDRESS, url)


@asynccontextmanager
async def started(
    *command: str, source: str, cwd: Path | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a process with this source on its stdin and its output to be read; it is ended, if it goes on."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, cwd=cwd, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.STDOUT
    )
    assert process.stdin is not None
    process.stdin.write(source.encode())
    process.stdin.close()
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def says(process: asyncio.subprocess.Process, pattern: str) -> None:
    """Read what the process prints until a line matches."""
    assert process.stdout is not None
    printed_so_far = ""
    while line := (await process.stdout.readline()).decode():
        printed_so_far += line[:300]
        if re.fullmatch(pattern, line.rstrip()):
            return
    raise AssertionError(f"{pattern!r} was never printed, but:\n{printed_so_far}")


@pytest.mark.gen_test
async def test_the_printed_clients_play_with_each_other(fresh_server: ServerProcess) -> None:
    if missing := NodeStage.missing():
        pytest.skip(missing)
    page = printed("browser", fresh_server.url)
    script = PATIENTLY + printed("python", fresh_server.url)
    async with started("node", "page.mjs", source=page, cwd=DIRECTORY) as browser:
        await says(browser, r"in room [0-9a-z]{8} with 1 players")

        async with started(sys.executable, "-u", "-", source=script) as python:
            await says(python, r"in room [0-9a-z]{8} with 2 players")
            await says(python, r"the host says \{'t': \d+\}")
            await says(browser, r"\S{20} pressed \{ key: 'left' \}")
            assert await python.wait() == 0
