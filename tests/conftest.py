"""What every test of this project stands on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import settings
from tornado.ioloop import IOLoop

pytest_plugins = ["tests.support.aftermath", "tests.support.skips"]

# The same examples in every run, and none judged by its time: `make fuzz` is for finding new ones.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.load_profile("suite")


@pytest.fixture
def io_loop() -> Iterator[IOLoop]:
    """A loop of its own for each test, in place of pytest-tornado's.

    That one makes its loop current through calls that tornado 6.2 deprecated.
    """
    loop = IOLoop(make_current=False)
    asyncio.set_event_loop(loop.asyncio_loop)
    yield loop
    loop.run_sync(_end_what_runs)
    asyncio.set_event_loop(None)
    loop.close(all_fds=True)


async def _end_what_runs() -> None:
    """Cancel the tasks a test left, and let transports that are closing close."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    for _ in range(3):  # abort, connection_lost, close: a turn of the loop each
        await asyncio.sleep(0)
