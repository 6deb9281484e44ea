"""Bring packets to a room's members: plain, or marked and recorded for those that could come back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from gameserver.protocol.packets import Literal, Outgoing, PacketError, Raw
from gameserver.transport.relay.counters import Counters
from gameserver.transport.relay.handover import inputs_dropped
from gameserver.transport.relay.keeper import Input
from gameserver.transport.relay.lane import Audience, Lane
from gameserver.transport.seat import Seat

NOTHING = Literal(None)


class Delivery:
    """Brings what is relayed to its audience, and counts it."""

    def __init__(self, counters: Counters, now: Callable[[], float]) -> None:
        self._counters = counters
        self._now = now

    def news(self, lane: Lane, slot: Hashable, name: str, parts: tuple[Raw, ...], to: Audience) -> None:
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

    def reliable(self, lane: Lane, name: str, sender: Raw, data: Raw, to: Audience) -> None:
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

    def to_host(self, lane: Lane, host: Seat, given: Input, sender: Raw) -> None:
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

    def give(self, lane: Lane, host: Seat, given: Input) -> None:
        """Deliver what waited; what this host's parser cannot express is counted as dropped."""
        try:
            Outgoing.spliced("input", given.data).check()
        except PacketError:
            lane.keeper.refused[given.player] += 1
            self._counters.inputs_dropped["parser"] += 1
        else:
            self.to_host(lane, host, given, Literal(given.player))

    def tell_drops(self, lane: Lane) -> None:
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
        if everybody.returning:
            marked = lane.mark(everybody.returning, event, (body,))
            if marked is not None:
                for peer in everybody.marked:
                    peer.post(marked)
