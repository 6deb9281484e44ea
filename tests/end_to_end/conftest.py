"""A server as a process, and stock clients that play on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tornado.ioloop import IOLoop

from tests.end_to_end.cast import Cast
from tests.support.js_players import NodeStage
from tests.support.server_process import ServerProcess


@pytest.fixture
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[ServerProcess]:
    """A server of the test's own; it must end cleanly, and complain of nothing but what is expected."""
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
