"""What a failed test left behind ends with it, so that no other test fails for it."""

from __future__ import annotations

import gc
import sys
import warnings
from collections.abc import Iterator

import pytest

from tests.support.server_process import ServerProcess

_failed: set[str] = set()


@pytest.fixture(autouse=True)
def _servers_end_with_their_test() -> Iterator[None]:
    """Kill the servers that a test started itself and did not end: it has failed before it could."""
    before = set(ServerProcess.running)
    yield
    for server in ServerProcess.running - before:
        server.kill()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        _failed.add(report.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_runtest_logfinish(nodeid: str) -> None:
    """Collect what a failed test's frames held while a warning of it is nobody's failure."""
    if nodeid not in _failed:
        return
    _failed.remove(nodeid)
    for last in ("last_type", "last_value", "last_traceback", "last_exc"):  # kept for debuggers
        if hasattr(sys, last):
            delattr(sys, last)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gc.collect()
