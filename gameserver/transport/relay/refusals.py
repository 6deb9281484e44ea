"""How a player learns that a relay message was refused: at most once a second and code, and in each ack."""

from __future__ import annotations

import time
from collections.abc import Callable

from gameserver.core.errors import Refusal
from gameserver.logs import Log
from gameserver.protocol.outbound import to_refused_ack
from gameserver.protocol.packets import Event, Outgoing
from gameserver.transport.seat import Seat

TOLD_AGAIN_AFTER_SECONDS = 1.0


class RelayRefusals:
    """Tells players of refused relay messages: the error once a second and code, the ack each time."""

    def __init__(self, log: Log, now: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._now = now

    def __call__(self, seat: Seat, event: Event, refusal: Refusal) -> None:
        now = self._now()
        if now - seat.refused_at.get(refusal.code, -TOLD_AGAIN_AFTER_SECONDS) >= TOLD_AGAIN_AFTER_SECONDS:
            seat.refused_at[refusal.code] = now
            told = {"message": str(refusal), "code": refusal.code, "event": event.name}
            seat.peer.post(Outgoing.event("error", told))
            self._log.warning(
                "relay.refused",
                name=event.name,
                player=seat.player,
                room=None if seat.lane is None else seat.lane.route.room,
                code=refusal.code,
                detail=str(refusal),
            )
        if event.ack_id is not None:
            seat.peer.post(Outgoing.ack(event.ack_id, to_refused_ack(refusal)))
