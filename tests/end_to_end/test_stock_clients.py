"""Every stock client, over every transport, in either parser: one port, one room."""

from __future__ import annotations

import asyncio

import pytest

from tests.end_to_end.cast import Cast, gather
from tests.support.js_players import JsPlayer, installed_versions
from tests.support.patience import PATIENCE_SECONDS
from tests.support.players import Player
from tests.support.server_process import ServerProcess

WAYS = {"websocket": ["websocket"], "polling": ["polling"], "upgrade": ["polling", "websocket"]}


@pytest.mark.gen_test
async def test_every_version_in_both_parsers_and_on_every_way_is_heard_in_one_room(
    server: ServerProcess, cast: Cast
) -> None:
    """Stock: members on polling get HTTP 500 for a room's message, and the wrong parser hangs silently."""
    pages = [
        await cast.js(
            f"{way} {version} {parser}", server.url, version=version, parser=parser, transports=ways
        )
        for way, ways in WAYS.items()
        for version in installed_versions()
        for parser in ("json", "msgpack")
    ]
    scripts = [
        await cast.python(server.url, f"python {form}", serializer=form) for form in ("default", "msgpack")
    ]
    players: list[Player] = [*pages, *scripts]
    await gather(*players, max_players=len(players))
    for page in pages:
        await on_its_way(page)

    said = {}
    for turn, sender in enumerate(players):
        said[sender.id] = {"from": sender.name, "turn": turn, "bytes": bytes([turn, 255])}
        await sender.emit("broadcast", said[sender.id])
    for player in players:
        heard = [await player.told("broadcast") for _ in range(len(players) - 1)]
        assert dict(heard) == {sender: message for sender, message in said.items() if sender != player.id}


async def on_its_way(player: JsPlayer) -> None:
    """Wait until the client goes the way it was made for: an upgrade comes a moment after the connection."""
    wanted = "polling" if player.name.startswith("polling") else "websocket"
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await player.status())["transport"] != wanted:
            await player.caught_up()
            await asyncio.sleep(0.1)


@pytest.mark.gen_test
async def test_what_a_client_sends_before_and_while_it_upgrades_arrives_in_order(
    server: ServerProcess, cast: Cast
) -> None:
    """The stock server loses a polling request of more than sixteen packets, and answers it 200."""
    host = await cast.newest(server.url, "host")
    guest = await cast.oldest(server.url, "guest", transports=WAYS["upgrade"])
    await gather(host, guest)

    for turn in range(60):
        await guest.emit("input", turn)

    assert [(await host.told("input"))[1] for _ in range(60)] == list(range(60))


@pytest.mark.gen_test
async def test_an_id_is_the_stock_client_s_own(server: ServerProcess, cast: Cast) -> None:
    everybody = await cast.three(server.url)
    room = await gather(*everybody)

    assert room["users"] == [player.id for player in everybody]
