"""The server is stopped, killed, and comes back: what the client makes of it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from gameroom_client import Client, GameError, Return
from tests.client.conftest import until
from tests.support.patience import STORY_SECONDS
from tests.support.server_process import ServerProcess


def told(story: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(story(), STORY_SECONDS))


def server(directory: Path, life: int, port: str = "0") -> ServerProcess:
    place = directory / f"life{life}"
    place.mkdir()
    return ServerProcess(
        place, "--database", str(directory / "rooms.db"), "--port", port, "--drain-seconds=25"
    ).start()


def test_after_a_kill_both_are_back_in_their_seats_and_the_game_is_restored(tmp_path: Path) -> None:
    async def story() -> None:
        first = await asyncio.to_thread(server, tmp_path, 1)
        async with Client(first.url, name="Anna") as anna, Client(first.url, name="Bo") as bo:
            hosted = await anna.create(title="Kept")
            joined = await bo.join(hosted.id)
            restored: list[Any] = []
            returned: list[Return] = []
            bo.on("connect", returned.append)
            hosted.host_role(
                on_become_host=lambda snapshot, inputs: restored.append(snapshot),
                take_snapshot=lambda: {"turn": 7},
            )
            await hosted.snapshot({"turn": 7}, covers=0)

            await asyncio.to_thread(first.kill)
            await until(lambda: not bo.connected)
            said = joined.input("while the server is away")
            second = await asyncio.to_thread(server, tmp_path, 2, str(first.port))
            await until(lambda: bo.connected and len(restored) == 2)
            await said
            await until(lambda: joined.epoch == hosted.epoch)  # told to the other over a socket of its own

            assert returned == [Return.RESUMED]
            assert restored == [None, {"turn": 7}]
            assert hosted.epoch >= 2
            assert [player["name"] for player in joined.players] == ["Anna", "Bo"]
        await asyncio.to_thread(second.stop)

    told(story)


def test_what_was_sent_and_not_answered_before_a_restart_is_unconfirmed_and_the_rest_is_sent(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        first = await asyncio.to_thread(server, tmp_path, 1)
        async with Client(first.url, name="Anna") as anna, Client(first.url, name="Bo") as bo:
            hosted = await anna.create(title="Kept")
            joined = await bo.join(hosted.id)
            first.signal(signal.SIGSTOP)  # nothing is read or answered any more
            sent = joined.broadcast("may have arrived")
            await asyncio.sleep(0.05)
            await asyncio.to_thread(first.kill)
            await until(lambda: not bo.connected)
            unsent = joined.broadcast("certainly not")
            second = await asyncio.to_thread(server, tmp_path, 2, str(first.port))

            await unsent
            error = sent.exception()
            assert isinstance(error, GameError)
            assert error.code == "unconfirmed"
        await asyncio.to_thread(second.stop)

    told(story)


def test_a_planned_stop_is_told_and_come_back_from(tmp_path: Path) -> None:
    async def story() -> None:
        first = await asyncio.to_thread(server, tmp_path, 1)
        async with Client(first.url, name="Anna") as anna:
            room = await anna.create(title="Kept")
            told_of: list[Any] = []
            anna.on("draining", told_of.append)
            await asyncio.to_thread(first.stop)
            second = await asyncio.to_thread(server, tmp_path, 2, str(first.port))
            await until(lambda: anna.connected)
            await until(lambda: room.epoch >= 2)

            assert len(told_of) == 1
            assert anna.room is room
        await asyncio.to_thread(second.stop)

    told(story)
