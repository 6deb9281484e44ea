"""A server as a process, and a browser that opens its pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.browser import browser, windows
from tests.support.server_process import ServerProcess

__all__ = ["browser", "server", "windows"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One server for the stories of a module; it may warn of nothing and must end cleanly."""
    running = ServerProcess(tmp_path_factory.mktemp("server"), "--storage", "memory").start()
    yield running
    running.stop()
    assert running.complaints() == running.expected
