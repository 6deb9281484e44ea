"""The first seed document, event by event: rooms with a track, on clients that know nothing more."""

from __future__ import annotations

import asyncio

import pytest

from tests.end_to_end.cast import Cast
from tests.support.players import Heard, Player
from tests.support.server_process import ServerProcess

SEED_ROOM_KEYS = ["id", "track", "title", "description", "users"]


def heard_events(player: Player) -> list[str]:
    return [heard.event for heard in player.story]


@pytest.mark.gen_test
async def test_three_kinds_of_client_walk_through_the_document(server: ServerProcess, cast: Cast) -> None:
    anna, bo, cleo = await cast.three(server.url)

    await anna.emit("create", 1, "Русские", "Вперед")
    room = await anna.told("create_success")
    assert list(room)[:5] == SEED_ROOM_KEYS
    assert (room["title"], room["description"]) == ("Русские", "Вперед")
    assert room["users"] == [anna.id]
    assert list(room["track"])[:4] == ["track_values", "tact", "track_id", "playerInterval"]
    assert (room["track"]["tact"], room["track"]["track_id"]) == (0, 1)
    assert room["track"]["playerInterval"] is None

    for newcomer, users in ((bo, [anna.id, bo.id]), (cleo, [anna.id, bo.id, cleo.id])):
        await newcomer.emit("join", room["id"])
        joined = await newcomer.told("join_success")
        assert (joined["id"], joined["users"]) == (room["id"], users)
        assert joined["track"]["track_values"] == room["track"]["track_values"]
        assert (await anna.told("player_joined"))["player"]["id"] == newcomer.id

    await bo.emit("play", room["id"])  # anyone may
    for player in (anna, bo, cleo):
        state = await player.told("track_state")
        assert (state["playing"], state["tact"], state["by"]) == (True, 0, bo.id)
    sounded = [[await player.told("tact") for _ in range(3)] for player in (anna, bo, cleo)]
    assert sounded[0] == sounded[1] == sounded[2]
    assert [tact["tact"] for tact in sounded[0]] == [0, 1, 2]
    assert [tact["value"] for tact in sounded[0]] == room["track"]["track_values"][:3]

    while (await cleo.ask("clock", 0))["sent"] < sounded[0][1]["at"]:
        await asyncio.sleep(0.05)  # tacts are announced ahead, the further the slower a member's answers come
    await cleo.emit("pause", room["id"])
    paused = [await player.told("track_state") for player in (anna, bo, cleo)]
    assert paused[0] == paused[1] == paused[2]
    assert paused[0]["playing"] is False
    position = paused[0]["tact"]
    assert position >= 1

    await anna.emit("play", room["id"])
    assert (await bo.told("track_state"))["tact"] == position, "it goes on from where it was paused"

    await bo.emit("leave", room["id"])
    assert await bo.told("leave_success") == {"id": room["id"]}
    left = {"id": room["id"], "player_id": bo.id, "reason": "left"}
    assert await anna.told("player_left") == left
    assert await cleo.told("player_left") == left


@pytest.mark.gen_test
async def test_a_client_written_from_the_document_alone_needs_nothing_more(
    server: ServerProcess, cast: Cast
) -> None:
    """No acks, positional arguments, no login, only the two events that the document names."""
    host, guest = await cast.oldest(server.url, "host"), await cast.oldest(server.url, "guest")

    await host.emit("create", 1, "Русские", "Вперед")
    room = await host.told("create_success")
    await guest.emit("join", room["id"])
    assert (await guest.told("join_success"))["users"] == [host.id, guest.id]
    await guest.emit("play", room["id"])
    await host.told("tact")
    await guest.emit("pause", room["id"])
    await guest.emit("leave", room["id"])
    await guest.told("leave_success")
    await host.emit("leave", room["id"])
    await host.told("leave_success")

    for player in (host, guest):
        await player.caught_up()
        assert "error" not in heard_events(player)
    server.expected = ["room_not_found"]
    await guest.emit("join", room["id"])
    gone: Heard = await guest.heard("error")
    assert gone.said["code"] == "room_not_found", "an empty room is deleted"
