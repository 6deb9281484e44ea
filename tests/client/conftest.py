"""A server of the test session, and clients that end with their test."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from gameroom_client import Client
from tests.support.patience import STORY_SECONDS
from tests.support.server_process import ServerProcess

PLENTY = ("--requests-per-second=1000", "--requests-burst=1000")

Story = Callable[..., Awaitable[None]]


@pytest.fixture(scope="session")
def real_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One server for all stories that leave nothing behind."""
    running = ServerProcess(tmp_path_factory.mktemp("server"), *PLENTY, "--host-grace-seconds=0.2").start()
    yield running
    running.stop()


class Stage:
    """Makes clients of one server and sees them off."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._clients: list[Client] = []

    async def client(self, name: str | None = None, **options: Any) -> Client:
        """Return a connected client."""
        client = Client(self.url, name=name, **options)
        self._clients.append(client)
        return await client.connect()

    async def leave(self) -> None:
        async with AsyncExitStack() as ending:
            for client in self._clients:
                ending.push_async_callback(client.close)


@pytest.fixture
def play(real_server: ServerProcess) -> Callable[[Story], None]:
    """Runs a story with clients on the real server."""

    def run(story: Story) -> None:
        async def told() -> None:
            stage = Stage(real_server.url)
            problems: list[dict[str, Any]] = []
            loop = asyncio.get_running_loop()
            loop.set_exception_handler(lambda loop, context: problems.append(context))
            try:
                async with asyncio.timeout(STORY_SECONDS):
                    await story(stage)
            finally:
                await stage.leave()
            assert not problems, problems

        asyncio.run(told())

    return run


async def until(condition: Callable[[], object]) -> None:
    """Wait until this is so; a story that waits in vain ends by its own time."""
    while not condition():
        await asyncio.sleep(0.005)
