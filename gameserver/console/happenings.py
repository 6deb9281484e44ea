"""What can happen in a room, as the console keeps and shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gameserver.core.effects import Elected
from gameserver.core.values import PlayerId

Kind = Literal[
    "opened",
    "restored",
    "joined",
    "left",
    "away",
    "back",
    "changed",
    "ordered",
    "snapshot_asked",
    "elected",
    "took_over",
    "idle",
    "closed",
]


@dataclass(frozen=True, slots=True)
class Migration:
    """A change of host that is over; times in milliseconds."""

    ms: float  # from the first `host_changed` to `host_ready`
    unserved_ms: float  # how long no host took inputs, the wait for the lost one included
    parked: int  # inputs that waited for the new host
    elections: int  # candidates that were asked, the last one included
    forced: bool  # nobody said that it is ready; it goes on with the best


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a room's story."""

    number: int  # counts the lines of this room
    at: float  # Unix seconds
    kind: Kind
    player: PlayerId | None = None
    reason: str | None = None
    name: str | None = None  # of the player, who may be gone when this is read
    election: Elected | None = None
    migration: Migration | None = None
