"""The relay lane: `state`, `update`, `input`, `broadcast`, `direct`, `snapshot`, from a frame to the sockets.

A relay message is checked against its room's route, its payload's structure is checked but never turned
into objects, and its bytes are spliced into one packet for all recipients. Nothing waits in between.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from gameserver.core.effects import HandOver, Route, SendSnapshot
from gameserver.core.errors import BadRequest, NotInRoom, ParkingFull, RateLimited, Refusal, TooLarge
from gameserver.core.values import PlayerId, RoomId
from gameserver.ports import KeptSnapshot, Vault
from gameserver.protocol.packets import Event, Literal, Outgoing, PacketError, Raw
from gameserver.transport.arrivals import Arrivals
from gameserver.transport.gate import Peer
from gameserver.transport.relay import arguments
from gameserver.transport.relay.counters import Counters
from gameserver.transport.relay.express import Express
from gameserver.transport.relay.handover import become_host, inputs_dropped, kept_snapshot
from gameserver.transport.relay.keeper import Input, Keeper, KeeperLimits
from gameserver.transport.relay.lane import Audience, Lane
from gameserver.transport.relay.limiter import Limiter
from gameserver.transport.relay.ring import Recorder
from gameserver.transport.seat import Seat

NEWEST_WINS = frozenset({"state", "update"})
DROPS_TOLD_AFTER_SECONDS = 1.0
OK: Mapping[str, Any] = {"ok": True}
NOTHING = Literal(None)

Refuse = Callable[[Seat, Event, Refusal], None]
"""Answer a relay message with a refusal."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the relay takes and keeps."""

    message_bytes: int = 65_536
    snapshot_bytes: int = 1_048_576
    frame_slack_bytes: int = 4096  # read beyond a bound, so that the refusal can be an answer
    update_keys: int = 16  # of one member in a room
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
        recorder: Recorder,
        counters: Counters,
        now: Callable[[], float],
        monotonic: Callable[[], float] = time.monotonic,
        vault: Vault | None = None,
    ) -> None:
        self._seats = seats
        self._lanes: dict[RoomId, Lane] = {}
        self._lane_of: dict[PlayerId, Lane] = {}  # of everybody seated, members that are away included
        self._recorder = recorder
        self._bounds = bounds
        self._limiter = limiter
        self._refuse = refuse
        self._counters = counters
        self._now = now
        self._monotonic = monotonic  # the clock of `handle`
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
        """Return the short way into these lanes; `now` is what the rates go by."""
        return Express(
            message_bytes=self._bounds.message_bytes,
            counters=self._counters,
            arrivals=arrivals,
            now=now,
            clock=self._now,
            time_relay=time_relay,
        )

    # -- what the core orders ----------------------------------------------------------------------

    def publish(self, route: Route) -> None:
        lane = self._lanes.get(route.room)
        if lane is None:
            newcomers = route.seated
            lane = self._lanes[route.room] = Lane(
                route, self._seats, Keeper(self._bounds.keeper), self._recorder
            )
        else:
            former = lane.route
            newcomers = route.seated - former.seated
            self._unbind(lane, former.seated - route.seated, set(former.members).difference(route.members))
            lane.publish(route)
        for player in newcomers:
            self._lane_of[player] = lane
        for player in route.members:
            seat = self._seats.get(player)
            if seat is not None:
                seat.lane = lane
                if player in newcomers:
                    seat.told = 0
        host = lane.host_seat()
        if host is not None:
            self._expect_snapshots(host)
            for given in lane.keeper.unpark():
                self._give(lane, host, given)
            self._tell_drops(lane)

    def restore(self, room: RoomId, snapshot: KeptSnapshot) -> None:
        """Take back what a former process stored of this room."""
        lane = self._lanes.get(room)
        if lane is not None:
            lane.keeper.restore(snapshot)

    def retire(self, room: RoomId) -> None:
        lane = self._lanes.pop(room, None)
        if lane is not None:
            self._unbind(lane, lane.route.seated, lane.route.members)
            lane.close()

    def hand_over(self, order: HandOver) -> None:
        seat = self._seats.get(order.host)
        lane = self._lanes.get(order.room)
        if seat is not None and lane is not None:
            self._counters.inputs_dropped["tail"] += lane.keeper.truncated
            # Where the snapshot cannot be put in the host's parser this raises: the runtime logs it, and
            # the room goes on with the next candidate once this one's time is up.
            seat.peer.post_aside(become_host(order, lane.keeper, seat.peer.parser, self._now()))

    def send_snapshot(self, order: SendSnapshot) -> None:
        seat = self._seats.get(order.player)
        lane = self._lanes.get(order.room)
        snapshot = None if lane is None else lane.keeper.snapshot
        if seat is not None and snapshot is not None:
            seat.peer.post_aside(kept_snapshot(snapshot, self._now()))
            self._limiter.charge_snapshot(seat, snapshot.data.size, self._monotonic())

    def missed(self, player: PlayerId, offset: str | None) -> list[Outgoing] | None:
        """Return what the player's room said after this offset, in order; None if that cannot be told."""
        lane = self._lane_of.get(player)
        if lane is None:
            return []
        return None if lane.ring is None else lane.ring.missed(player, offset)

    def restart(self, player: PlayerId) -> None:
        """This member has a gap: its room is told to it anew, and its events count from here on."""
        lane = self._lane_of.get(player)
        if lane is not None and lane.ring is not None:
            lane.ring.restart(player)

    def marked(self, to: tuple[PlayerId, ...], event: str, args: tuple[Any, ...]) -> Outgoing | None:
        """Record a room event for those of these members that could come back; None if there is none such."""
        lanes = self._lane_of
        for player in to:
            if player in lanes:
                lane = lanes[player]
                break
        else:
            return None
        if lane.ring is None:
            return None
        packet = Outgoing.event(event, *args, lane.ring.next_offset())
        lane.ring.record(frozenset(to), packet, len(packet.msgpack_frame))
        return packet

    def quiet_seconds(self, room: RoomId) -> float | None:
        """Return how long ago a message was last relayed in this room; implements the core's `Activity`."""
        lane = self._lanes.get(room)
        return None if lane is None or lane.used_at is None else self._monotonic() - lane.used_at

    def waiting(self, room: RoomId) -> int:
        """Return how many inputs wait for this room's host."""
        lane = self._lanes.get(room)
        return 0 if lane is None else lane.keeper.parked

    def snapshots_awaited(self, since: float) -> int:
        """Return how many rooms whose host keeps them informed have no snapshot newer than this."""
        return sum(
            lane.keeper.snapshot is not None
            and lane.host_seat() is not None
            and lane.keeper.snapshot.at < since
            for lane in self._lanes.values()
        )

    def _unbind(self, lane: Lane, seated: Iterable[PlayerId], connected: Iterable[PlayerId]) -> None:
        """These have no seat in the room any more, or are not connected to it."""
        for player in seated:
            if self._lane_of.get(player) is lane:
                del self._lane_of[player]
        for player in connected:
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
        self._news(lane, "state", "state", (event.raw(0),), lane.others(seat.player))
        return OK

    def _update(self, seat: Seat, lane: Lane, event: Event) -> Mapping[str, Any]:
        key = arguments.update_key(event)
        data = event.raw(1)
        keys = lane.update_keys_with(seat.player, key, self._bounds.update_keys)
        slot = ("update", seat.player, key)
        self._news(lane, slot, "update", (seat.named, Literal(key), data), lane.others(seat.player))
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
            self._to_host(lane, host, lane.keeper.take(seat.player, data, self._now()), seat.named)
        return OK if number is None else self._done(lane, seat, number)

    def _broadcast(self, seat: Seat, lane: Lane, event: Event) -> Mapping[str, Any]:
        number = None if event.count == 1 else arguments.running_number(event, 1)
        if number is not None and number <= (last := lane.numbers.get(seat.player, 0)):
            return _repeat(last)
        self._reliable(lane, "broadcast", seat.named, event.raw(0), lane.others(seat.player))
        return OK if number is None else self._done(lane, seat, number)

    def _direct(self, seat: Seat, lane: Lane, event: Event) -> Mapping[str, Any]:
        number = arguments.running_number(event, 2)
        if number is not None and number <= (last := lane.numbers.get(seat.player, 0)):
            return _repeat(last)
        audience = lane.named(arguments.recipients(event))
        self._reliable(lane, "direct", seat.named, event.raw(1), audience)
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
        if covers is not None and not seat.wants_seq:
            seat.wants_seq = True
            lane.forget_doors()
        lane.keeper.keep(data, epoch=lane.route.epoch, covers=covers, now=self._now())
        self.stored(seat.player)
        if self._vault is None:
            return OK
        answer = None if event.ack_id is None else partial(_say_stored, seat.peer, event.ack_id)
        self._vault.save_snapshot(lane.route.room, lane.keeper.stored(), answer)
        return None

    # -- the steps they share ----------------------------------------------------------------------

    def _news(self, lane: Lane, slot: Hashable, name: str, parts: tuple[Raw, ...], to: Audience) -> None:
        """Send what only the newest of counts, its data last; it is not recorded."""
        packet = Outgoing.spliced(name, *parts)
        if lane.mixed:
            packet.check()
        for peer in to.plain:
            peer.post_newest(slot, packet)
        if to.marked:
            if parts[-1].is_text:  # a stock client would take it for an offset
                packet = Outgoing.spliced(name, *parts, NOTHING)
            for peer in to.marked:
                peer.post_newest(slot, packet)
        self._counters.deliveries += len(to)

    def _reliable(self, lane: Lane, name: str, sender: Raw, data: Raw, to: Audience) -> None:
        """Send what must arrive; it is recorded for those that could come back."""
        packet = Outgoing.spliced(name, sender, data)
        if lane.mixed:
            packet.check()
        for peer in to.plain:
            peer.post(packet)
        if to.returning and lane.ring is not None:
            marked = Outgoing.spliced(name, sender, data, Literal(lane.ring.next_offset()))
            lane.ring.record(to.returning, marked, data.size)
            for peer in to.marked:
                peer.post(marked)
        self._counters.deliveries += len(to)

    @staticmethod
    def _done(lane: Lane, seat: Seat, number: int) -> Mapping[str, Any]:
        lane.numbers[seat.player] = number
        return {"ok": True, "n": number}

    def _to_host(self, lane: Lane, host: Seat, given: Input, sender: Raw) -> None:
        """Deliver an input, with its seq where the host wants it, recorded where the host could come back."""
        ring = lane.ring if host.recovers else None
        if ring is None and not host.wants_seq:
            packet = Outgoing.spliced("input", sender, given.data)
        else:
            after = [Literal({"seq": given.seq})] if host.wants_seq else []
            if ring is not None:
                after.append(Literal(ring.next_offset()))
            packet = Outgoing.spliced("input", sender, given.data, *after)
            if ring is not None:
                ring.record(frozenset((host.player,)), packet, given.data.size)
        host.peer.post(packet)
        self._counters.deliveries += 1

    def _give(self, lane: Lane, host: Seat, given: Input) -> None:
        """Deliver what waited; what this host's parser cannot express is counted as dropped."""
        try:
            Outgoing.spliced("input", given.data).check()
        except PacketError:
            lane.keeper.refused[given.player] += 1
            self._counters.inputs_dropped["parser"] += 1
        else:
            self._to_host(lane, host, given, Literal(given.player))

    def _park(self, seat: Seat, lane: Lane, data: Raw) -> None:
        if lane.keeper.park(seat.player, data, self._now()):
            self._counters.parked += 1
            return
        self._counters.inputs_dropped["parking"] += 1
        if self._now() - lane.drops_told_at >= DROPS_TOLD_AFTER_SECONDS:
            self._tell_drops(lane)
        raise ParkingFull("the room waits for a host, and no more inputs can be kept")

    def _tell_drops(self, lane: Lane) -> None:
        """Tell all of the inputs that found the parking full, by sender, at most once a second."""
        refused, lane.keeper.refused = lane.keeper.refused, Counter()
        for player, count in refused.items():
            lane.drops_told_at = self._now()
            self._announce(lane, "inputs_dropped", inputs_dropped(lane.route, player, count))

    def _announce(self, lane: Lane, event: str, body: Mapping[str, Any]) -> None:
        """Tell everybody in the room."""
        everybody = lane.others(None)
        packet = Outgoing.event(event, body)
        for peer in everybody.plain:
            peer.post(packet)
        marked = self.marked(tuple(everybody.returning), event, (body,))
        if marked is not None:
            for peer in everybody.marked:
                peer.post(marked)


def _say_stored(peer: Peer, ack_id: int, durable: bool) -> None:
    """A snapshot with an ack is answered once it is committed."""
    peer.post(Outgoing.ack(ack_id, OK if durable else {"ok": True, "durable": False}))


def _repeat(last: int) -> Mapping[str, Any]:
    return {"ok": True, "n": last, "repeat": True}
