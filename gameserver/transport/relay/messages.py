"""What members send past the core: `state`, `update`, `input`, `broadcast`, `direct`, `snapshot`.

A message is checked against its room's route, its payload's structure is checked but never turned into
objects, and its bytes are spliced into one packet for all recipients. Nothing waits in between.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from gameserver.core.errors import BadRequest, NotInRoom, ParkingFull, RateLimited, Refusal, TooLarge
from gameserver.core.values import PlayerId
from gameserver.ports import Vault
from gameserver.protocol.packets import Event, Literal, Outgoing, PacketError, Raw
from gameserver.transport.arrivals import Arrivals
from gameserver.transport.engine.addresses import network_of
from gameserver.transport.gate import Peer
from gameserver.transport.relay import arguments
from gameserver.transport.relay.bounds import Bounds
from gameserver.transport.relay.counters import Counters
from gameserver.transport.relay.delivery import Delivery
from gameserver.transport.relay.express import Express
from gameserver.transport.relay.lane import Lane
from gameserver.transport.relay.limiter import Limiter
from gameserver.transport.seat import Seat

NEWEST_WINS = frozenset({"state", "update"})
DROPS_TOLD_AFTER_SECONDS = 1.0
OK: Mapping[str, Any] = {"ok": True}

Refuse = Callable[[Seat, Event, Refusal], None]
"""Answer a relay message with a refusal."""


class RelayMessages:
    """Relays what the members of all rooms send, or refuses it."""

    def __init__(
        self,
        delivery: Delivery,
        *,
        bounds: Bounds,
        limiter: Limiter,
        refuse: Refuse,
        counters: Counters,
        now: Callable[[], float],
        vault: Vault | None = None,
    ) -> None:
        self._delivery = delivery
        self._bounds = bounds
        self._limiter = limiter
        self._refuse = refuse
        self._counters = counters
        self._now = now
        self.stored: Callable[[PlayerId], None] = lambda host: None  # told of each snapshot that is kept
        self._vault = vault
        self._handlers: Mapping[str, Callable[[Seat, Lane, Event], Mapping[str, Any] | None]] = {
            "state": self._state,
            "update": self._update,
            "input": self._input,
            "broadcast": self._broadcast,
            "direct": self._direct,
            "snapshot": self._snapshot,
        }

    def express(
        self, arrivals: Arrivals, now: Callable[[], float], time_relay: Callable[[float], None]
    ) -> Express:
        """Return the short way for the busiest of them; `now` is what the rates go by."""
        return Express(
            message_bytes=self._bounds.message_bytes,
            counters=self._counters,
            arrivals=arrivals,
            now=now,
            clock=self._now,
            time_relay=time_relay,
        )

    def handle(self, seat: Seat, event: Event, now: float) -> None:
        """Relay this event, or refuse it."""
        name = event.name
        counters = self._counters
        relayed = counters.relayed(name)
        relayed.messages += 1
        relayed.bytes += event.size
        try:
            lane = seat.lane
            most = self._bounds.message_bytes
            if lane is None:
                raise self._charged(seat, event, now, NotInRoom("you are in no room"))
            if event.size > most and name != "snapshot":
                raise self._charged(seat, event, now, TooLarge(f"a message has at most {most} bytes"))
            if name == "snapshot":
                self._limiter.charge_snapshot(seat, event.size, now)
            elif name not in NEWEST_WINS:
                self._limiter.charge(seat, event.size, now)
            elif not self._limiter.allows_news(seat, event.size, now):
                raise RateLimited("you send more than the limit; this message was left out")
            body = self._handlers[name](seat, lane, event)
            lane.used_at = now
        except Refusal as refusal:
            counters.refused[refusal.code] += 1
            self._refuse(seat, event, refusal)
        except PacketError as error:
            counters.refused[BadRequest.code] += 1
            self._refuse(seat, event, BadRequest(str(error)))
        else:
            if event.ack_id is not None and body is not None:
                seat.peer.post(Outgoing.ack(event.ack_id, body))

    def _charged(self, seat: Seat, event: Event, now: float, refusal: Refusal) -> Refusal:
        """Charge for what is refused unseen: that costs time as well. Returns the refusal."""
        self._limiter.charge(seat, min(event.size, self._bounds.message_bytes), now)
        return refusal

    def _state(self, seat: Seat, lane: Lane, event: Event) -> Mapping[str, Any]:
        lane.check_host(seat.player)
        if event.count != 1:
            raise BadRequest("state takes one argument")
        self._delivery.news(lane, "state", "state", (event.raw(0),), lane.others(seat.player))
        return OK

    def _update(self, seat: Seat, lane: Lane, event: Event) -> Mapping[str, Any]:
        key = arguments.update_key(event)
        data = event.raw(1)
        try:
            keys = lane.update_keys_with(seat.player, key, self._bounds.update_keys)
        except BadRequest:
            self._counters.keys_refused += 1
            raise
        slot = ("update", seat.player, key)
        self._delivery.news(lane, slot, "update", (seat.named, Literal(key), data), lane.others(seat.player))
        keys.add(key)
        return OK

    def _input(self, seat: Seat, lane: Lane, event: Event) -> Mapping[str, Any]:
        number = None if event.count == 1 else arguments.running_number(event, 1)
        if number is not None and number <= (last := lane.numbers.get(seat.player, 0)):
            return _repeat(last)
        data = event.raw(0)
        host = lane.host_seat()
        if host is None:
            self._park(seat, lane, data)
        else:
            if lane.mixed:
                Outgoing.spliced("input", data).check()
            self._delivery.to_host(lane, host, lane.keeper.take(seat.player, data, self._now()), seat.named)
        return OK if number is None else self._done(lane, seat, number)

    def _broadcast(self, seat: Seat, lane: Lane, event: Event) -> Mapping[str, Any]:
        number = None if event.count == 1 else arguments.running_number(event, 1)
        if number is not None and number <= (last := lane.numbers.get(seat.player, 0)):
            return _repeat(last)
        self._delivery.reliable(lane, "broadcast", seat.named, event.raw(0), lane.others(seat.player))
        return OK if number is None else self._done(lane, seat, number)

    def _direct(self, seat: Seat, lane: Lane, event: Event) -> Mapping[str, Any]:
        number = arguments.running_number(event, 2)
        if number is not None and number <= (last := lane.numbers.get(seat.player, 0)):
            return _repeat(last)
        audience = lane.named(arguments.recipients(event))
        self._delivery.reliable(lane, "direct", seat.named, event.raw(1), audience)
        return OK if number is None else self._done(lane, seat, number)

    def _snapshot(self, seat: Seat, lane: Lane, event: Event) -> Mapping[str, Any] | None:
        lane.check_host(seat.player)
        if event.size > self._bounds.snapshot_bytes:
            raise TooLarge(f"a snapshot has at most {self._bounds.snapshot_bytes} bytes")
        covers = arguments.covers(event)
        if covers is not None and covers > lane.keeper.seq:
            raise BadRequest("a snapshot cannot cover inputs that were not sent yet")
        data = event.raw(0)
        if lane.mixed:
            Outgoing.spliced("snapshot", data).check()
        address = network_of(seat.peer.remote_ip)
        lane.keeper.keep(data, epoch=lane.route.epoch, covers=covers, now=self._now(), address=address)
        if covers is not None and not seat.wants_seq:
            seat.wants_seq = True
            lane.forget_doors()
        self.stored(seat.player)
        if self._vault is None:
            return OK
        answer = None if event.ack_id is None else partial(_say_stored, seat.peer, event.ack_id)
        self._vault.save_snapshot(lane.route.room, lane.keeper.stored(), answer)
        return None

    @staticmethod
    def _done(lane: Lane, seat: Seat, number: int) -> Mapping[str, Any]:
        lane.numbers[seat.player] = number
        return {"ok": True, "n": number}

    def _park(self, seat: Seat, lane: Lane, data: Raw) -> None:
        if lane.keeper.park(seat.player, data, self._now()):
            self._counters.parked += 1
            return
        self._counters.inputs_dropped["parking"] += 1
        if self._now() - lane.drops_told_at >= DROPS_TOLD_AFTER_SECONDS:
            self._delivery.tell_drops(lane)
        raise ParkingFull("the room waits for a host, and no more inputs can be kept")


def _say_stored(peer: Peer, ack_id: int, durable: bool) -> None:
    """A snapshot with an ack is answered once it is committed."""
    peer.post(Outgoing.ack(ack_id, OK if durable else {"ok": True, "durable": False}))


def _repeat(last: int) -> Mapping[str, Any]:
    return {"ok": True, "n": last, "repeat": True}
