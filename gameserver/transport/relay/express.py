"""The short way of the busiest messages: `state`, `input` and `broadcast` of stock msgpack clients.

What is ordinary in every respect goes from its bytes to the recipients' frames in one call. Whatever is
not, be it an ack, a running number, a member with the other parser, one that may come back, or anything to
refuse, is left as it came to the relay lane, which decides and says why. So nothing is charged or counted
before all is known to be in order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MethodType
from typing import Final

from gameserver.protocol.packets import MsgpackRaw
from gameserver.protocol.packets.layouts import BIN_8, LEAD, frame, is_value, layouts
from gameserver.protocol.packets.outgoing import msgpack_head
from gameserver.transport.arrivals import TIMED_ONE_IN, Arrivals
from gameserver.transport.relay.counters import Counters, Relayed
from gameserver.transport.seat import Seat
from gameserver.transport.websocket.outbox import Outbox

_STATE: Final = msgpack_head("state", 1)
_INPUT: Final = msgpack_head("input", 2)
_BROADCAST: Final = msgpack_head("broadcast", 2)

Take = Callable[[Seat, bytes, float], bool]


_KINDS: Final = ("state", "input", "broadcast")
_LONG: Final = 1_024  # bytes of a message, beyond which its check costs more than another look at the rate
_AS_STATE: Final = 0  # their places: compared faster than names
_AS_INPUT: Final = 1


@dataclass(slots=True)
class _Ordinary:
    """A layout, and what its messages are counted with."""

    kind: int
    rest: bytes  # what comes before the value, unless the first LEAD bytes say it all
    tail: bytes
    start: int
    end: int
    beside: int  # bytes around a short binary value, and its own two of header
    relayed: Relayed


class Express:
    """Relays what is ordinary, for all rooms."""

    def __init__(
        self,
        *,
        message_bytes: int,
        counters: Counters,
        arrivals: Arrivals,
        now: Callable[[], float],
        clock: Callable[[], float],
        time_relay: Callable[[float], None],
    ) -> None:
        """`now` is the clock of what comes in, `clock` the time that inputs are kept with."""
        self._message_bytes = message_bytes
        self._counters = counters
        self._arrivals = arrivals
        self._now = now
        self._clock = clock
        self._time_relay = time_relay
        self._take = self._taking()

    def of(self, seat: Seat) -> Callable[[bytes, float], bool]:
        """Return what the seat's peer shows its messages to."""
        return MethodType(self._take, seat)  # of all ways to bind an argument the one that calls fastest

    def _ordinary(self) -> dict[bytes, _Ordinary]:
        """What messages look like that are taken, by their first LEAD bytes."""
        return {
            lead: _Ordinary(
                _KINDS.index(layout.name),
                layout.head if layout.start > LEAD else b"",
                layout.tail,
                layout.start,
                layout.end,
                layout.start - layout.end + 2,
                self._counters.relayed(layout.name),
            )
            for lead, layout in layouts(*_KINDS).items()
        }

    def _taking(self) -> Take:
        """Make the one function that all messages go through: what it needs lies in its own variables."""
        ordinary = self._ordinary()
        most = self._message_bytes
        counters, arrivals, clock = self._counters, self._arrivals, self._clock

        def take(seat: Seat, message: bytes, now: float) -> bool:
            """Relay this message and return True; or return False, and nothing has happened."""
            layout = ordinary.get(message[:LEAD])
            lane = seat.lane
            if layout is None or lane is None:
                return False
            size = len(message)
            rest = layout.rest
            if not message.endswith(layout.tail) or size > most or (rest and not message.startswith(rest)):
                return False
            start = layout.start
            value = message[start : layout.end]
            if size > _LONG and not seat.relay.covers(size, now):  # to check it would be for nothing
                return False
            # Of short binary data a glance tells that it is one value.
            short = message[start] == BIN_8 and message[start + 1] == size - layout.beside
            if not short and not is_value(value):
                return False
            kind = layout.kind
            relayed = layout.relayed
            handled = arrivals.relayed + 1
            began = 0.0 if handled % TIMED_ONE_IN else self._now()
            if kind == _AS_INPUT:
                door = lane.to_host
                if door is None or not door.open:
                    door = lane.host_door()
                    if door is None:
                        return False
                if not seat.relay.take_if_there(size, now):
                    return False
                keeper = lane.keeper
                if keeper.snapshot is None:
                    keeper.seq += 1
                else:
                    keeper.take(seat.player, MsgpackRaw(value), clock())
                given = frame(_INPUT, seat.packed, value)
                # Here and below: known to be an outbox, it is called, compiled, without a look-up by name.
                if isinstance(door, Outbox):
                    door.send(given)
                else:
                    door.send(given)
                counters.deliveries += 1
            else:
                doors = lane.doors(seat.player)
                if doors is None:
                    return False
                if kind == _AS_STATE:
                    route = lane.route
                    if seat.player != route.host or not route.host_ready:
                        return False
                    if not seat.relay.take_if_there(size, now):
                        return False
                    state = frame(_STATE, b"", value)
                    for door in doors:
                        if isinstance(door, Outbox):
                            if door.open:
                                door.send_newest("state", state)
                        elif door.open:
                            door.send_newest("state", state)
                elif seat.relay.take_if_there(size, now):
                    broadcast = frame(_BROADCAST, seat.packed, value)
                    for door in doors:
                        if isinstance(door, Outbox):
                            if door.open:
                                door.send(broadcast)
                        elif door.open:
                            door.send(broadcast)
                else:
                    return False
                counters.deliveries += len(doors)
            relayed.messages += 1
            relayed.bytes += size
            seat.messages += 1
            seat.received_bytes += size
            lane.used_at = now
            arrivals.relayed = handled
            if not handled % TIMED_ONE_IN:
                self._time_relay(began)
            return True

        return take
