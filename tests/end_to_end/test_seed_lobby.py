"""The third seed document: one room at a time, limits, the lobby with its pings, leaving."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.end_to_end.cast import Cast, gather, measured
from tests.support.players import Player
from tests.support.server_process import ServerProcess

LONGER_MS = 120
# How long an answer waited to be read is taken off, and the kernel tells that in its own ticks: one
# at most is taken off too much, of 4 ms where it has 250 of them a second, of 10 ms at the coarsest.
KERNEL_TICK_MS = 10


async def listed(player: Player) -> dict[str, dict[str, Any]]:
    """Return the lobby's entries by id, asked for at this moment."""
    return {entry["id"]: entry for entry in (await player.ask("update-rooms"))["rooms"]}


@pytest.mark.gen_test
async def test_a_client_that_only_listens_and_asks_watches_the_lobby(
    fresh_server: ServerProcess, cast: Cast
) -> None:
    """The document's client: it listens to all-rooms and emits update-rooms, nothing more."""
    watcher, host = (
        await cast.oldest(fresh_server.url, "watcher"),
        await cast.newest(fresh_server.url, "host"),
    )

    await watcher.emit("update-rooms")
    assert await watcher.told("all-rooms") == []
    room = await host.ask("create", None, "Русские", "Вперед")
    while not (rooms := await watcher.told("all-rooms")):
        pass  # lists come by themselves from now on
    assert [entry["id"] for entry in rooms] == [room["id"]]
    assert (rooms[0]["title"], rooms[0]["players"], rooms[0]["joinable"]) == ("Русские", 1, True)

    await watcher.emit("join", rooms[0]["id"])
    await watcher.told("join_success")
    watcher.forget()
    await host.ask("update_room", {"title": "Renamed"})
    await watcher.told("room_updated")
    assert watcher.unread("all-rooms") == [], "entering a room ends the list"


@pytest.mark.gen_test
async def test_the_lobby_shows_the_cached_ping_of_each_host(fresh_server: ServerProcess, cast: Cast) -> None:
    """What the document asks for: the client adds its own ping to each room's."""
    far = await cast.proxy(fresh_server.port)
    far.delay(LONGER_MS)
    anna, bo, cleo = await cast.three(fresh_server.url)
    distant = await cast.newest(far.url, "distant")
    near_room, far_room = (
        await bo.ask("create", {"title": "near"}),
        await distant.ask("create", {"title": "far"}),
    )
    await asyncio.gather(*(measured(player) for player in (bo, distant, cleo)))

    rooms = await listed(anna)
    near, away = rooms[near_room["id"]], rooms[far_room["id"]]

    assert away["ping_ms"] >= LONGER_MS - KERNEL_TICK_MS
    assert near["ping_ms"] < away["ping_ms"]
    assert away["band"] in ("fair", "poor")
    assert list(rooms) == [near_room["id"], far_room["id"]], "the nearest comes first"
    assert (await cleo.ask("pings"))["you"]["ping_ms"] >= 0, "to which the client adds its own"


@pytest.mark.gen_test
@pytest.mark.parametrize("fresh_server", [("--max-rooms", "2")], indirect=True)
async def test_no_more_rooms_than_the_server_holds(fresh_server: ServerProcess, cast: Cast) -> None:
    anna, bo, cleo = await cast.three(fresh_server.url)
    fresh_server.expected = ["room_limit"]
    for player in (anna, bo):
        assert (await player.ask("create", None, "Room", ""))["ok"]

    assert await cleo.refused("create", None, "Room", "") == "room_limit"

    await anna.ask("leave")
    assert (await cleo.ask("create", None, "Room", ""))["ok"], "a room that is empty is deleted"


@pytest.mark.gen_test
async def test_no_more_players_than_the_host_allows_and_each_in_one_room(
    fresh_server: ServerProcess, cast: Cast
) -> None:
    anna, bo, cleo = await cast.three(fresh_server.url)
    fresh_server.expected = ["room_full", "already_in_room"]
    room = await anna.ask("create", None, "Room", "", 2)
    assert (room["max_players"], room["host"]) == (2, anna.id)
    await bo.ask("join", room["id"])

    assert await cleo.refused("join", room["id"]) == "room_full"
    other = await cleo.ask("create", None, "Other", "")
    assert await bo.refused("join", other["id"]) == "already_in_room"

    lobby = await listed(cleo)
    assert (lobby[room["id"]]["players"], lobby[room["id"]]["joinable"]) == (2, False)
    assert lobby[other["id"]]["joinable"]


@pytest.mark.gen_test
async def test_a_member_that_is_no_host_leaves_without_any_difficulty(
    fresh_server: ServerProcess, cast: Cast
) -> None:
    anna, bo, cleo = await cast.three(fresh_server.url)
    room = await gather(anna, bo, cleo)

    await bo.emit("leave", room["id"])

    await bo.told("leave_success")
    for player in (anna, cleo):
        assert (await player.told("player_left"))["player_id"] == bo.id
        await player.caught_up()
        assert player.unread("host_changed") == []
    assert (await listed(bo))[room["id"]]["host"]["id"] == anna.id


@pytest.mark.gen_test
async def test_a_room_can_keep_the_document_s_rule_and_close_with_its_host(
    fresh_server: ServerProcess, cast: Cast
) -> None:
    anna, bo, cleo = await cast.three(fresh_server.url)
    room = await gather(anna, bo, cleo, on_host_exit="close")

    await anna.emit("leave", room["id"])

    for player in (bo, cleo):
        assert await player.told("room_closed") == {"id": room["id"], "reason": "host_left"}
    assert await listed(bo) == {}


@pytest.mark.gen_test
async def test_quick_join_takes_the_only_room_and_opens_one_where_there_is_none(
    fresh_server: ServerProcess, cast: Cast
) -> None:
    anna, bo, cleo = await cast.three(fresh_server.url)

    opened = await anna.ask("quick_join", {})
    assert opened["users"] == [anna.id]
    for player in (bo, cleo):
        assert (await player.ask("quick_join", {}))["id"] == opened["id"]
