"""Players of the Python client play on a real server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gameroom_client import Client, GameError, Input, Return, Room
from tests.client.conftest import Stage, Story, until


class Moves:
    """A game that is no more than the list of all moves."""

    def __init__(self, room: Room, **options: Any) -> None:
        self.moves: list[Any] = []
        self.restored: list[Any] = []
        self.role = room.host_role(
            on_become_host=self.become_host,
            on_input=lambda player, move: self.moves.append(move),
            on_tick=lambda seconds: {"moves": len(self.moves)},
            take_snapshot=lambda: self.moves,
            **options,
        )

    def become_host(self, snapshot: Any, inputs: list[Input]) -> None:
        self.restored.append(snapshot)
        self.moves = [*(snapshot or []), *(given.data for given in inputs)]


async def duel(stage: Stage) -> tuple[Client, Room, Client, Room]:
    anna, bo = await stage.client("Anna"), await stage.client("Bo")
    room = await anna.create(title="Duel")
    return anna, room, bo, await bo.join(room.id)


def test_inputs_reach_the_host_and_its_state_all_others(play: Callable[[Story], None]) -> None:
    async def story(stage: Stage) -> None:
        _, hosted, _, joined = await duel(stage)
        game = Moves(hosted)
        states: list[Any] = []
        joined.on("state", states.append)

        await joined.input("left")
        await joined.input("right")

        await until(lambda: {"moves": 2} in states)
        assert game.moves == ["left", "right"]
        assert game.restored == [None]

    play(story)


def test_the_next_host_restores_the_game_and_it_goes_on(play: Callable[[Story], None]) -> None:
    async def story(stage: Stage) -> None:
        _, hosted, bo, joined = await duel(stage)
        Moves(hosted)
        heir = Moves(joined)
        await joined.input("one")
        await joined.input("two")

        await hosted.leave()
        await joined.input("three")
        await until(lambda: len(heir.moves) == 3)

        assert heir.moves == ["one", "two", "three"]
        assert joined.is_host
        assert joined.host == bo.id
        assert hosted.closed

    play(story)


def test_a_lost_connection_comes_back_and_says_again_what_was_not_answered(
    play: Callable[[Story], None],
) -> None:
    async def story(stage: Stage) -> None:
        _, hosted, bo, joined = await duel(stage)
        heard: list[Any] = []
        hosted.on("broadcast", lambda player, data: heard.append(data))
        returns: list[Return] = []
        bo.on("connect", returns.append)
        said = []
        for number in range(30):
            said.append(joined.broadcast(number))
            if number % 10 == 5:
                bo.drop()
            if number % 10 == 9:
                await said[-1]

        await until(lambda: len(heard) >= 30)
        assert heard == list(range(30))
        assert set(returns) == {Return.RECOVERED}
        assert len(returns) == 3

    play(story)


def test_what_was_missed_while_away_follows_in_order(play: Callable[[Story], None]) -> None:
    async def story(stage: Stage) -> None:
        _, hosted, bo, joined = await duel(stage)
        heard: list[Any] = []
        joined.on("broadcast", lambda player, data: heard.append(data))
        await hosted.broadcast("before")
        bo.drop()
        await until(lambda: not bo.connected)
        for number in range(3):
            await hosted.broadcast(number)

        await until(lambda: len(heard) == 4)
        assert heard == ["before", 0, 1, 2]
        assert [player["connected"] for player in joined.players] == [True, True]

    play(story)


def test_refusals_carry_the_servers_code(play: Callable[[Story], None]) -> None:
    async def story(stage: Stage) -> None:
        anna, hosted, bo, joined = await duel(stage)
        for code, wrong in (
            ("not_host", lambda: joined.kick(anna.id)),
            ("not_host", lambda: joined.snapshot({"mine": True})),
            ("room_not_found", lambda: anna.join_session("AAAAAA")),
            ("not_a_member", lambda: joined.direct("nobody", 1)),
            ("too_large", lambda: joined.input(bytes(65_537))),
            ("too_large", lambda: hosted.snapshot(bytes(1_048_577))),
            ("already_in_room", lambda: bo.create(title="Another")),
        ):
            with pytest.raises(GameError) as refused:
                await wrong()
            assert refused.value.code == code

    play(story)
