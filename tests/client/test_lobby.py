"""The lobby as a player sees it: sorted by what it would feel."""

from __future__ import annotations

from typing import Any

from gameroom_client import Client
from gameserver.testing import MemoryServer
from tests.support.stories import told


async def three_rooms(server: MemoryServer) -> None:
    for title, ping_ms in (("far", 180.0), ("near", 20.0), ("unknown", None)):
        host = await server.client(title)
        if ping_ms is not None:
            server.set_ping(host.id, ping_ms)
        await host.create(title=title)


async def visitor(server: MemoryServer, ping_ms: float | None = 30.0) -> Client:
    client = await server.client("Visitor")
    if ping_ms is not None:
        client.ping.add(ping_ms)
    return client


def test_rooms_come_nearest_first_with_the_sum_of_both_pings() -> None:
    async def story(server: MemoryServer) -> None:
        await three_rooms(server)
        client = await visitor(server)

        rooms = await client.lobby.subscribe()

        assert [room["title"] for room in rooms] == ["near", "far", "unknown"]
        assert [room["total_ms"] and round(room["total_ms"]) for room in rooms] == [50, 210, None]
        assert [room["total_band"] for room in rooms] == ["good", "poor", None]

    told(story)


def test_without_an_own_ping_no_total_is_guessed() -> None:
    async def story(server: MemoryServer) -> None:
        await three_rooms(server)
        client = await visitor(server, None)

        assert {room["total_ms"] for room in await client.lobby.subscribe()} == {None}

    told(story)


def test_lists_keep_coming_until_it_unsubscribes() -> None:
    async def story(server: MemoryServer) -> None:
        client = await visitor(server)
        lists: list[Any] = []
        client.lobby.on("rooms", lists.append)
        await client.lobby.subscribe()
        await three_rooms(server)
        await server.pass_time(5.0)
        assert len(lists[-1]) == 3

        await client.lobby.unsubscribe()
        before = len(lists)
        await server.pass_time(10.0)
        assert len(lists) == before

    told(story)


def test_a_subscription_outlives_a_lost_connection() -> None:
    async def story(server: MemoryServer) -> None:
        client = await visitor(server)
        await client.lobby.subscribe({"text": "near"})
        client.drop()
        await server.pass_time(1.0)
        await three_rooms(server)
        await server.pass_time(5.0)

        assert [room["title"] for room in client.lobby.rooms] == ["near"]
        assert client.lobby.total == 1

    told(story)
