"""All rooms' lanes, as the core orders them: by which route each relays, and what is kept of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gameserver.core.effects import HandOver, Route, SendSnapshot
from gameserver.core.values import PlayerId, RoomId
from gameserver.ports import KeptSnapshot
from gameserver.protocol.packets import Outgoing
from gameserver.transport.relay.bounds import Bounds
from gameserver.transport.relay.counters import Counters
from gameserver.transport.relay.delivery import Delivery
from gameserver.transport.relay.handover import become_host, kept_snapshot
from gameserver.transport.relay.keeper import Keeper
from gameserver.transport.relay.lane import Lane
from gameserver.transport.relay.limiter import Limiter
from gameserver.transport.relay.quota import Quota
from gameserver.transport.relay.ring import Recorder
from gameserver.transport.seat import Seat


class RelayLane:
    """All rooms' lanes; implements `ports.Relay`."""

    def __init__(
        self,
        seats: Mapping[PlayerId, Seat],
        *,
        bounds: Bounds,
        limiter: Limiter,
        recorder: Recorder,
        delivery: Delivery,
        counters: Counters,
        now: Callable[[], float],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seats = seats
        self._lanes: dict[RoomId, Lane] = {}
        self._lane_of: dict[PlayerId, Lane] = {}  # of everybody seated, members that are away included
        self._recorder = recorder
        self._bounds = bounds
        self.quota = Quota(bounds.quota, counters)
        self._limiter = limiter
        self._delivery = delivery
        self._counters = counters
        self._now = now
        self._monotonic = monotonic  # the clock of `RelayMessages.handle`

    def publish(self, route: Route) -> None:
        lane = self._lanes.get(route.room)
        if lane is None:
            newcomers = route.seated
            lane = self._lanes[route.room] = Lane(
                route, self._seats, Keeper(self._bounds.keeper, self.quota), self._recorder
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
                self._delivery.give(lane, host, given)
            self._delivery.tell_drops(lane)

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
            lane.keeper.close()

    def hand_over(self, order: HandOver) -> None:
        seat = self._seats.get(order.host)
        lane = self._lanes.get(order.room)
        if seat is not None and lane is not None:
            self._counters.inputs_dropped["tail"] += lane.keeper.truncated
            # Where the snapshot cannot be put in the host's parser this raises: the runtime logs it, and
            # the room goes on with the next candidate once this one's time is up.
            seat.peer.post_aside(become_host(order, lane.keeper, seat.peer.parser, self._now()))
            if lane.keeper.snapshot is not None:
                self._limiter.charge_snapshot(seat, lane.keeper.snapshot.data.size, self._monotonic())

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
        return lane.mark(frozenset(to), event, args)

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
