"""Stories of clients on a server in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from gameserver.core.tracks import Track
from gameserver.testing import MemoryServer
from tests.support.patience import STORY_SECONDS

Story = Callable[[MemoryServer], Awaitable[None]]


def told(story: Story, *mistakes: str, tracks: Sequence[Track] = ()) -> None:
    """Let this story happen; the game makes these mistakes, each told to the loop's exception handler."""

    async def run() -> None:
        found: list[str] = []

        def notice(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            found.append(str(context.get("exception", context["message"])))

        asyncio.get_running_loop().set_exception_handler(notice)
        async with MemoryServer(tracks=tracks) as server:
            await story(server)
        assert set(found) == set(mistakes), found

    asyncio.run(asyncio.wait_for(run(), STORY_SECONDS))
