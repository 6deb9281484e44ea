"""Every stock client, over every transport, in either parser: one port, one room."""

from __future__ import annotations

import asyncio

import pytest

from tests.end_to_end.cast import Cast, gather
from tests.support.js_players import JsPlayer, installed_versions
from tests.support.players import Player
from tests.support.server_process import ServerProcess

WAYS = {"websocket": ["websocket"], "polling": ["polling"], "upgrade": ["polling", "websocket"]}


@pytest.mark.gen_test(timeout=60)
async def test_all_versions_in_both_parsers_hear_each_other_in_one_room(
    server: ServerProcess, cast: Cast
) -> None:
    players: list[Player] = [
        await cast.js(f"{version} {parser}", server.url, version=version, parser=parser)
        for version in installed_versions()
        for parser in ("json", "msgpack")
    ]
    players += [
        await cast.python(server.url, f"python {form}", serializer=form) for form in ("default", "msgpack")
    ]
    await gather(*players, max_players=len(players))

    for sender in players:
        await sender.emit("broadcast", {"from": sender.name, "bytes": b"\x00\xff"})
    for player in players:
        heard = [await player.told("broadcast") for _ in range(len(players) - 1)]
        assert dict(heard) == {
            sender.id: {"from": sender.name, "bytes": b"\x00\xff"}
            for sender in players
            if sender is not player
        }


@pytest.mark.gen_test(timeout=60)
async def test_polling_upgrading_and_websocket_clients_share_a_room(
    server: ServerProcess, cast: Cast
) -> None:
    players = [
        await cast.js(
            f"{way} {version} {parser}", server.url, version=version, parser=parser, transports=ways
        )
        for way, ways in WAYS.items()
        for version, parser in (("4.0.0", "json"), ("4.8.4", "msgpack"))
    ]
    await gather(*players)
    for player in players:
        await on_its_way(player)

    for turn, sender in enumerate(players):
        await sender.emit("broadcast", {"turn": turn, "bytes": bytes([turn])})
        for player in players:
            if player is not sender:
                assert await player.told("broadcast") == (sender.id, {"turn": turn, "bytes": bytes([turn])})


async def on_its_way(player: JsPlayer) -> None:
    """Wait until the client goes the way it was made for: an upgrade comes a moment after the connection."""
    wanted = "polling" if player.name.startswith("polling") else "websocket"
    async with asyncio.timeout(10):
        while (await player.status())["transport"] != wanted:
            await player.caught_up()
            await asyncio.sleep(0.1)


@pytest.mark.gen_test(timeout=30)
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


@pytest.mark.gen_test(timeout=30)
async def test_an_id_is_the_stock_client_s_own(server: ServerProcess, cast: Cast) -> None:
    everybody = await cast.three(server.url)
    room = await gather(*everybody)

    assert room["users"] == [player.id for player in everybody]
