"""A server as a process, and stock clients that play on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tornado.ioloop import IOLoop

from tests.end_to_end.cast import Cast
from tests.support.js_players import NodeStage
from tests.support.server_process import ServerProcess


@pytest.fixture(scope="session")
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One server for all stories that leave nothing behind."""
    running = ServerProcess(tmp_path_factory.mktemp("server")).start()
    yield running
    running.stop()


@pytest.fixture
def server(running_server: ServerProcess) -> Iterator[ServerProcess]:
    """A server that may complain of nothing but what the test expects."""
    before = len(running_server.complaints())
    running_server.expected = []
    yield running_server
    assert running_server.complaints()[before:] == running_server.expected


@pytest.fixture
def fresh_server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[ServerProcess]:
    """A server of the test's own, with the flags it is parametrised by; it must end cleanly."""
    running = ServerProcess(tmp_path, *getattr(request, "param", ())).start()
    yield running
    running.stop()
    assert running.complaints() == running.expected


@pytest.fixture
def cast(io_loop: IOLoop) -> Iterator[Cast]:
    """Whoever plays in a test; all leave at its end."""
    if missing := NodeStage.missing():
        pytest.skip(missing)
    cast = Cast()
    yield cast
    io_loop.run_sync(cast.leave)
