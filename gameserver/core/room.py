"""A room as a value: a transition returns the next room and leaves this one whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gameserver.core.effects import Route
from gameserver.core.made import changing, dataclass
from gameserver.core.member import Member
from gameserver.core.passwords import Digest
from gameserver.core.tracks import Playback
from gameserver.core.values import (
    Control,
    HostChangeReason,
    HostPolicy,
    LateJoin,
    OnHostExit,
    PlayerId,
    RoomId,
    RoomState,
    Seconds,
    SessionKey,
    SessionType,
)


@dataclass(frozen=True, slots=True)
class Session:
    """What makes a room one that is joined by key."""

    key: SessionKey
    type: SessionType
    started_at: Seconds | None = None


@dataclass(frozen=True, slots=True)
class Exit:
    """The host is about to be followed; its last snapshot is waited for."""

    reason: HostChangeReason
    leaves: bool = False  # it gives up its seat too
    heir: PlayerId | None = None  # whom it chose, or who is better; None: elect
    asked: bool = True  # by the host itself, whose request is still to be answered


@dataclass(frozen=True, slots=True)
class Room:
    """Members by id in join order, one of them in charge, and the rules they agreed on."""

    id: RoomId
    number: int  # counts the rooms of this server: the older room has the lower one
    title: str
    description: str
    max_players: int
    created_at: Seconds
    members: Mapping[PlayerId, Member]
    host: PlayerId | None
    epoch: int = 1
    host_ready: bool = True  # it has taken over
    has_snapshot: bool = False  # a new host has something to restore
    tried: tuple[PlayerId, ...] = ()  # who was to take over and did not say that it is ready
    exit: Exit | None = None
    former_hosts: tuple[PlayerId, ...] = ()  # whoever was host in an earlier epoch, this one's host left out
    kicked: tuple[PlayerId, ...] = ()
    private: bool = False
    locked: bool = False
    password: Digest | None = None
    metadata: Any = None
    on_host_exit: OnHostExit = "migrate"
    host_policy: HostPolicy = "keep"
    late_join: LateJoin = "live"
    control: Control = "anyone"
    playback: Playback | None = None
    session: Session | None = None
    told_successors: tuple[PlayerId | None, tuple[PlayerId, ...]] = (None, ())  # of which host, who

    @property
    def seats_taken(self) -> int:
        """Seats of members, of those away, and of phantom users."""
        return len(self.members) + sum([member.phantoms for member in self.members.values()])

    @property
    def joinable(self) -> bool:
        """Whether the door is open and a seat free; a password may still be asked."""
        return not self.locked and self.seats_taken < self.max_players

    @property
    def listed(self) -> bool:
        """Whether the lobby shows the room."""
        return not self.private and self.session is None

    @property
    def host_serves(self) -> bool:
        """Whether the host is here and has taken over, so that inputs reach it and its state counts."""
        return self.host is not None and self.host_ready and self.members[self.host].connected

    @property
    def state(self) -> RoomState:
        """What the room is doing."""
        if self.host is None:
            return "waiting"
        if not self.host_serves:
            return "migrating"
        started = self.session is not None and self.session.started_at is not None
        return "started" if started else "open"

    @property
    def everybody(self) -> tuple[PlayerId, ...]:
        """All members in join order, those away included."""
        return tuple(self.members)

    @property
    def connected(self) -> tuple[PlayerId, ...]:
        """The members that can be told anything now, in join order."""
        return tuple([member.id for member in self.members.values() if member.away_until is None])

    def others(self, player: PlayerId) -> tuple[PlayerId, ...]:
        """All members but this one."""
        return tuple(each for each in self.members if each != player)

    def route(self) -> Route:
        """By what the relay goes now."""
        return Route(
            room=self.id,
            epoch=self.epoch,
            host=self.host,
            host_ready=self.host_serves,
            members=self.connected,
            seated=frozenset(self.members),
            former_hosts=frozenset(self.former_hosts),
        )

    def seated(self, member: Member) -> Room:
        """The room with this member: in its own place, or else in the last one."""
        return _with(self, "members", {**self.members, member.id: member})

    def told(self, successors: tuple[PlayerId | None, tuple[PlayerId, ...]]) -> Room:
        """The room whose members were told who would follow which host."""
        return _with(self, "told_successors", successors)

    def without(self, player: PlayerId) -> Room:
        """The room without this member; without a host if it was that."""
        members = {each.id: each for each in self.members.values() if each.id != player}
        if self.host != player:
            return replace(self, members=members)
        return replace(self.waiting(), members=members)

    def waiting(self) -> Room:
        """The room without a host; the reign is over, the epoch stands."""
        if self.host is None:
            return self
        former = (*self.former_hosts, self.host)
        return replace(self, host=None, host_ready=False, exit=None, former_hosts=former)

    def under(self, host: PlayerId) -> Room:
        """The room under a new host, which has yet to take over."""
        former = tuple(each for each in self.waiting().former_hosts if each != host)
        return replace(
            self, host=host, host_ready=False, exit=None, epoch=self.epoch + 1, former_hosts=former
        )

    def ready(self) -> Room:
        """The room whose host has taken over."""
        return replace(self, host_ready=True, tried=())


_with = changing(Room)  # each newcomer of a crowd takes two
