"""A server as a process, and a browser that opens its pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.browser import browser, windows
from tests.support.server_process import ServerProcess

LAST_WORDS = {"stale_host", "not_host", "not_in_room"}
"""What a host says that is followed or leaves, before it knows: refused, so that nobody hears it."""

__all__ = ["browser", "server", "windows"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One server for the stories of a module; it may warn of nothing and must end cleanly."""
    yield from served(tmp_path_factory.mktemp("server"))


def served(directory: Path, *flags: str) -> Iterator[ServerProcess]:
    """Run a server with these flags for a fixture."""
    running = ServerProcess(directory, "--storage", "memory", *flags).start()
    yield running
    running.stop()
    assert set(running.complaints()) - LAST_WORDS == set(running.expected)
