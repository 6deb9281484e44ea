"""What the bots play: a field on which everybody walks."""

from __future__ import annotations

from typing import Any

from gameroom_client import Input

FIELD = 100.0
SPEED = 12.0  # per second


class Walks:
    """Where each player is and whither it goes. The host runs it; its members see it as `state`."""

    def __init__(self) -> None:
        self.players: dict[str, list[float]] = {}  # x, y, direction x, direction y
        self.ticks = 0
        self.inputs = 0

    def restore(self, snapshot: Any, inputs: list[Input]) -> None:
        """Go on with what another host has left."""
        kept = snapshot or {"players": {}, "ticks": 0, "inputs": 0}
        self.players = {player: list(place) for player, place in kept["players"].items()}
        self.ticks, self.inputs = kept["ticks"], kept["inputs"]
        for given in inputs:
            self.steer(given.player, given.data)

    def steer(self, player: str, direction: Any) -> None:
        """A player turns."""
        x, y = direction
        place = self.players.setdefault(player, [FIELD / 2, FIELD / 2, 0.0, 0.0])
        place[2:] = [float(x), float(y)]
        self.inputs += 1

    def tick(self, seconds: float) -> dict[str, Any]:
        """Let all walk on, and return what the others see."""
        self.ticks += 1
        for place in self.players.values():
            for axis in (0, 1):
                place[axis] = round((place[axis] + SPEED * seconds * place[axis + 2]) % FIELD, 2)
        return {"tick": self.ticks, "players": {player: place[:2] for player, place in self.players.items()}}

    def keep_only(self, players: set[str]) -> None:
        """Forget who is no longer in the room."""
        for gone in self.players.keys() - players:
            del self.players[gone]

    def snapshot(self) -> dict[str, Any]:
        """Return all of it."""
        return {"players": self.players, "ticks": self.ticks, "inputs": self.inputs}
