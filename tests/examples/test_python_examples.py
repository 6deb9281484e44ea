"""The Python examples, run as programs."""

from __future__ import annotations

import asyncio
from typing import Any

from gameroom_client import Client, Input
from tests.client.conftest import until
from tests.examples.conftest import Run, first_line, lines_of
from tests.support.patience import PATIENCE_SECONDS, STORY_SECONDS
from tests.support.server_process import ROOT, ServerProcess


def test_the_bot_hosts_the_dots_and_another_goes_on_when_it_dies(server: ServerProcess, run: Run) -> None:
    bot = run("python_bot.py", server.url)
    assert first_line(bot) == "hosting 0 dots"

    async def story() -> None:
        async with Client(server.url, name="Guest") as guest:
            room = await guest.quick_join(metadata={"game": "dots"})
            assert room.host != guest.id
            states: list[dict[str, Any]] = []
            taken: list[tuple[Any, list[Input]]] = []
            room.on("state", states.append)
            room.host_role(on_become_host=lambda snapshot, inputs: taken.append((snapshot, inputs)))
            await room.input({"x": 10, "y": 20})
            await until(lambda: states and guest.id in states[-1] and len(states[-1]) == 2)
            assert states[-1][guest.id]["goal"] == {"x": 10, "y": 20}

            bot.kill()
            await until(lambda: room.is_host and taken)
            ((snapshot, inputs),) = taken
            known = set(snapshot) | {given.player for given in inputs}
            assert known == set(states[-1])

    asyncio.run(asyncio.wait_for(story(), STORY_SECONDS))
    assert lines_of(ROOT / "examples" / "python_bot.py", "import asyncio", "if __name__") <= 40


def test_each_note_of_the_track_is_shown_once(server: ServerProcess, run: Run) -> None:
    tapping = run("rhythm_track.py", server.url, "--track", "2", "--tacts", "5")

    said, _ = tapping.communicate(timeout=PATIENCE_SECONDS)

    *notes, result = said.splitlines()
    assert [int(line.split()[0]) for line in notes] == [0, 1, 2, 3, 4], said
    assert result == "0 of 5 in time"
    assert tapping.returncode == 0


def test_a_quiz_is_joined_by_its_key_and_counts_right_answers(server: ServerProcess, run: Run) -> None:
    asking = run("party_quiz.py", "host", server.url)
    key = first_line(asking).removeprefix("key: ")
    answering = run("party_quiz.py", "join", server.url, key, "--name", "Bo")
    assert answering.stdin is not None

    questions = []
    for answer in ("56", "Bergen", "Water"):
        questions.append(first_line(answering))
        answering.stdin.write(answer + "\n")
        answering.stdin.flush()

    assert questions == ["7 x 8?", "The capital of Norway?", "H2O?"]
    assert first_line(answering) == "your points: 2"
    said, _ = asking.communicate(timeout=PATIENCE_SECONDS)
    assert said.splitlines()[-1].startswith("points: {")
