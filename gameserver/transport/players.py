"""Who is connected, and what they are told: what follows in the core, and why a connection is closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from gameserver.core.messages import Closing
from gameserver.core.values import PlayerId
from gameserver.protocol.outbound import to_event
from gameserver.protocol.packets import Outgoing
from gameserver.transport.gate import Peer
from gameserver.transport.seat import Seat

PARTINGS = frozenset({"kicked", "room_closed", "leave_success"})  # after them a player has no room
CLOSING_TEXTS: Mapping[str, str] = {
    "bad_request": "too many requests that make no sense",
    "rate_limited": "you kept sending more than the limit",
    "slow_consumer": "you did not read what was sent to you",
    "draining": "the server stops; come back soon",
    "replaced": "your seat was taken over by a newer connection",
    "internal": "the server made a mistake; it is logged",
}


class Marking(Protocol):
    """Who records room events for members that could come back, as the relay does."""

    def marked(self, to: tuple[PlayerId, ...], event: str, args: tuple[Any, ...], /) -> Outgoing | None: ...


class Players:
    """Who is connected, and the way to them; implements `ports.Outlet`."""

    def __init__(self) -> None:
        self.seats: dict[PlayerId, Seat] = {}
        self.marking: Marking | None = None

    def tell(
        self, to: tuple[PlayerId, ...], event: str, args: tuple[Any, ...], *, slot: str | None, recorded: bool
    ) -> None:
        packet = Outgoing.event(event, *args)
        marked = self.marking.marked(to, event, args) if recorded and self.marking is not None else None
        for player in to:
            seat = self.seats.get(player)
            if seat is None:
                continue
            if slot is not None:
                seat.peer.post_newest(slot, packet)
            elif marked is not None and seat.recovers:
                seat.peer.post(marked)
            else:
                seat.peer.post(packet)
                if event in PARTINGS and seat.recovers:
                    seat.parting, seat.parting_proofs = packet, 0

    def ack(self, to: PlayerId, ack_id: int, body: Mapping[str, Any]) -> None:
        seat = self.seats.get(to)
        if seat is not None:
            seat.peer.post(Outgoing.ack(ack_id, body))

    def drop(self, player: PlayerId, code: str, *, disconnect: bool) -> None:
        seat = self.seats.get(player)
        if seat is not None:
            self.close(seat.peer, code, disconnect=disconnect)

    def close(self, peer: Peer, code: str, *, disconnect: bool, text: str | None = None) -> None:
        """Say why, in the usual words or in these, then close."""
        name, args = to_event(Closing(code, text or CLOSING_TEXTS.get(code, code)))
        peer.post(Outgoing.event(name, *args))
        peer.close(code, disconnect=disconnect)
