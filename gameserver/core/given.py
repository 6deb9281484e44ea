"""What the core is given from outside: chance, the players' latencies, and the rooms' use."""

from __future__ import annotations

from typing import Protocol

from gameserver.core.values import PlayerId, RoomId, Seconds, SessionKey
from latency.view import LatencyView


class Ids(Protocol):
    """Draws from a cryptographic source. A candidate already taken is drawn again, so none needs memory."""

    def room_id(self) -> RoomId:
        """Return 8 characters of 0-9a-z."""

    def session_key(self) -> SessionKey:
        """Return 6 characters of A-Z2-9 without I and O."""

    def salt(self) -> bytes:
        """Return 16 bytes for a room's password."""


class Pings(Protocol):
    """The cache of measured latencies: reading it never measures. Its times are the registry's `now`."""

    def view(self, player: PlayerId) -> LatencyView:
        """Return what was last published of this player; an empty view if that is nothing."""


class Activity(Protocol):
    """What the relay knows of a room's use: the core sees no relay message."""

    def quiet_seconds(self, room: RoomId, /) -> Seconds | None:
        """Return how long ago a message was last relayed in this room; None: none was."""


class NoRelay:
    """Implements `Activity` where nothing is relayed."""

    def quiet_seconds(self, room: RoomId, /) -> Seconds | None:
        return None
