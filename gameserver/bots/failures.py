"""What goes wrong in a swarm: hosts that vanish, freeze and return, pages left, slow readers."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from gameroom_client.link import SocketLink
from gameserver.bots.bot import Bot
from gameserver.bots.tally import Tally

HOST_SHARE = 0.7  # of failures befall a host
GONE = 1001  # RFC 6455 section 7.4.1: the page was left
FREEZE_SECONDS = (2.0, 20.0)
SLOW_SECONDS = (10.0, 40.0)
SLOW_BYTES_PER_SECOND = 300.0
AWAY_SECONDS = (1.0, 8.0)  # until somebody else comes in the place of who has vanished


async def cut(bot: Bot, chance: random.Random) -> None:
    """Its connection breaks; it comes back by itself."""
    assert bot.way is not None
    bot.way.cut()


async def freeze(bot: Bot, chance: random.Random) -> None:
    """It stands still, its connection open, and goes on after a while."""
    assert bot.way is not None
    bot.way.freeze()
    try:
        await asyncio.sleep(chance.uniform(*FREEZE_SECONDS))
    finally:
        bot.way.thaw()


async def vanish(bot: Bot, chance: random.Random) -> None:
    """It is gone for good; after a while somebody else comes."""
    await bot.be_replaced()
    await asyncio.sleep(chance.uniform(*AWAY_SECONDS))
    bot.start()


async def leave_page(bot: Bot, chance: random.Random) -> None:
    """Its page is left: the WebSocket is closed with 1001; it comes back by itself."""
    link = bot.client.link
    if isinstance(link, SocketLink) and link.socket.eio.ws is not None:
        await link.socket.eio.ws.close(code=GONE)


async def read_slowly(bot: Bot, chance: random.Random) -> None:
    """It cannot keep up for a while."""
    assert bot.way is not None
    bot.way.read_bytes_per_s = SLOW_BYTES_PER_SECOND
    try:
        await asyncio.sleep(chance.uniform(*SLOW_SECONDS))
    finally:
        bot.way.read_bytes_per_s = None


KINDS: Mapping[str, tuple[int, Callable[[Bot, random.Random], Coroutine[Any, Any, None]]]] = {
    "cut": (3, cut),
    "frozen": (3, freeze),
    "vanished": (2, vanish),
    "page left": (1, leave_page),
    "slow reader": (2, read_slowly),
}
"""What may go wrong, and how often in relation to the rest."""


async def go_wrong(bots: Sequence[Bot], per_minute: float, tally: Tally, chance: random.Random) -> None:
    """Let so many things a minute go wrong, one bot at a time with at most one of them."""
    failing: dict[Bot, asyncio.Task[None]] = {}
    names = list(KINDS)
    try:
        while True:
            await asyncio.sleep(chance.expovariate(per_minute / 60))
            fit = [bot for bot in bots if bot not in failing and bot.client.room is not None]
            hosts = [bot for bot in fit if bot.is_host]
            if not fit:
                continue
            bot = chance.choice(hosts if hosts and chance.random() < HOST_SHARE else fit)
            (kind,) = chance.choices(names, [KINDS[name][0] for name in names])
            tally.count(f"failures: {kind}" + (" (host)" if bot.is_host else ""))
            task = failing[bot] = asyncio.get_running_loop().create_task(KINDS[kind][1](bot, chance))
            task.add_done_callback(lambda done, bot=bot: failing.pop(bot, None))  # type: ignore[misc]
    finally:
        left = list(failing.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
