"""All bots of a swarm, from the first that comes to the last that goes."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from gameserver.bots.bot import Bot, Pace, Table
from gameserver.bots.failures import go_wrong
from gameserver.bots.tally import Tally
from gameserver.bots.ways import Way, source_of

ROUND_TRIPS_MS = (20, 40, 80, 150, 300)  # what far bots have more than others
TELL_SECONDS = 10.0
GOODBYES_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """What a swarm is like."""

    url: str = "http://localhost:8000"
    bots: int = 40
    table_size: int = 5
    minutes: float = 5.0
    hz: float = 20.0
    input_hz: float = 4.0
    stay_seconds: float = 120.0
    far: float = 0.5  # share of the bots with a long way
    failures_per_minute: float = 0.0
    arrivals_per_second: float = 40.0
    seed: int = 1


async def swarm(plan: Plan, say: Callable[[str], None]) -> Tally:
    """Let the bots come, play for the time of the plan, and go; return what happened."""
    chance = random.Random(plan.seed)
    tally = Tally()
    tables = [Table(number + 1, plan.table_size) for number in range(math.ceil(plan.bots / plan.table_size))]
    pace = Pace(plan.hz, plan.input_hz, plan.stay_seconds)
    bots: list[Bot] = []
    work: list[asyncio.Task[None]] = []
    loop = asyncio.get_running_loop()
    end = loop.time() + plan.minutes * 60
    try:
        work.append(loop.create_task(_tell(bots, tally, say)))
        if plan.failures_per_minute:
            work.append(loop.create_task(go_wrong(bots, plan.failures_per_minute, tally, chance)))
        for number in range(plan.bots):
            way = await _way(plan, number, random.Random(f"{plan.seed} way {number}"))
            bot = Bot(number, way, plan.url, tables, pace, tally, str(plan.seed))
            bots.append(bot)
            bot.start()
            await asyncio.sleep(1 / plan.arrivals_per_second)
            if loop.time() >= end:
                break
        await asyncio.sleep(max(0.0, end - loop.time()))
    finally:
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        say(_line(bots, tally))
        await _see_off(bots)
    return tally


async def _way(plan: Plan, number: int, chance: random.Random) -> Way | None:
    """Return a bot's own way; behind TLS it goes straight, and nothing can go wrong with it."""
    parts = urlsplit(plan.url)
    if parts.scheme != "http":
        return None
    host = parts.hostname or "localhost"
    way = Way(host, parts.port or 80, source=source_of(number, host), chance=chance)
    if chance.random() < plan.far:
        way.delay_s = chance.choice(ROUND_TRIPS_MS) / 2000
        way.jitter_s = way.delay_s / 5
    return await way.start()


async def _tell(bots: list[Bot], tally: Tally, say: Callable[[str], None]) -> None:
    while True:
        await asyncio.sleep(TELL_SECONDS)
        say(_line(bots, tally))


def _line(bots: list[Bot], tally: Tally) -> str:
    seated = [bot.client.room for bot in bots if bot.client.room is not None]
    return tally.line(len(seated), len({room.id for room in seated}))


async def _see_off(bots: list[Bot]) -> None:
    for first in range(0, len(bots), GOODBYES_AT_ONCE):
        group = bots[first : first + GOODBYES_AT_ONCE]
        await asyncio.gather(*(bot.stop() for bot in group), return_exceptions=True)
        for bot in group:
            if bot.way is not None:
                bot.way.stop()
