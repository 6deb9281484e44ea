"""Players that may come back, and how they are lost."""

from __future__ import annotations

from gameserver.core.commands import (
    Disconnected,
)
from gameserver.core.values import PlayerId
from tests.support.registry import House

LOST = Disconnected("lost")


def recoverable(*players: PlayerId) -> House:
    house = House()
    for player in players:
        house.connect(player, pid=f"pid of {player}")
    return house
