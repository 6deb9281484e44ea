"""Clients play on a server without sockets, on a clock that the test holds."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gameroom_client import Client, GameError, Input, Return, Room, TrackPlayer
from gameserver.core.tracks import Track
from gameserver.testing import MemoryServer
from tests.support.stories import told

FIVE = Track(1, "Five", 100.0, (1, 2, 3, 4, 5))


class Counting:
    """A game that adds up its inputs."""

    def __init__(self, room: Room) -> None:
        self.sum = 0
        self.role = room.host_role(
            on_become_host=self.become_host,
            on_input=lambda player, number: self.add(number),
            on_tick=lambda seconds: self.sum,
            take_snapshot=lambda: self.sum,
            hz=10,
        )

    def become_host(self, snapshot: int | None, inputs: list[Input]) -> None:
        self.sum = snapshot or 0
        for given in inputs:
            self.add(given.data)

    def add(self, number: int) -> None:
        self.sum += number


async def seated(server: MemoryServer, *names: str) -> list[tuple[Client, Room]]:
    clients = [await server.client(name) for name in names]
    room = await clients[0].create(title="Sum")
    rooms = [room, *[await client.join(room.id) for client in clients[1:]]]
    await server.settle()
    return list(zip(clients, rooms, strict=True))


def test_a_host_ticks_as_time_passes() -> None:
    async def story(server: MemoryServer) -> None:
        (_, hosted), (_, joined) = await seated(server, "Anna", "Bo")
        Counting(hosted)
        states: list[int] = []
        joined.on("state", states.append)
        await joined.input(3)

        await server.pass_time(1.0)

        assert states == [3] * 10

    told(story)


def test_a_host_that_vanishes_is_followed_by_the_nearest_with_all_inputs() -> None:
    async def story(server: MemoryServer) -> None:
        (anna, hosted), (bo, at_bo), (cleo, at_cleo) = await seated(server, "Anna", "Bo", "Cleo")
        games = {each.id: Counting(room) for each, room in ((anna, hosted), (bo, at_bo), (cleo, at_cleo))}
        server.set_ping(bo.id, 90.0)
        server.set_ping(cleo.id, 15.0)
        await server.pass_time(1.0)
        for number in (1, 2, 3):
            await at_bo.input(number)

        anna.vanish()
        await at_bo.input(4)
        await server.pass_time(3.1)

        assert at_bo.host == cleo.id
        assert games[cleo.id].sum == 10
        assert at_bo.info["epoch"] == 2

    told(story)


def test_a_dropped_client_is_back_after_its_pause_and_has_missed_nothing() -> None:
    async def story(server: MemoryServer) -> None:
        (_, hosted), (bo, joined) = await seated(server, "Anna", "Bo")
        heard: list[Any] = []
        returned: list[Return] = []
        joined.on("broadcast", lambda player, data: heard.append(data))
        bo.on("connect", returned.append)

        bo.drop()
        await server.settle()
        assert not bo.connected
        await hosted.broadcast("while away")
        taken = joined.input("said while away")
        await server.pass_time(0.3)

        assert returned == [Return.RECOVERED]
        assert heard == ["while away"]
        assert taken.done()

    told(story)


def test_who_is_away_too_long_is_a_stranger_and_its_room_is_over() -> None:
    async def story(server: MemoryServer) -> None:
        (anna, _), (bo, joined) = await seated(server, "Anna", "Bo")
        ends: list[str] = []
        joined.on("closed", lambda reason, about: ends.append(reason))
        former = bo.id
        server.unreachable = True
        bo.drop()
        await server.pass_time(61.0)
        server.unreachable = False
        await server.pass_time(6.0)

        assert bo.connected
        assert bo.id != former
        assert bo.room is None
        assert ends == ["lost"]
        assert anna.room is not None
        assert len(anna.room.players) == 1

    told(story)


def test_a_far_client_hears_and_is_heard_late() -> None:
    async def story(server: MemoryServer) -> None:
        anna, bo = await server.client("Anna"), await server.client("Bo", latency_ms=200.0)
        room = await anna.create(title="Far")
        joining = asyncio.ensure_future(bo.join(room.id))
        await server.pass_time(0.199)
        assert not joining.done()
        await server.pass_time(0.002)
        assert (await joining).host == anna.id

    told(story)


def test_a_track_sounds_at_its_moments() -> None:
    async def story(server: MemoryServer) -> None:
        anna = await server.client("Anna")
        room = await anna.create(title="Five", track_id=1)
        player = TrackPlayer(room, offset_ms=20.0)
        sounded: list[tuple[int, float]] = []
        player.on("tact", lambda tact: sounded.append((tact["value"], server.clock.now * 1000 - tact["at"])))
        await room.play()

        await server.pass_time(2.0)

        assert [value for value, _ in sounded] == [1, 2, 3, 4, 5]
        assert [late for _, late in sounded] == pytest.approx([20.0] * 5, abs=1.0)

    told(story, tracks=[FIVE])


def test_refusals_are_the_servers_own() -> None:
    async def story(server: MemoryServer) -> None:
        anna = await server.client("Anna")
        with pytest.raises(GameError) as refused:
            await anna.join("nowhere0")
        assert refused.value.code == "room_not_found"

    told(story)
