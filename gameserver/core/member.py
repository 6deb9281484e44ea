"""Players, who are on the server, and members, who are players with a seat in a room."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from gameserver.core.made import changing, dataclass
from gameserver.core.messages import Kicked, RoomIsClosed, RoomLeft
from gameserver.core.values import CloseReason, PlayerId, RoomId, Seconds


@dataclass(frozen=True, slots=True)
class Farewell:
    """Why a player that is away has no room any more."""

    room: RoomId
    how: Literal["kicked", "left"] | CloseReason  # a close reason: the room was closed
    reason: str | None = None

    def told(self) -> Kicked | RoomLeft | RoomIsClosed:
        """What it would have been told."""
        if self.how == "kicked":
            return Kicked(self.room, self.reason)
        if self.how == "left":
            return RoomLeft(self.room)
        return RoomIsClosed(self.room, self.how)


@dataclass(frozen=True, slots=True)
class Player:
    """One person's presence on the server."""

    id: PlayerId
    name: str | None = None  # a login; proves nothing
    address: str = ""
    can_host: bool = True
    hidden: bool = False  # its page is in the background
    room: RoomId | None = None
    pid: str | None = field(default=None, repr=False)  # digest of what it shows to come back
    subject: str | None = None  # whom its token names
    away_until: Seconds | None = None  # its connection is lost; until then it may come back
    farewell: Farewell | None = None
    restored: bool = False  # it has not been back since the server was restarted

    @property
    def connected(self) -> bool:
        """Whether it can be told anything now."""
        return self.away_until is None

    @property
    def can_return(self) -> bool:
        """Whether it could prove to be the one who was here."""
        return self.pid is not None or self.subject is not None

    def placed(self, room: RoomId | None) -> Player:
        """The player with a seat in this room."""
        return _with(self, "room", room)


_with = changing(Player)


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
    def phantom_ids(self) -> tuple[str, ...]:
        """The names of its phantom users."""
        if not self.phantoms:
            return ()
        return tuple(f"{self.id}#{number}" for number in range(1, self.phantoms + 1))
