"""Wrong use of the client: refused with the server's codes, and the end of neither game nor connection."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from gameroom_client import Client, GameError, Room
from gameserver.testing import MemoryServer
from tests.client.conftest import Stage, Story
from tests.support.stories import told


async def code(wrong: Awaitable[object]) -> str:
    with pytest.raises(GameError) as refused:
        await wrong
    return refused.value.code


async def duel(server: MemoryServer | Stage) -> tuple[Client, Room, Client, Room]:
    anna, bo = await server.client("Anna"), await server.client("Bo")
    room = await anna.create(title="Duel", password="secret")
    return anna, room, bo, await bo.join(room.id, password="secret")


def test_each_wrong_request_is_refused_with_its_code() -> None:
    async def story(server: MemoryServer) -> None:
        anna, hosted, bo, joined = await duel(server)
        nobody = await server.client()

        assert await code(joined.snapshot({})) == "not_host"
        assert await code(joined.change(locked=True)) == "not_host"
        assert await code(joined.kick(anna.id)) == "not_host"
        assert await code(joined.transfer_host(bo.id)) == "not_host"
        assert await code(hosted.start()) == "session_type"
        assert await code(hosted.kick(anna.id)) == "bad_request"
        assert await code(joined.direct("nobody", 1)) == "not_a_member"
        assert await code(nobody.join(hosted.id, password="wrong")) == "wrong_password"
        assert await code(nobody.join("nowhere0")) == "room_not_found"
        assert await code(nobody.create_session()) == "not_logged_in"
        assert await code(nobody.join_session("AAAAAA")) == "not_logged_in"
        assert await code(anna.login("")) == "name_invalid"
        assert await code(nobody.create(title="x", track_id=999)) == "track_not_found"
        assert await code(nobody.request("no_such_thing")) == "unknown_event"
        await nobody.login("Cleo")
        assert await code(nobody.join_session("AAAAAA")) == "room_not_found"

    told(story)


def test_a_state_of_who_is_no_host_is_told_by_error_and_heard_by_nobody() -> None:
    async def story(server: MemoryServer) -> None:
        _, hosted, bo, joined = await duel(server)
        errors: list[GameError] = []
        heard: list[Any] = []
        bo.on("error", errors.append)
        hosted.on("state", heard.append)

        joined.state({"score": 1_000_000})
        await server.settle()

        assert [(error.code, error.event) for error in errors] == [("not_host", "state")]
        assert heard == []

    told(story)


def test_a_payload_far_too_large_is_refused_and_costs_no_connection(play: Callable[[Story], None]) -> None:
    async def story(stage: Stage) -> None:
        anna, hosted, bo, joined = await duel(stage)
        lost: list[bool] = []
        errors: list[str] = []
        for client in (anna, bo):
            client.on("disconnect", lost.append)
            client.on("error", lambda error: errors.append(f"{error.event} {error.code}"))

        assert await code(joined.input(bytes(2_000_000))) == "too_large"
        assert await code(joined.direct(anna.id, bytes(100_000))) == "too_large"
        assert await code(hosted.snapshot(bytes(3_000_000))) == "too_large"
        assert await code(bo.login("x" * 200_000)) == "too_large"
        assert not hosted.state(bytes(200_000))
        await joined.input("still here")

        assert lost == []
        assert set(errors) == {"input too_large", "direct too_large", "state too_large"}

    play(story)


def test_a_payload_far_too_large_is_refused_also_while_there_is_no_connection() -> None:
    async def story(server: MemoryServer) -> None:
        _, _, bo, joined = await duel(server)
        bo.drop()
        await server.settle()

        assert await code(joined.input(bytes(100_000))) == "too_large"
        assert not bo.connected

    told(story)


def test_what_cannot_be_packed_raises_where_it_is_said() -> None:
    async def story(server: MemoryServer) -> None:
        _, hosted, bo, joined = await duel(server)
        with pytest.raises(TypeError):
            joined.input({1, 2, 3})
        with pytest.raises(TypeError):
            hosted.state(object())
        with pytest.raises(TypeError):
            await hosted.snapshot(object())
        bo.drop()
        await server.settle()
        with pytest.raises(TypeError):
            joined.broadcast(object())
        await server.pass_time(1.0)
        await joined.input("the next number is taken")

    told(story)


def test_handlers_that_raise_or_return_what_cannot_be_packed_do_not_stop_the_game() -> None:
    async def story(server: MemoryServer) -> None:
        _, hosted, _, joined = await duel(server)
        ticks = iter(range(1000))
        states: list[Any] = []

        def tick(seconds: float) -> Any:
            number = next(ticks)
            if number == 2:
                raise ValueError("a mistake in tick")
            return object() if number == 3 else number

        def refuse(player: str, data: Any) -> None:
            raise ValueError("a mistake in input")

        hosted.host_role(
            on_become_host=lambda snapshot, inputs: None,
            on_input=refuse,
            on_tick=tick,
            take_snapshot=object,
            hz=10,
        )
        joined.on("state", states.append)
        await joined.input("left")
        await server.pass_time(0.65)

        assert states == [0, 1, 4, 5]

    told(story, "a mistake in tick", "a mistake in input", "can not serialize 'object' object")


def test_a_snapshot_that_is_awaited_is_refused_and_the_last_good_one_stays() -> None:
    async def story(server: MemoryServer) -> None:
        _, hosted, _, joined = await duel(server)

        async def take() -> str:
            return "of another moment"

        hosted.host_role(on_become_host=lambda snapshot, inputs: None, take_snapshot=take)
        await hosted.snapshot("good", covers=0)
        restored: list[Any] = []
        joined.host_role(on_become_host=lambda snapshot, inputs: restored.append(snapshot))
        await server.pass_time(2.0)
        leaving = asyncio.ensure_future(hosted.leave())
        await server.pass_time(2.0)  # the server waits a second for a last snapshot
        await leaving

        assert restored == ["good"]

    told(story, "take_snapshot must return at once: what it is awaited for may be of another moment")


def test_a_room_that_is_over_refuses_what_is_said_in_it() -> None:
    async def story(server: MemoryServer) -> None:
        _, _, _, joined = await duel(server)
        await joined.leave()

        assert await code(joined.input(1)) == "left"
        assert await code(joined.leave()) == "left"
        assert not joined.state(1)
        assert not joined.update("place", 1)

    told(story)


def test_a_client_that_was_closed_refuses_requests_and_can_be_closed_again() -> None:
    async def story(server: MemoryServer) -> None:
        anna, hosted, _, _ = await duel(server)
        await anna.close()
        await anna.close()

        assert await code(anna.create(title="x")) == "closed"
        assert await code(hosted.input(1)) == "left"
        await anna.connect()
        assert (await anna.create(title="anew")).is_host

    told(story)
