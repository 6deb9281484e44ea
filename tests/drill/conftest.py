"""A server for drills: its times are short, so that hosts are found lost within a second."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.server_process import ServerProcess

QUICK = (
    "--host-grace-seconds=0.2",
    "--host-ready-timeout-seconds=1",
    "--ping-interval-seconds=0.5",
    "--ping-timeout-seconds=0.5",
    "--requests-per-second=100",
)


STEADY = ("--ping-timeout-seconds=4", "--host-ready-timeout-seconds=2")
"""So long a busy machine may stand still, and nobody is lost whom the drill did not take away."""


@pytest.fixture
def quick_server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server of the test's own; it must end cleanly."""
    running = ServerProcess(tmp_path, *QUICK, *STEADY).start()
    yield running
    running.stop()
    # What a drill's former hosts and hasty members provoke; `internal` or a warning would not be among it.
    assert set(running.complaints()) <= {"stale_host", "not_host", "not_in_room"}
