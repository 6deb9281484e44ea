"""One room's relay: who gets what, by the route that the core published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gameserver.core.effects import Route
from gameserver.core.errors import BadRequest, NotAMember, NotHost, StaleHost
from gameserver.core.values import PlayerId
from gameserver.transport.gate import Peer
from gameserver.transport.relay.keeper import Keeper
from gameserver.transport.seat import Seat

MAX_UPDATE_KEYS = 16


class Lane:
    """A room as the relay sees it. Small, and the only thing of a room that changes per message."""

    __slots__ = ("_others", "_seats", "drops_told_at", "keeper", "mixed", "numbers", "route", "update_keys")

    def __init__(self, route: Route, seats: Mapping[PlayerId, Seat], keeper: Keeper) -> None:
        self._seats = seats
        self.keeper = keeper
        self.drops_told_at = -1.0
        self.numbers: dict[PlayerId, int] = {}  # the running number last taken from each member
        self.update_keys: dict[PlayerId, set[str]] = {}
        self._others: dict[PlayerId, tuple[Peer, ...]] = {}
        self.mixed = False  # whether the members speak both parsers
        self.route = route
        self.publish(route)

    def publish(self, route: Route) -> None:
        """Go by this route from now on."""
        self.route = route
        self._others.clear()
        peers = [self._seats[player].peer for player in route.members if player in self._seats]
        self.mixed = len({peer.parser for peer in peers}) > 1
        for gone in self.numbers.keys() - route.seated:
            del self.numbers[gone]
        for gone in self.update_keys.keys() - route.seated:
            del self.update_keys[gone]

    def others(self, player: PlayerId) -> tuple[Peer, ...]:
        """Return the peers of all connected members but this one."""
        others = self._others.get(player)
        if others is None:
            others = tuple(
                self._seats[member].peer
                for member in self.route.members
                if member != player and member in self._seats
            )
            self._others[player] = others
        return others

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

    def connected(self) -> tuple[Peer, ...]:
        """Return the peers of all connected members."""
        return tuple(self._seats[player].peer for player in self.route.members if player in self._seats)

    def peers_of(self, ids: Iterable[PlayerId]) -> tuple[Peer, ...]:
        """Return the peers of these members; raises NotAMember if one of them is none."""
        wanted = dict.fromkeys(ids)
        if not wanted.keys() <= self.route.seated:
            raise NotAMember("a player named is not in this room")
        return tuple(self._seats[player].peer for player in wanted if player in self._seats)

    def note_update_key(self, player: PlayerId, key: str) -> None:
        """Count the key of an `update`; raises BadRequest beyond what one member may use."""
        keys = self.update_keys.setdefault(player, set())
        if key not in keys:
            if len(keys) >= MAX_UPDATE_KEYS:
                raise BadRequest(f"a member has at most {MAX_UPDATE_KEYS} update keys in a room")
            keys.add(key)
