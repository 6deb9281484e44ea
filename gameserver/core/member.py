"""Players, who are on the server, and members, who are players with a seat in a room."""

from __future__ import annotations

from dataclasses import dataclass

from gameserver.core.values import PlayerId, RoomId, Seconds


@dataclass(frozen=True, slots=True)
class Player:
    """One person's presence on the server."""

    id: PlayerId
    name: str | None = None  # a login; proves nothing
    address: str = ""
    can_host: bool = True
    hidden: bool = False  # its page is in the background
    connected: bool = True
    room: RoomId | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A player seated in a room, with the phantom users on its own device."""

    id: PlayerId
    joined_at: Seconds
    phantoms: int = 0
    away_until: Seconds | None = None  # its connection is lost; the seat is kept until then

    @property
    def connected(self) -> bool:
        """Whether the member can be told anything now."""
        return self.away_until is None

    @property
    def seats(self) -> int:
        """How many seats the member takes."""
        return 1 + self.phantoms

    @property
    def phantom_ids(self) -> tuple[str, ...]:
        """The names of its phantom users."""
        return tuple(f"{self.id}#{number}" for number in range(1, self.phantoms + 1))
