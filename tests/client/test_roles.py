"""The host's part: taken over once restored, given back, and never guessed."""

from __future__ import annotations

import asyncio
from typing import Any

from gameroom_client import Client, Input, Room
from gameserver.testing import MemoryServer
from tests.support.stories import told


async def room_of(server: MemoryServer, *names: str) -> tuple[list[Client], list[Room]]:
    clients = [await server.client(name) for name in names]
    room = await clients[0].create(title="Room")
    rooms = [room, *[await client.join(room.id) for client in clients[1:]]]
    await server.settle()
    return clients, rooms


def plays(room: Room, **handlers: Any) -> list[tuple[Any, list[Any]]]:
    """Give the room a role; return what it will be given to restore."""
    given: list[tuple[Any, list[Any]]] = []

    def become_host(snapshot: Any, inputs: list[Input]) -> None:
        given.append((snapshot, [each.data for each in inputs]))

    room.host_role(**{"on_become_host": become_host, "take_snapshot": lambda: "saved", **handlers})
    return given


def test_a_restore_that_takes_long_holds_the_inputs_back() -> None:
    async def story(server: MemoryServer) -> None:
        (anna, _), (hosted, joined) = await room_of(server, "Anna", "Bo")
        plays(hosted)
        loaded = asyncio.Event()
        order: list[Any] = []

        async def load(snapshot: Any, inputs: list[Input]) -> None:
            await loaded.wait()
            order.append("loaded")

        joined.host_role(on_become_host=load, on_input=lambda player, data: order.append(data))
        await server.settle()
        await hosted.leave()
        said = joined.input("early")
        await server.settle()
        states = [joined.info["state"]]

        loaded.set()
        await server.settle()
        assert order == ["loaded", "early"]
        assert said.done()
        assert [*states, joined.info["state"]] == ["migrating", "open"]
        assert anna.room is None

    told(story)


def test_who_cannot_restore_is_passed_over() -> None:
    async def story(server: MemoryServer) -> None:
        (_, bo, cleo), (hosted, at_bo, at_cleo) = await room_of(server, "Anna", "Bo", "Cleo")
        plays(hosted)

        tries: list[Any] = []

        def fails(snapshot: Any, inputs: list[Input]) -> None:
            tries.append(snapshot)
            raise ValueError("cannot read this")

        at_bo.host_role(on_become_host=fails)
        restored = plays(at_cleo)
        await server.settle()
        await hosted.leave()
        await server.pass_time(6.0)

        assert at_bo.host == cleo.id
        assert tries == ["saved"]
        assert restored == [("saved", [])]
        assert bo.connected

    told(story, "cannot read this")


def test_a_role_that_is_registered_late_finds_what_came_before() -> None:
    async def story(server: MemoryServer) -> None:
        (anna, _), (hosted, joined) = await room_of(server, "Anna", "Bo")
        plays(hosted)
        await joined.input("kept")
        anna.vanish()
        await server.pass_time(3.1)

        restored = plays(joined)
        await server.settle()

        assert restored == [("saved", ["kept"])]
        assert joined.role is not None
        assert joined.role.active

    told(story)


def test_who_hands_over_is_told_and_ticks_no_more() -> None:
    async def story(server: MemoryServer) -> None:
        (_, bo), (hosted, joined) = await room_of(server, "Anna", "Bo")
        lost: list[Any] = []
        ticks: list[float] = []
        plays(hosted, on_tick=ticks.append, on_lose_host=lost.append, hz=10)
        plays(joined)
        await server.pass_time(0.55)
        await hosted.transfer_host(bo.id)
        await server.settle()
        before = len(ticks)
        await server.pass_time(2.0)

        assert before == 5
        assert len(ticks) == before
        assert [change["reason"] for change in lost] == ["transfer"]
        assert joined.is_host

    told(story)


def test_a_host_does_not_tick_while_nobody_hears_it_and_goes_on_in_its_grace() -> None:
    async def story(server: MemoryServer) -> None:
        (anna, _), (hosted, joined) = await room_of(server, "Anna", "Bo")
        states: list[int] = []
        joined.on("state", states.append)
        count = iter(range(1000))
        given = plays(hosted, on_tick=lambda seconds: next(count), hz=10)
        await server.pass_time(0.5)
        server.unreachable = True
        anna.drop()
        await joined.input("while away")
        await server.pass_time(1.0)
        heard = len(states)
        server.unreachable = False
        await server.pass_time(2.0)

        assert heard == 5
        assert states == list(range(len(states)))
        assert hosted.is_host
        assert hosted.epoch == 1
        assert given == [(None, [])]

    told(story)
