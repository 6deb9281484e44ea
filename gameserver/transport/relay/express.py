"""The short way of the busiest messages: `state`, `input` and `broadcast` of stock msgpack clients.

What is ordinary in every respect goes from its bytes to the recipients' frames in one call. Whatever is
not, be it an ack, a running number, a member with the other parser, one that may come back, or anything to
refuse, is left as it came to the relay lane, which decides and says why. So nothing is charged or counted
before all is known to be in order.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from gameserver.protocol.packets import MsgpackRaw
from gameserver.protocol.packets.layouts import LEAD, frame, is_value, layouts
from gameserver.protocol.packets.outgoing import msgpack_head
from gameserver.transport.arrivals import TIMED_ONE_IN, Arrivals
from gameserver.transport.relay.counters import Counters
from gameserver.transport.seat import Seat

_LAYOUTS = layouts("state", "input", "broadcast")
_STATE = msgpack_head("state", 1)
_INPUT = msgpack_head("input", 2)
_BROADCAST = msgpack_head("broadcast", 2)


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

    def of(self, seat: Seat) -> Callable[[bytes, float], bool]:
        """Return what the seat's peer shows its messages to."""
        return partial(self._take, seat)

    def _take(self, seat: Seat, message: bytes, now: float) -> bool:
        """Relay this message and return True; or return False, and nothing has happened."""
        layout = _LAYOUTS.get(message[:LEAD])
        lane = seat.lane
        if layout is None or lane is None:
            return False
        name, head, tail, start, end = layout
        size = len(message)
        if not (message.startswith(head) and message.endswith(tail)) or size > self._message_bytes:
            return False
        value = message[start:end]
        if not is_value(value):
            return False
        counters, arrivals = self._counters, self._arrivals
        timed = not (arrivals.relayed + 1) % TIMED_ONE_IN
        began = self._now() if timed else now
        if name == "input":
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
                keeper.take(seat.player, MsgpackRaw(value), self._clock())
            door.send(frame(_INPUT, seat.packed, value))
            counters.deliveries += 1
        else:
            doors = lane.doors(seat.player)
            if doors is None:
                return False
            if name == "state":
                route = lane.route
                if seat.player != route.host or not route.host_ready:
                    return False
                if not seat.relay.take_if_there(size, now):
                    return False
                state = frame(_STATE, b"", value)
                for door in doors:
                    if door.open:
                        door.send_newest("state", state)
            elif seat.relay.take_if_there(size, now):
                broadcast = frame(_BROADCAST, seat.packed, value)
                for door in doors:
                    if door.open:
                        door.send(broadcast)
            else:
                return False
            counters.deliveries += len(doors)
        counters.messages[name] += 1
        counters.bytes_in[name] += size
        seat.messages += 1
        seat.received_bytes += size
        lane.used_at = now
        arrivals.relayed += 1
        if timed:
            self._time_relay(began)
        return True
