"""Party play: a session is opened, joined by key, started, and left."""

from __future__ import annotations

from typing import Any

import pytest

from gameroom_client import GameError
from gameserver.testing import MemoryServer
from tests.support.stories import told


def test_a_session_is_joined_by_key_in_any_case_and_started_by_its_host() -> None:
    async def story(server: MemoryServer) -> None:
        anna, bo = await server.client("Anna"), await server.client("Bo")
        hosted = await anna.create_session(title="Quiz", ph_users=1)
        assert hosted.key is not None
        started: list[Any] = []
        joined = await bo.join_session(hosted.key.lower())
        joined.on("session_started", started.append)

        await hosted.start({"round": 1})
        await server.settle()

        assert joined.key == hosted.key
        assert [player["name"] for player in joined.players] == ["Anna", "Bo"]
        assert [told["options"] for told in started] == [{"round": 1}]
        assert joined.info["state"] == hosted.info["state"] == "started"

    told(story)


def test_a_started_session_is_started_again_after_a_migration() -> None:
    async def story(server: MemoryServer) -> None:
        anna, bo = await server.client("Anna"), await server.client("Bo")
        hosted = await anna.create_session(title="Quiz")
        assert hosted.key is not None
        joined = await bo.join_session(hosted.key)
        await hosted.start()
        await hosted.leave()
        await server.settle()

        assert joined.is_host
        assert joined.info["state"] == "started"

    told(story)


def test_who_has_no_name_is_refused_and_may_take_one() -> None:
    async def story(server: MemoryServer) -> None:
        anna = await server.client()
        with pytest.raises(GameError) as refused:
            await anna.create_session(title="Quiz")
        assert refused.value.code == "not_logged_in"

        assert (await anna.login(" Anna "))["name"] == "Anna"
        assert (await anna.create_session(title="Quiz")).key
        await anna.logout()
        await server.settle()
        assert anna.room is None

    told(story)
