"""The relay lane: `state`, `update`, `input`, `broadcast`, `direct`, `snapshot`, from a frame to the sockets.

A relay message is checked against its room's route, its payload's structure is checked but never turned
into objects, and its bytes are spliced into one packet for all recipients. Nothing waits in between.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gameserver.core.effects import HandOver, Route, SendSnapshot
from gameserver.core.errors import BadRequest, NotInRoom, ParkingFull, RateLimited, Refusal, TooLarge
from gameserver.core.values import PlayerId, RoomId
from gameserver.protocol.packets import Event, Outgoing, PacketError, Raw
from gameserver.transport.gate import Peer
from gameserver.transport.relay import arguments
from gameserver.transport.relay.counters import Counters
from gameserver.transport.relay.handover import become_host, inputs_dropped, kept_snapshot
from gameserver.transport.relay.keeper import Input, Keeper, KeeperLimits
from gameserver.transport.relay.lane import Lane
from gameserver.transport.relay.limiter import Limiter
from gameserver.transport.seat import Seat

NEWEST_WINS = frozenset({"state", "update"})
DROPS_TOLD_AFTER_SECONDS = 1.0
OK: Mapping[str, Any] = {"ok": True}

Refuse = Callable[[Seat, Event, Refusal], None]
"""Answer a relay message with a refusal."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the relay takes and keeps."""

    message_bytes: int = 65_536
    snapshot_bytes: int = 1_048_576
    frame_slack_bytes: int = 4096  # read beyond a bound, so that the refusal can be an answer
    keeper: KeeperLimits = field(default_factory=KeeperLimits)


class RelayLane:
    """All rooms' lanes; implements `ports.Relay`."""

    def __init__(
        self,
        seats: Mapping[PlayerId, Seat],
        *,
        bounds: Bounds,
        limiter: Limiter,
        refuse: Refuse,
        counters: Counters,
        now: Callable[[], float],
    ) -> None:
        self._seats = seats
        self._lanes: dict[RoomId, Lane] = {}
        self._bounds = bounds
        self._limiter = limiter
        self._refuse = refuse
        self._counters = counters
        self._now = now
        self.stored: Callable[[PlayerId], None] = lambda host: None  # a host's snapshot was kept
        self._handlers: Mapping[str, Callable[[Seat, Lane, Event], Mapping[str, Any]]] = {
            "state": self._state,
            "update": self._update,
            "input": self._input,
            "broadcast": self._broadcast,
            "direct": self._direct,
            "snapshot": self._snapshot,
        }

    # -- what the core orders ----------------------------------------------------------------------

    def publish(self, route: Route) -> None:
        lane = self._lanes.get(route.room)
        if lane is None:
            lane = self._lanes[route.room] = Lane(route, self._seats, Keeper(self._bounds.keeper))
        else:
            self._unbind(lane)
            lane.publish(route)
        for player in route.members:
            seat = self._seats.get(player)
            if seat is not None:
                seat.lane = lane
        host = lane.host_seat()
        if host is not None:
            self._expect_snapshots(host)
            for given in lane.keeper.unpark():
                self._give(lane, host, given)
            self._tell_drops(lane)

    def retire(self, room: RoomId) -> None:
        lane = self._lanes.pop(room, None)
        if lane is not None:
            self._unbind(lane)

    def hand_over(self, order: HandOver) -> None:
        seat = self._seats.get(order.host)
        lane = self._lanes.get(order.room)
        if seat is not None and lane is not None:
            # Where the snapshot cannot be put in the host's parser this raises: the runtime logs it, and
            # the room goes on with the next candidate once this one's time is up.
            seat.peer.post_aside(become_host(order, lane.keeper, seat.peer.parser, self._now()))

    def send_snapshot(self, order: SendSnapshot) -> None:
        seat = self._seats.get(order.player)
        lane = self._lanes.get(order.room)
        if seat is not None and lane is not None and lane.keeper.snapshot is not None:
            seat.peer.post_aside(kept_snapshot(lane.keeper.snapshot, self._now()))

    def _unbind(self, lane: Lane) -> None:
        for player in lane.route.members:
            seat = self._seats.get(player)
            if seat is not None and seat.lane is lane:
                seat.lane = None

    def _expect_snapshots(self, host: Seat) -> None:
        """Read larger frames from who is host, and go on doing so: a deposed host may be amid sending one."""
        if not host.large:
            host.large = True
            host.peer.expect(self._bounds.snapshot_bytes + self._bounds.frame_slack_bytes)

    # -- what the players send ---------------------------------------------------------------------

    def handle(self, seat: Seat, event: Event, now: float) -> None:
        """Relay this event, or refuse it."""
        name = event.name
        counters = self._counters
        counters.messages[name] += 1
        counters.bytes_in[name] += event.size
        try:
            lane = seat.lane
            if lane is None:
                raise NotInRoom("you are in no room")
            if name == "snapshot":
                self._limiter.charge_snapshot(seat, event.size, now)
            elif event.size > self._bounds.message_bytes:
                raise TooLarge(f"a message has at most {self._bounds.message_bytes} bytes")
            elif name not in NEWEST_WINS:
                self._limiter.charge(seat, event.size, now)
            elif not self._limiter.allows_news(seat, event.size, now):
                raise RateLimited("you send more than the limit; this message was left out")
            body = self._handlers[name](seat, lane, event)
        except Refusal as refusal:
            counters.refused[refusal.code] += 1
            self._refuse(seat, event, refusal)
        except PacketError as error:
            counters.refused[BadRequest.code] += 1
            self._refuse(seat, event, BadRequest(str(error)))
        else:
            if event.ack_id is not None:
                seat.peer.post(Outgoing.ack(event.ack_id, body))

    def _state(self, seat: Seat, lane: Lane, event: Event) -> Mapping[str, Any]:
        lane.check_host(seat.player)
        if event.count != 1:
            raise BadRequest("state takes one argument")
        packet = self._spliced(lane, "state", (), event.raw(0))
        others = lane.others(seat.player)
        for peer in others:
            peer.post_newest("state", packet)
        self._counters.deliveries += len(others)
        return OK

    def _update(self, seat: Seat, lane: Lane, event: Event) -> Mapping[str, Any]:
        key = arguments.update_key(event)
        packet = self._spliced(lane, "update", (seat.player, key), event.raw(1))
        lane.note_update_key(seat.player, key)
        slot = ("update", seat.player, key)
        others = lane.others(seat.player)
        for peer in others:
            peer.post_newest(slot, packet)
        self._counters.deliveries += len(others)
        return OK

    def _input(self, seat: Seat, lane: Lane, event: Event) -> Mapping[str, Any]:
        number = arguments.running_number(event, 1)
        if number is not None and number <= (last := lane.numbers.get(seat.player, 0)):
            return _repeat(last)
        data = event.raw(0)
        host = lane.host_seat()
        if host is None:
            self._park(seat, lane, data)
        else:
            if lane.mixed:
                Outgoing.relay("input", data, before=(seat.player,)).check()
            host.peer.post(self._to_host(host, lane.keeper.take(seat.player, data, self._now())))
            self._counters.deliveries += 1
        return self._done(lane, seat, number)

    def _broadcast(self, seat: Seat, lane: Lane, event: Event) -> Mapping[str, Any]:
        number = arguments.running_number(event, 1)
        if number is not None and number <= (last := lane.numbers.get(seat.player, 0)):
            return _repeat(last)
        packet = self._spliced(lane, "broadcast", (seat.player,), event.raw(0))
        self._deliver(packet, lane.others(seat.player))
        return self._done(lane, seat, number)

    def _direct(self, seat: Seat, lane: Lane, event: Event) -> Mapping[str, Any]:
        number = arguments.running_number(event, 2)
        if number is not None and number <= (last := lane.numbers.get(seat.player, 0)):
            return _repeat(last)
        peers = lane.peers_of(arguments.recipients(event))
        packet = self._spliced(lane, "direct", (seat.player,), event.raw(1))
        self._deliver(packet, peers)
        return self._done(lane, seat, number)

    def _snapshot(self, seat: Seat, lane: Lane, event: Event) -> Mapping[str, Any]:
        lane.check_host(seat.player)
        if event.size > self._bounds.snapshot_bytes:
            raise TooLarge(f"a snapshot has at most {self._bounds.snapshot_bytes} bytes")
        covers = arguments.covers(event)
        if covers is not None and covers > lane.keeper.seq:
            raise BadRequest("a snapshot cannot cover inputs that were not sent yet")
        data = event.raw(0)
        if lane.mixed:
            Outgoing.relay("snapshot", data).check()
        seat.wants_seq = seat.wants_seq or covers is not None
        lane.keeper.keep(data, epoch=lane.route.epoch, covers=covers, now=self._now())
        self.stored(seat.player)
        return OK

    # -- the steps they share ----------------------------------------------------------------------

    def _deliver(self, packet: Outgoing, to: tuple[Peer, ...]) -> None:
        for peer in to:
            peer.post(packet)
        self._counters.deliveries += len(to)

    @staticmethod
    def _done(lane: Lane, seat: Seat, number: int | None) -> Mapping[str, Any]:
        if number is None:
            return OK
        lane.numbers[seat.player] = number
        return {"ok": True, "n": number}

    @staticmethod
    def _to_host(host: Seat, given: Input) -> Outgoing:
        after = ({"seq": given.seq},) if host.wants_seq else ()
        return Outgoing.relay("input", given.data, before=(given.player,), after=after)

    def _give(self, lane: Lane, host: Seat, given: Input) -> None:
        """Deliver what waited; what this host's parser cannot express is counted as dropped."""
        packet = self._to_host(host, given)
        try:
            packet.check()
        except PacketError:
            lane.keeper.refused[given.player] += 1
        else:
            host.peer.post(packet)

    def _park(self, seat: Seat, lane: Lane, data: Raw) -> None:
        if lane.keeper.park(seat.player, data, self._now()):
            return
        if self._now() - lane.drops_told_at >= DROPS_TOLD_AFTER_SECONDS:
            self._tell_drops(lane)
        raise ParkingFull("the room waits for a host, and no more inputs can be kept")

    def _tell_drops(self, lane: Lane) -> None:
        """Tell all of the inputs that found the parking full, by sender, at most once a second."""
        refused, lane.keeper.refused = lane.keeper.refused, Counter()
        for player, count in refused.items():
            lane.drops_told_at = self._now()
            self._deliver(inputs_dropped(lane.route.room, lane.route.epoch, player, count), lane.connected())

    @staticmethod
    def _spliced(lane: Lane, name: str, before: tuple[Any, ...], payload: Raw) -> Outgoing:
        """Return the packet; raises PacketError if a member's parser cannot express the payload."""
        packet = Outgoing.relay(name, payload, before=before)
        if lane.mixed:
            packet.check()
        return packet


def _repeat(last: int) -> Mapping[str, Any]:
    return {"ok": True, "n": last, "repeat": True}
