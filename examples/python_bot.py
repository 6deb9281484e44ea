"""A bot for the dots of browser_game.html: it runs away from the others, and hosts the game when it must.

pip install ./clients/python
python examples/python_bot.py http://localhost:8000
"""

import asyncio
import random
import sys
from typing import Any

from gameroom_client import Client, Input

Dots = dict[str, dict[str, Any]]


async def play(url: str) -> None:
    dots: Dots = {}

    def aim(player: str, goal: dict[str, float]) -> None:
        dots[player] = {"x": 200.0, "y": 200.0, **dots.get(player, {}), "goal": goal}

    def become_host(snapshot: Dots | None, inputs: list[Input]) -> None:
        dots.clear()
        dots.update(snapshot or {})
        for given in inputs:
            aim(given.player, given.data)
        print(f"hosting {len(dots)} dots", flush=True)

    def tick(passed: float) -> Dots:
        for player, dot in list(dots.items()):
            for axis in "xy":
                dot[axis] += (dot["goal"][axis] - dot[axis]) * min(1.0, passed / 0.2)
            if client.room and all(player != each["id"] for each in client.room.players):
                del dots[player]
        return dots

    async with Client(url, name="Runaway") as client:
        room = await client.quick_join(metadata={"game": "dots"})
        room.host_role(on_become_host=become_host, on_input=aim, on_tick=tick, take_snapshot=lambda: dots)
        room.on("state", dots.update)
        while not room.closed:
            near = [dot for player, dot in dots.items() if player != client.id]
            away = 400 - sum(dot["x"] for dot in near) / len(near) if near else 200
            await room.input({"x": away, "y": random.uniform(20, 380)})
            await asyncio.sleep(0.5)


if __name__ == "__main__":
    asyncio.run(play(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"))
