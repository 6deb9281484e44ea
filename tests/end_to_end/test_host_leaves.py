"""The host goes, and the member with the lowest ping carries on, whatever client it is."""

from __future__ import annotations

import asyncio

import pytest

from tests.end_to_end.cast import Cast, gather, measured
from tests.support.fault_proxy import FaultProxy
from tests.support.js_players import JsPlayer
from tests.support.python_players import PythonPlayer
from tests.support.server_process import ServerProcess

SLOW_MS, FAST_MS = 160, 40


async def by_ways(
    server: ServerProcess, cast: Cast, *delays: float
) -> tuple[JsPlayer, JsPlayer, PythonPlayer, list[FaultProxy]]:
    """Return one client of each kind, each through a way of this delay, measured by the server."""
    ways = [await cast.proxy(server.port) for _ in delays]
    for way, delay in zip(ways, delays, strict=True):
        way.delay(delay)
    anna = await cast.oldest(ways[0].url)
    bo = await cast.newest(ways[1].url)
    cleo = await cast.python(ways[2].url)
    await asyncio.gather(*(measured(player, answers=3) for player in (bo, cleo)))
    return anna, bo, cleo, ways


@pytest.mark.gen_test
async def test_the_member_with_the_lowest_ping_takes_over_when_the_host_leaves(
    server: ServerProcess, cast: Cast
) -> None:
    anna, bo, cleo, _ = await by_ways(server, cast, 0, SLOW_MS, FAST_MS)
    room = await gather(anna, bo, cleo)

    await anna.emit("leave", room["id"])

    for player in (bo, cleo):
        assert (await player.told("player_left"))["player_id"] == anna.id
        changed = await player.told("host_changed")
        assert (changed["host"], changed["previous"]) == (cleo.id, anna.id), "bo joined before, but is slower"
        assert (changed["epoch"], changed["reason"]) == (2, "left")
        pings = {candidate["id"]: candidate["ping_ms"] for candidate in changed["candidates"]}
        assert FAST_MS <= pings[cleo.id] < pings[bo.id]
        assert pings[bo.id] >= SLOW_MS
        ready = await player.told("host_ready")
        assert (ready["host"], ready["epoch"]) == (cleo.id, 2)
    handed = await cleo.told("become_host")
    assert (handed["epoch"], handed["snapshot"]) == (2, None)
    await anna.told("leave_success")

    await cleo.emit("state", {"turn": 2})
    assert await bo.told("state") == {"turn": 2}
    await bo.emit("input", {"key": "left"})
    assert await cleo.told("input") == (bo.id, {"key": "left"})


@pytest.mark.gen_test
async def test_a_host_whose_connection_breaks_is_followed_like_one_that_leaves(
    server: ServerProcess, cast: Cast
) -> None:
    anna, bo, cleo, ways = await by_ways(server, cast, 0, FAST_MS, SLOW_MS)
    room = await gather(anna, bo, cleo)

    ways[0].reset()

    for player in (bo, cleo):
        left = await player.told("player_left")
        assert left == {"id": room["id"], "player_id": anna.id, "reason": "lost"}
        changed = await player.told("host_changed")
        assert (changed["host"], changed["reason"]) == (bo.id, "lost")


@pytest.mark.gen_test
async def test_a_client_that_knows_nothing_of_hosts_can_become_one(server: ServerProcess, cast: Cast) -> None:
    """Written from the seeds alone: it never answers become_host with host_ready."""
    anna, guest = await cast.newest(server.url), await cast.oldest(server.url, "guest")
    room = await gather(anna, guest, track_id=1)

    await anna.disconnect()

    assert (await guest.told("host_changed"))["host"] == guest.id
    assert (await guest.told("host_ready"))["forced"] is False
    await guest.emit("play", room["id"])
    late = await cast.python(server.url)
    await late.emit("join", room["id"])
    assert (await late.told("join_success"))["host"] == guest.id


@pytest.mark.gen_test
async def test_a_host_that_was_replaced_is_heard_by_nobody(server: ServerProcess, cast: Cast) -> None:
    anna, bo, cleo = await cast.three(server.url)
    await gather(anna, bo, cleo)
    server.expected = ["stale_host", "not_host"]

    assert (await anna.ask("transfer_host", bo.id))["ok"]
    for player in (anna, bo, cleo):
        assert (await player.told("host_changed"))["reason"] == "transfer"
        await player.told("host_ready")

    assert await anna.refused("state", {"turn": 1}) == "stale_host"
    assert await cleo.refused("state", {"turn": 1}) == "not_host"
    await bo.emit("state", {"turn": 2})
    for player in (anna, cleo):
        assert await player.told("state") == {"turn": 2}


@pytest.mark.gen_test
async def test_who_finds_a_room_without_host_hears_of_the_seat_before_the_role(
    server: ServerProcess, cast: Cast
) -> None:
    anna = await cast.newest(server.url, "anna")
    cleo = await cast.newest(server.url, "cleo", auth={"can_host": False})
    room = await gather(anna, cleo)
    await anna.ask("leave", room["id"])
    assert (await cleo.told("host_changed"))["host"] is None
    bo = await cast.newest(server.url)

    await bo.ask("join", {"id": room["id"]})

    await bo.told("become_host")
    told = [heard.event for heard in bo.story]
    assert told.index("join_success") < told.index("host_changed") < told.index("become_host")
