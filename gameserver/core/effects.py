"""All that can follow from a command; the runtime performs them in this order."""

from __future__ import annotations

from typing import Literal

from gameserver.core.errors import Refusal
from gameserver.core.made import dataclass
from gameserver.core.messages import Candidate, Message
from gameserver.core.values import CloseReason, HostChangeReason, PlayerId, RoomId, Seconds


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer the sender: the event, then, if it asked for one, the ack made of the same object."""

    message: Message
    unless_acked: bool = False  # the event is left out where an ack was asked for


@dataclass(frozen=True, slots=True)
class Done:
    """Answer the sender with a plain `{ok: true}`; there is no event."""


@dataclass(frozen=True, slots=True)
class Postpone:
    """The answer to this request comes later, as `Settle`; a player has one such request at most."""


@dataclass(frozen=True, slots=True)
class Settle:
    """Answer this player's postponed request: with an event and its ack, plainly, or with a refusal."""

    player: PlayerId
    outcome: Message | Refusal | None


@dataclass(frozen=True, slots=True)
class Tell:
    """Send this message to these players, encoded once; who is not connected is passed over.

    Messages to a room name the members that are away as well: what is recorded of them is for their return.
    """

    to: tuple[PlayerId, ...]
    message: Message


@dataclass(frozen=True, slots=True)
class Route:
    """By what the relay goes: who is in the room, who is its host, in which epoch."""

    room: RoomId
    epoch: int
    host: PlayerId | None
    host_ready: bool  # inputs pass, and the host's state counts
    members: tuple[PlayerId, ...]  # connected ones, in join order
    seated: frozenset[PlayerId]  # all seats, members that are away included
    former_hosts: frozenset[PlayerId]  # hosts of earlier epochs: refused as stale


@dataclass(frozen=True, slots=True)
class Publish:
    """From now on the relay goes by this route."""

    route: Route


@dataclass(frozen=True, slots=True)
class Retire:
    """The room is gone; the relay forgets it."""

    room: RoomId


@dataclass(frozen=True, slots=True)
class HandOver:
    """Give the new host of this epoch what the relay keeps for it (`become_host`)."""

    room: RoomId
    host: PlayerId
    epoch: int


@dataclass(frozen=True, slots=True)
class SendSnapshot:
    """Give this late joiner the newest snapshot, if there is one, before any relay event (`snapshot`)."""

    room: RoomId
    player: PlayerId


@dataclass(frozen=True, slots=True)
class Watch:
    """Measure this player in this role; `idle` costs least, None not at all."""

    player: PlayerId
    role: Literal["host", "member", "idle"] | None


@dataclass(frozen=True, slots=True)
class Drop:
    """Close this player's connection; with `disconnect` the client stays away."""

    player: PlayerId
    code: str
    disconnect: bool


@dataclass(frozen=True, slots=True)
class Elected:
    """For the log: an election, all its candidates, and why the winner won."""

    room: RoomId
    epoch: int
    previous: PlayerId | None
    host: PlayerId | None
    reason: HostChangeReason
    candidates: tuple[Candidate, ...]
    why: str


@dataclass(frozen=True, slots=True)
class RoomEnded:
    """For the log: a room is gone, and why."""

    room: RoomId
    reason: CloseReason | Literal["empty"]
    created_at: Seconds
    members: int  # who had a seat in it


Effect = (
    Reply
    | Done
    | Postpone
    | Settle
    | Tell
    | Publish
    | Retire
    | HandOver
    | SendSnapshot
    | Watch
    | Drop
    | Elected
    | RoomEnded
)
