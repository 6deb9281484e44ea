"""A quiz for a party: one device asks, the others join it by its key and answer.

pip install ./clients/python
python examples/party_quiz.py host http://localhost:8000 --players 2
python examples/party_quiz.py join http://localhost:8000 K3XPQ7 --name Bo

If the host's device dies, the best of the others goes on as host, with the points as they were.
"""

import argparse
import asyncio
import sys
from typing import Any

from gameroom_client import Client, Input, Room

QUESTIONS = [("7 x 8", "56"), ("The capital of Norway", "Oslo"), ("H2O", "water")]
SECONDS = 8.0  # for each question, unless all have answered


class Quiz:
    """The host's game: which question is asked, who has answered, and the points of each player."""

    def __init__(self, room: Room, players: int) -> None:
        self.game: dict[str, Any] = {"question": -1, "answered": [], "points": {}}
        self.players = players
        self.left = 0.0
        self.over = asyncio.Event()
        self.room = room
        room.host_role(
            on_become_host=self.restore,
            on_input=self.answer,
            on_tick=self.tick,
            take_snapshot=lambda: self.game,
            hz=5,
        )

    def restore(self, snapshot: dict[str, Any] | None, inputs: list[Input]) -> None:
        self.game, self.left = snapshot or self.game, SECONDS
        for given in inputs:
            self.answer(given.player, given.data)

    def answer(self, player: str, said: str) -> None:
        game = self.game
        if 0 <= game["question"] < len(QUESTIONS) and player not in game["answered"]:
            game["answered"].append(player)
            right = said.strip().lower() == QUESTIONS[game["question"]][1].lower()
            game["points"][player] = game["points"].get(player, 0) + right

    def tick(self, passed: float) -> None:
        self.left -= passed
        guests = [each["id"] for each in self.room.players if each["role"] == "CLIENT" and each["connected"]]
        if self.game["question"] < 0:
            if len(guests) >= self.players:
                self.ask_next()
        elif self.game["question"] < len(QUESTIONS):
            all_answered = guests and set(guests) <= set(self.game["answered"])
            if self.left <= 0 or all_answered:
                self.ask_next()

    def ask_next(self) -> None:
        game = self.game
        game["question"], game["answered"], self.left = game["question"] + 1, [], SECONDS
        if game["question"] < len(QUESTIONS):
            self.room.broadcast({"question": QUESTIONS[game["question"]][0]})
            print(QUESTIONS[game["question"]][0], flush=True)
        else:
            self.room.broadcast({"points": game["points"]})
            print("points:", game["points"], flush=True)
            self.over.set()


async def host(url: str, players: int) -> None:
    async with Client(url, name="Quizmaster") as client:
        room = await client.create_session(title="Party quiz")
        print("key:", room.key, flush=True)
        quiz = Quiz(room, players)
        await quiz.over.wait()
        await asyncio.sleep(1)  # so that everybody hears the points before the room passes on


async def join(url: str, key: str, name: str) -> None:
    async with Client(url, name=name) as client:
        room = await client.join_session(key)
        over = Quiz(room, players=1).over

        def told(player: str, data: dict[str, Any]) -> None:
            if "question" in data:
                print(data["question"] + "?", flush=True)
            else:
                print("your points:", data["points"].get(client.id, 0), flush=True)
                over.set()

        def typed() -> None:
            line = sys.stdin.readline()
            if line:
                room.input(line)
            else:
                asyncio.get_running_loop().remove_reader(sys.stdin)

        room.on("broadcast", told)
        room.on("closed", lambda reason, about: over.set())
        asyncio.get_running_loop().add_reader(sys.stdin, typed)
        await over.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("part", choices=["host", "join"])
    parser.add_argument("url")
    parser.add_argument("key", nargs="?")
    parser.add_argument("--name", default="Guest")
    parser.add_argument("--players", type=int, default=1, help="begin once so many have joined")
    asked = parser.parse_args()
    if asked.part == "host":
        asyncio.run(host(asked.url, asked.players))
    else:
        asyncio.run(join(asked.url, asked.key, asked.name))
