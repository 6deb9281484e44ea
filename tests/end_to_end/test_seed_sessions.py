"""The second seed document, event by event: login, and sessions that are joined by key."""

from __future__ import annotations

import re

import pytest

from tests.end_to_end.cast import Cast
from tests.support.players import Player
from tests.support.server_process import ServerProcess


@pytest.mark.gen_test
async def test_three_kinds_of_client_walk_through_the_document(server: ServerProcess, cast: Cast) -> None:
    anna, bo, cleo = everybody = await cast.three(server.url)

    for player, name in ((anna, "Анна"), (bo, "Bo"), (cleo, "Cleo")):
        await player.emit("login", {"name": name})
        said = {"message": "You are connected!", "name": name, "type": "USER"}
        assert await player.told("login_success") == said

    await anna.emit("create_session", {"type": "default", "ph_users": 0})
    created = await anna.told("send_session_key")
    assert list(created) == ["message", "session_key"]
    assert created["message"] == "Session created!"
    key = created["session_key"]
    assert re.fullmatch("[A-HJ-NP-Z2-9]{6}", key)

    await bo.emit("join_session", key)
    for player in (anna, bo):  # all of the session, the one who joined included
        assert await player.told("user_connected") == {"message": "User connected!", "name": "Bo"}
    await cleo.emit("join_session", key.lower())
    for player in everybody:
        assert await player.told("user_connected") == {"message": "User connected!", "name": "Cleo"}
    session = await cleo.told("join_success")
    assert session["users"] == [anna.id, bo.id, cleo.id]
    assert [player["role"] for player in session["players"]] == ["HOST", "CLIENT", "CLIENT"]

    await anna.emit("proccess_check", {"level": 3})
    started = [await player.told("session_started") for player in everybody]
    assert started[0] == started[1] == started[2]
    assert (started[0]["session_key"], started[0]["options"]) == (key, {"level": 3})
    assert started[0]["users"] == session["users"]

    await bo.emit("logout")
    assert await bo.told("logout_success") == {"message": "You are disconnected!"}
    for player in (anna, cleo):
        assert (await player.told("player_left"))["player_id"] == bo.id
    assert (await bo.ask("clock", 1))["ok"], "the connection stays"


@pytest.mark.gen_test
async def test_a_client_written_from_the_document_alone_needs_nothing_more(
    server: ServerProcess, cast: Cast
) -> None:
    host, guest = await cast.oldest(server.url, "host"), await cast.oldest(server.url, "guest")

    for player in (host, guest):
        await player.emit("login", {"name": player.name})
        await player.told("login_success")
    await host.emit("create_session", {"type": "default", "ph_users": 0})
    key = (await host.told("send_session_key"))["session_key"]
    await guest.emit("join_session", key)
    await host.told("user_connected")
    await guest.told("user_connected")
    await host.emit("proccess_check")
    assert (await guest.told("session_started"))["options"] is None
    await guest.emit("logout")
    await guest.told("logout_success")

    for player in (host, guest):
        await player.caught_up()
        assert player.unread("error") == []


@pytest.mark.gen_test
async def test_what_the_document_refuses_is_refused_with_a_message(server: ServerProcess, cast: Cast) -> None:
    anna, bo, cleo = await cast.three(server.url)
    server.expected = ["not_logged_in", "not_logged_in", "already_in_room", "room_not_found", "not_host"]

    async def error_of(player: Player, event: str, *args: object) -> str:
        await player.emit(event, *args)
        told = await player.told("error")
        assert told["message"]
        assert told["event"] == event
        code: str = told["code"]
        return code

    assert await error_of(bo, "join_session", "ABCDEF") == "not_logged_in"
    assert await error_of(bo, "create_session", {"type": "default", "ph_users": 0}) == "not_logged_in"

    for player in (anna, bo, cleo):
        await player.ask("login", {"name": player.name})
    first = (await anna.ask("create_session", {"type": "default", "ph_users": 0}))["session_key"]
    second = (await bo.ask("create_session", {"type": "default", "ph_users": 0}))["session_key"]
    assert first != second

    assert await error_of(bo, "join_session", first) == "already_in_room"
    assert await error_of(cleo, "join_session", "222222") == "room_not_found"
    await cleo.ask("join_session", first)
    assert await error_of(cleo, "proccess_check", None) == "not_host"


@pytest.mark.gen_test
async def test_phantom_users_take_seats_and_go_with_their_owner(server: ServerProcess, cast: Cast) -> None:
    anna, bo, cleo = await cast.three(server.url)
    server.expected = ["room_full"]
    for player in (anna, bo, cleo):
        await player.ask("login", {"name": player.name})

    created = await anna.ask("create_session", {"type": "default", "ph_users": 2, "max_players": 4})
    room = created["room"]
    assert room["players"][0]["phantoms"] == [f"{anna.id}#1", f"{anna.id}#2"]
    assert room["users"] == [anna.id]
    assert (await bo.ask("join_session", created["session_key"]))["ok"]
    assert await cleo.refused("join_session", created["session_key"]) == "room_full"

    await anna.ask("logout")
    assert (await bo.told("host_changed"))["host"] == bo.id
    joined = await cleo.ask("join_session", created["session_key"])
    assert [player["phantoms"] for player in joined["players"]] == [[], []]
