"""One room's relay: who gets what, by the route that the core published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from gameserver.core.effects import Route
from gameserver.core.errors import BadRequest, NotAMember, NotHost, StaleHost
from gameserver.core.values import PlayerId
from gameserver.protocol.packets import Outgoing
from gameserver.transport.gate import Door, Peer
from gameserver.transport.relay.keeper import Keeper
from gameserver.transport.relay.ring import Recorder, Ring
from gameserver.transport.seat import Seat


@dataclass(frozen=True, slots=True)
class Audience:
    """Recipients: those that cannot come back, those that can, and all of them that can by id."""

    plain: tuple[Peer, ...]
    marked: tuple[Peer, ...]  # what they get ends with an offset
    returning: frozenset[PlayerId]  # members that are away among them

    def __len__(self) -> int:
        return len(self.plain) + len(self.marked)


class Lane:
    """A room as the relay sees it. Small, and the only thing of a room that changes per message."""

    __slots__ = (
        "_audiences",
        "_doors",
        "_recorder",
        "_seats",
        "drops_told_at",
        "keeper",
        "mixed",
        "numbers",
        "ring",
        "route",
        "to_host",
        "update_keys",
        "used_at",
    )

    def __init__(
        self, route: Route, seats: Mapping[PlayerId, Seat], keeper: Keeper, recorder: Recorder
    ) -> None:
        self._seats = seats
        self._recorder = recorder
        self._audiences: dict[PlayerId | None, Audience] = {}
        self._doors: dict[PlayerId, tuple[Door, ...]] = {}  # to all but this one
        self.to_host: Door | None = None  # as `host_door` has found it
        self.keeper = keeper
        self.ring: Ring | None = None  # while a member could come back
        self.drops_told_at = -1.0
        self.used_at: float | None = None  # time.monotonic() of the last message that was relayed
        self.numbers: dict[PlayerId, int] = {}  # the running number last taken from each member
        self.update_keys: dict[PlayerId, set[str]] = {}
        self.mixed = False  # whether the members speak both parsers
        self.route = route
        self.publish(route)

    def publish(self, route: Route) -> None:
        """Go by this route from now on."""
        former, self.route = self.route, route
        self._audiences.clear()
        self.forget_doors()
        seats = [self._seats[player] for player in route.members if player in self._seats]
        self.mixed = len({seat.peer.parser for seat in seats}) > 1
        for gone in former.seated - route.seated:
            self.numbers.pop(gone, None)
            self.update_keys.pop(gone, None)
            if self.ring is not None:
                self.ring.end(gone)
        # Who was lost while its seat waited for the storage may come back like anybody else.
        lost = [player for player in route.members if player not in self._seats]
        self._record_for([*(seat.player for seat in seats if seat.recovers), *lost])

    def _record_for(self, recovering: Sequence[PlayerId]) -> None:
        """Keep a ring while somebody could come back, and only then."""
        if recovering or len(self.route.seated) > len(self.route.members):
            if self.ring is None:
                self.ring = self._recorder.ring()
            for player in recovering:
                self.ring.begin(player)
        elif self.ring is not None:
            self.close()

    def has_told(self, player: PlayerId) -> bool:
        """Whether anything was recorded since this member's events began."""
        return self.ring is not None and self.ring.has_told(player)

    def mark(self, to: frozenset[PlayerId], event: str, args: tuple[Any, ...]) -> Outgoing | None:
        """Record a room event for these members; None while nobody could come back."""
        if self.ring is None:
            return None
        packet = Outgoing.event(event, *args, self.ring.next_offset())
        self.ring.record(to, packet, len(packet.msgpack_frame))
        return packet

    def close(self) -> None:
        """Forget what was recorded."""
        if self.ring is not None:
            self._recorder.drop(self.ring)
            self.ring = None

    def others(self, player: PlayerId | None) -> Audience:
        """Return all members but this one."""
        audience = self._audiences.get(player)
        if audience is None:
            audience = self._audiences[player] = self.audience(self.route.seated - {player})
        return audience

    def audience(self, players: Set[PlayerId | None]) -> Audience:
        """Return these members, in join order."""
        seats = [self._seats[each] for each in self.route.members if each in players and each in self._seats]
        away = players - {seat.player for seat in seats}
        return Audience(
            tuple(seat.peer for seat in seats if not seat.recovers),
            tuple(seat.peer for seat in seats if seat.recovers),
            frozenset(seat.player for seat in seats if seat.recovers) | {each for each in away if each},
        )

    def check_host(self, player: PlayerId) -> None:
        """Raise StaleHost or NotHost unless this member's word counts as the host's."""
        route = self.route
        if player == route.host and route.host_ready:
            return
        if player in route.former_hosts:
            raise StaleHost("another member is host now")
        raise NotHost("only the host does this, once it is ready")

    def host_seat(self) -> Seat | None:
        """Return the seat of the host that takes inputs, or None while they have to wait."""
        route = self.route
        return self._seats.get(route.host) if route.host_ready and route.host is not None else None

    def host_door(self) -> Door | None:
        """Return the way to the host, if inputs go there as nothing but frames; it is kept."""
        host = self.host_seat()
        if host is None or self.mixed or host.recovers or host.wants_seq:
            return None
        door = host.peer.door
        self.to_host = door if door is not None and door.open else None
        return self.to_host

    def doors(self, player: PlayerId) -> tuple[Door, ...] | None:
        """Return the ways to all but this member, if nothing but frames goes there; they are kept."""
        doors = self._doors.get(player)
        if doors is None and not self.mixed:
            to = self.others(player)
            found = tuple(peer.door for peer in to.plain if peer.door is not None)
            if not to.returning and len(found) == len(to):
                doors = self._doors[player] = found
        return doors

    def forget_doors(self) -> None:
        """Somebody left, or is to be spoken to otherwise."""
        self.to_host = None
        self._doors.clear()

    def named(self, ids: Iterable[PlayerId]) -> Audience:
        """Return these members; raises NotAMember if one of them is none."""
        wanted = set(ids)
        if not wanted <= self.route.seated:
            raise NotAMember("a player named is not in this room")
        return self.audience(wanted)

    def update_keys_with(self, player: PlayerId, key: str, most: int) -> set[str]:
        """Return a member's update keys, to which this one may be added; else raises BadRequest."""
        keys = self.update_keys.setdefault(player, set())
        if len(keys) >= most and key not in keys:
            raise BadRequest(f"a member has at most {most} update keys in a room")
        return keys
