"""Stock clients lose their connection, and come back with what they missed by Socket.IO's own recovery."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.end_to_end.cast import Cast, gather, measured
from tests.support.fault_proxy import FaultProxy
from tests.support.js_players import JsPlayer
from tests.support.players import Player
from tests.support.server_process import ServerProcess

RECOVERING = [
    ("4.6.2", "json"),
    ("4.6.2", "msgpack"),
    ("4.7.5", "msgpack"),
    ("4.8.4", "json"),
    ("4.8.4", "msgpack"),
]
AT_ONCE: dict[str, Any] = {"reconnectionDelay": 20, "reconnectionDelayMax": 20, "randomizationFactor": 0}


async def recovering(
    server: ServerProcess,
    cast: Cast,
    name: str = "bo",
    version: str = "4.8.4",
    parser: str = "msgpack",
    **auth: Any,
) -> tuple[JsPlayer, FaultProxy]:
    """Return a stock client that asks for recovery, on a way of its own that can be broken."""
    way = await cast.proxy(server.port)
    player = await cast.js(
        name, way.url, version=version, parser=parser, auth={"recover": True, **auth}, **AT_ONCE
    )
    return player, way


async def broadcasts(player: Player, *, until: int) -> list[int]:
    """Return the numbers of the broadcasts that came, up to this one."""
    numbers: list[int] = []
    while not numbers or numbers[-1] != until:
        numbers.append((await player.told("broadcast"))[1])
    return numbers


@pytest.mark.parametrize(("version", "parser"), RECOVERING)
@pytest.mark.gen_test
async def test_a_client_comes_back_with_what_it_missed_once_and_in_order_again_and_again(
    server: ServerProcess, cast: Cast, version: str, parser: str
) -> None:
    anna = await cast.python(server.url, "anna")
    bo, way = await recovering(server, cast, version=version, parser=parser)
    room = await gather(anna, bo)
    id_, sent = bo.id, 0
    for _ in range(3):
        await anna.emit("broadcast", sent)
        way.freeze("down")  # what is on its way is lost with the connection
        for number in range(sent + 1, sent + 4):
            await anna.ask("broadcast", number)
        way.reset()
        assert (await anna.told("player_disconnected"))["player_id"] == id_
        await anna.ask("broadcast", sent + 4)
        way.thaw()

        assert await bo.told("@connect") == (id_, True)
        assert await broadcasts(bo, until=sent + 4) == list(range(sent, sent + 5))
        assert await anna.told("player_reconnected") == {"id": room["id"], "player_id": id_}
        sent += 5
    await bo.caught_up()
    assert bo.unread("broadcast") == []


@pytest.mark.gen_test
async def test_before_its_first_event_too(server: ServerProcess, cast: Cast) -> None:
    anna = await cast.python(server.url, "anna")
    bo, way = await recovering(server, cast)
    room = await gather(anna)

    way.freeze("down")
    await bo.emit("join", room["id"])
    assert (await anna.told("player_joined"))["player"]["id"] == bo.id
    await anna.ask("broadcast", 1)
    way.reset()
    way.thaw()

    assert await bo.told("@connect") == (bo.id, True)
    assert (await bo.heard("join_success")).args[0]["id"] == room["id"]
    assert (await bo.told("broadcast"))[1] == 1


@pytest.mark.gen_test
async def test_a_client_back_before_its_loss_was_noticed_takes_over_and_nobody_hears_of_it(
    server: ServerProcess, cast: Cast
) -> None:
    anna = await cast.python(server.url, "anna")
    bo, way = await recovering(server, cast)
    await gather(anna, bo)
    id_ = bo.id

    await way.half_open()  # the server's socket stays open
    await anna.ask("broadcast", 1)

    assert await bo.told("@connect") == (id_, True)
    assert (await bo.told("broadcast"))[1] == 1
    await anna.caught_up()
    assert anna.unread("player_disconnected", "player_reconnected", "player_left") == []


@pytest.mark.gen_test
async def test_a_page_loaded_anew_gets_its_seat_by_what_welcome_told_it(
    server: ServerProcess, cast: Cast
) -> None:
    anna = await cast.python(server.url, "anna")
    way = await cast.proxy(server.port)
    page = await cast.js("page", way.url, auth={"recover": True}, reconnection=False)
    (welcome,) = [heard.said for heard in page.story if heard.event == "welcome"]
    room = await gather(anna, page)
    await anna.ask("broadcast", "seen")
    await measured(page, answers=3)
    way.reset()
    assert (await anna.told("player_disconnected"))["player_id"] == page.id

    again = await cast.js("page again", server.url, auth={"recover": True, "pid": welcome["resume"]})

    assert again.id == page.id
    joined = (await again.heard("join_success")).args[0]
    assert (joined["id"], joined["users"]) == (room["id"], [anna.id, page.id])
    await anna.ask("broadcast", "new")
    assert (await again.told("broadcast"))[1] == "new"


@pytest.mark.gen_test
async def test_an_unknown_pid_is_a_fresh_start_that_touches_nobody(server: ServerProcess, cast: Cast) -> None:
    anna = await cast.python(server.url, "anna")
    bo, way = await recovering(server, cast)
    await gather(anna, bo)

    stranger = await cast.js("stranger", server.url, auth={"recover": True, "pid": "guessed", "offset": "x"})

    connected = next(heard for heard in stranger.story if heard.event == "@connect")
    assert connected.args[0] not in (anna.id, bo.id)
    assert not connected.args[1]
    assert anna.unread() == []
    way.reset()
    assert await bo.told("@connect") == (bo.id, True)


@pytest.mark.gen_test
async def test_who_was_kicked_while_away_comes_back_without_a_room_and_is_told(
    server: ServerProcess, cast: Cast
) -> None:
    anna = await cast.python(server.url, "anna")
    bo, way = await recovering(server, cast)
    room = await gather(anna, bo)
    server.expected = ["not_in_room"]

    way.freeze()
    await way.half_open()
    assert (await anna.ask("kick", bo.id, "idle"))["ok"]
    way.thaw()

    await bo.told("@connect")
    assert await bo.told("kicked") == {"id": room["id"], "reason": "idle"}
    assert await bo.refused("broadcast", 1) == "not_in_room"


@pytest.mark.gen_test
async def test_who_was_kicked_after_its_loss_was_noticed_is_told_when_it_is_back(
    server: ServerProcess, cast: Cast
) -> None:
    anna = await cast.python(server.url, "anna")
    bo, way = await recovering(server, cast)
    room = await gather(anna, bo)

    way.freeze("up")  # so that it cannot come back at once
    way.reset()
    await anna.told("player_disconnected")
    assert (await anna.ask("kick", bo.id))["ok"]
    way.thaw()

    assert await bo.told("@connect") == (bo.id, True)
    assert (await bo.told("kicked"))["id"] == room["id"]


@pytest.mark.gen_test
@pytest.mark.parametrize("fresh_server", [("--host-grace-seconds=60",)], indirect=True)
async def test_a_host_that_is_back_within_its_grace_goes_on_as_host(
    fresh_server: ServerProcess, cast: Cast
) -> None:
    anna, way = await recovering(fresh_server, cast, "anna")
    bo = await cast.python(fresh_server.url, "bo")
    await gather(anna, bo)
    assert (await anna.ask("snapshot", {"turn": 1}, {"covers": 0}))["ok"]

    way.freeze("up")
    way.reset()
    await bo.told("player_disconnected")
    waiting = asyncio.ensure_future(bo.ask("input", "while it was away"))
    way.thaw()

    assert await anna.told("@connect") == (anna.id, True)
    player, data, *_ = await anna.told("input")
    assert (player, data) == (bo.id, "while it was away")
    assert (await waiting)["ok"]
    assert (await anna.ask("state", {"turn": 2}))["ok"]
    assert await bo.told("state") == {"turn": 2}
    assert bo.unread("host_changed") == []


@pytest.mark.gen_test
@pytest.mark.parametrize("fresh_server", [("--host-grace-seconds=0.3",)], indirect=True)
async def test_a_room_whose_members_cannot_host_waits_for_one_that_can(
    fresh_server: ServerProcess, cast: Cast
) -> None:
    anna, way = await recovering(fresh_server, cast, "anna")
    phone = await cast.newest(fresh_server.url, "phone", auth={"can_host": False})
    room = await gather(anna, phone)
    assert (await anna.ask("snapshot", {"turn": 1}, {"covers": 0}))["ok"]

    way.freeze("up")
    way.reset()
    changed = await phone.told("host_changed")
    assert (changed["host"], changed["epoch"]) == (None, 1)
    assert (await phone.ask("join", room["id"]))["state"] == "waiting"
    assert (await phone.ask("input", {"key": "left"}))["ok"]
    way.thaw()

    assert await anna.told("@connect") == (anna.id, True)
    handed = await anna.told("become_host")
    assert (handed["epoch"], handed["snapshot"]) == (2, {"turn": 1})
    assert (await anna.ask("host_ready", {"epoch": 2}))["ok"]
    player, data, *_ = await anna.told("input")
    assert (player, data) == (phone.id, {"key": "left"})
