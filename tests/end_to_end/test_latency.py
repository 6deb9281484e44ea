"""Pings over real sockets and through real delays: what is estimated, and whom it makes host."""

from __future__ import annotations

import asyncio
import json
import secrets

import aiohttp
import pytest

from tests.end_to_end.cast import Cast, gather, measured
from tests.support.players import Player
from tests.support.server_process import ServerProcess

ROUND_TRIP_MS = 200.0
TOLERANCE = 0.1


async def estimated(player: Player, within: tuple[float, float]) -> float:
    """Ask for the player's own ping until it lies there; the test's time-out ends it otherwise."""
    while True:
        ping = (await player.ask("pings"))["you"]["ping_ms"]
        if within[0] <= ping <= within[1]:
            return float(ping)
        await asyncio.sleep(0.25)


@pytest.mark.gen_test(timeout=40)
async def test_the_estimate_is_within_a_tenth_of_the_way_it_measures(
    server: ServerProcess, cast: Cast
) -> None:
    near, far = await cast.proxy(server.port), await cast.proxy(server.port)
    far.delay(ROUND_TRIP_MS, jitter_ms=4.0)
    anna, bo = await cast.newest(near.url, "anna"), await cast.python(far.url, "bo")
    await asyncio.gather(measured(anna, answers=3), measured(bo, answers=3))

    await estimated(bo, (ROUND_TRIP_MS * (1 - TOLERANCE), ROUND_TRIP_MS * (1 + TOLERANCE)))
    await estimated(anna, (0.0, ROUND_TRIP_MS * TOLERANCE))


@pytest.mark.gen_test(timeout=40)
async def test_a_page_in_the_background_is_not_elected_though_its_network_is_the_best(
    server: ServerProcess, cast: Cast
) -> None:
    slow = await cast.proxy(server.port)
    slow.delay(80)
    anna, bo = await cast.oldest(server.url), await cast.newest(server.url)
    cleo = await cast.python(slow.url)
    await gather(anna, bo, cleo)
    await asyncio.gather(measured(bo, answers=3), measured(cleo, answers=3))
    assert (await bo.ask("hint", {"hidden": True}))["ok"]

    await anna.emit("leave")

    assert (await cleo.told("host_changed"))["host"] == cleo.id


@pytest.mark.gen_test(timeout=40)
async def test_a_host_whose_machine_freezes_is_followed(server: ServerProcess, cast: Cast) -> None:
    way = await cast.proxy(server.port)
    anna = await cast.oldest(way.url)
    bo, cleo = await cast.newest(server.url), await cast.python(server.url)
    await gather(anna, bo, cleo)
    await asyncio.gather(*(measured(player, answers=3) for player in (anna, bo, cleo)))

    way.freeze()

    changed = await bo.told("host_changed")
    way.thaw()
    assert changed["previous"] == anna.id
    assert changed["host"] in (bo.id, cleo.id)
    assert changed["reason"] in ("silent", "lost")


@pytest.mark.gen_test(timeout=40)
async def test_answering_before_the_ping_came_gains_nothing(server: ServerProcess, cast: Cast) -> None:
    """A client sends pongs with guessed payloads all the time, hoping that one ends a probe early."""
    far = await cast.proxy(server.port)
    far.delay(ROUND_TRIP_MS)
    address = f"{far.url}/socket.io/?EIO=4&transport=websocket"
    async with aiohttp.ClientSession() as session, session.ws_connect(address) as cheat:
        await cheat.receive_str()
        await cheat.send_str("40")
        ping = None
        for number in range(1, 400):
            await cheat.pong(secrets.token_bytes(8) if number % 2 else b"")
            if number % 100 == 0:
                await cheat.send_str(f'42{number}["pings"]')
                ping = await answered(cheat, number)
            await asyncio.sleep(0.02)

    assert ping is not None
    assert ping >= ROUND_TRIP_MS * (1 - TOLERANCE)


async def answered(cheat: aiohttp.ClientWebSocketResponse, number: int) -> float | None:
    """Return the ping that this request's ack tells; heartbeats are answered meanwhile."""
    while True:
        text = await cheat.receive_str()
        if text == "2":
            await cheat.send_str("3")
        elif text.startswith(f"43{number}["):
            you = json.loads(text[len(f"43{number}") :])[0]["you"]
            return None if you is None else float(you["ping_ms"])
