"""The short way of the busiest messages: `state`, `input` and `broadcast` of stock msgpack clients.

What is ordinary in every respect goes from its bytes to the recipients' frames in one call. Whatever is
not, be it an ack, a running number, a member with the other parser, one that may come back, or anything to
refuse, is left as it came to the relay lane, which decides and says why. So nothing is charged or counted
before all is known to be in order.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from gameserver.protocol.packets import MsgpackRaw, Outgoing
from gameserver.protocol.packets.layouts import LEAD, frame, is_value, layouts
from gameserver.protocol.packets.outgoing import msgpack_head
from gameserver.transport.arrivals import TIMED_ONE_IN, Arrivals
from gameserver.transport.relay.counters import Counters
from gameserver.transport.relay.lane import Audience, Lane
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
        """`now` is what the rates go by, `clock` the time that inputs are kept with."""
        self._message_bytes = message_bytes
        self._counters = counters
        self._arrivals = arrivals
        self._now = now
        self._clock = clock
        self._time_relay = time_relay

    def of(self, seat: Seat) -> Callable[[bytes], bool]:
        """Return what the seat's peer shows its messages to."""
        return partial(self._take, seat)

    def _take(self, seat: Seat, message: bytes) -> bool:
        """Relay this message and return True; or return False, and nothing has happened."""
        layout = _LAYOUTS.get(message[:LEAD])
        lane = seat.lane
        if layout is None or lane is None or lane.mixed:
            return False
        name, head, tail, start, end = layout
        size = len(message)
        if not (message.startswith(head) and message.endswith(tail)) or size > self._message_bytes:
            return False
        value = message[start:end]
        if not is_value(value):
            return False
        now = self._now()
        if name == "input":
            done = self._input(seat, lane, value, size, now)
        elif name == "state":
            done = self._state(seat, lane, value, size, now)
        else:
            done = self._broadcast(seat, lane, value, size, now)
        if not done:
            return False
        counters = self._counters
        counters.messages[name] += 1
        counters.bytes_in[name] += size
        seat.messages += 1
        seat.received_bytes += size
        lane.used_at = now
        arrivals = self._arrivals
        arrivals.relayed = relayed = arrivals.relayed + 1
        if not relayed % TIMED_ONE_IN:
            self._time_relay(now)
        return True

    def _input(self, seat: Seat, lane: Lane, value: bytes, size: int, now: float) -> bool:
        host = lane.host_seat()
        if host is None or host.recovers or host.wants_seq:
            return False
        door = host.peer.door
        if door is None or not seat.relay.take_if_there(size, now):
            return False
        keeper = lane.keeper
        if keeper.snapshot is None:
            keeper.seq += 1
        else:
            keeper.take(seat.player, MsgpackRaw(value), self._clock())
        door.send(frame(_INPUT + seat.named.msgpack(), value))
        self._counters.deliveries += 1
        return True

    def _state(self, seat: Seat, lane: Lane, value: bytes, size: int, now: float) -> bool:
        route = lane.route
        if seat.player != route.host or not route.host_ready:
            return False
        to = lane.others(seat.player)
        if not _is_plain(to) or not seat.relay.take_if_there(size, now):
            return False
        state = frame(_STATE, value)
        for peer in to.plain:
            door = peer.door
            if door is not None:
                door.send_newest("state", state)
            else:
                peer.post_newest("state", Outgoing.spliced("state", MsgpackRaw(value)))
        self._counters.deliveries += len(to.plain)
        return True

    def _broadcast(self, seat: Seat, lane: Lane, value: bytes, size: int, now: float) -> bool:
        to = lane.others(seat.player)
        if not _is_plain(to) or not seat.relay.take_if_there(size, now):
            return False
        broadcast = frame(_BROADCAST + seat.named.msgpack(), value)
        for peer in to.plain:
            door = peer.door
            if door is not None:
                door.send(broadcast)
            else:
                peer.post(Outgoing.spliced("broadcast", seat.named, MsgpackRaw(value)))
        self._counters.deliveries += len(to.plain)
        return True


def _is_plain(to: Audience) -> bool:
    """Whether none of them could come back, so that nothing has to be recorded or marked."""
    return not (to.marked or to.returning)
