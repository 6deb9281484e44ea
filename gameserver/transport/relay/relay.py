"""The relay lane: `state`, `update`, `input`, `broadcast`, `direct`, from a received frame to the sockets.

A relay message is checked against its room's route, its payload's structure is checked but never turned
into objects, and its bytes are spliced into one packet for all recipients. Nothing waits in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gameserver.core.effects import HandOver, Route, SendSnapshot
from gameserver.core.errors import BadRequest, NotInRoom, RateLimited, Refusal, TooLarge
from gameserver.core.values import PlayerId, RoomId
from gameserver.protocol.packets import Event, Outgoing, PacketError, Raw
from gameserver.transport.gate import Peer
from gameserver.transport.relay.counters import Counters
from gameserver.transport.relay.lane import Lane
from gameserver.transport.relay.limiter import Limiter
from gameserver.transport.seat import Seat

MAX_KEY_CHARS = 64
NEWEST_WINS = frozenset({"state", "update"})
OK: Mapping[str, Any] = {"ok": True}

Refuse = Callable[[Seat, Event, Refusal], None]
"""Answer a relay message with a refusal."""


class RelayLane:
    """All rooms' lanes; implements `ports.Relay`."""

    def __init__(
        self,
        seats: Mapping[PlayerId, Seat],
        *,
        message_bytes: int,
        limiter: Limiter,
        refuse: Refuse,
        counters: Counters,
    ) -> None:
        self._seats = seats
        self._lanes: dict[RoomId, Lane] = {}
        self._message_bytes = message_bytes
        self._limiter = limiter
        self._refuse = refuse
        self._counters = counters
        self._handlers: Mapping[str, Callable[[Seat, Lane, Event], Mapping[str, Any]]] = {
            "state": self._state,
            "update": self._update,
            "input": self._input,
            "broadcast": self._broadcast,
            "direct": self._direct,
        }

    # -- what the core orders ----------------------------------------------------------------------

    def publish(self, route: Route) -> None:
        lane = self._lanes.get(route.room)
        if lane is None:
            lane = self._lanes[route.room] = Lane(route, self._seats)
        else:
            self._unbind(lane)
            lane.publish(route)
        for player in route.members:
            seat = self._seats.get(player)
            if seat is not None:
                seat.lane = lane

    def retire(self, room: RoomId) -> None:
        lane = self._lanes.pop(room, None)
        if lane is not None:
            self._unbind(lane)

    def hand_over(self, order: HandOver) -> None:
        seat = self._seats.get(order.host)
        if seat is not None:
            message: dict[str, Any] = {
                "epoch": order.epoch,
                "snapshot": None,
                "snapshot_epoch": None,
                "snapshot_age_ms": None,
                "inputs": [],
                "tail": None,
                "truncated": 0,
            }
            seat.peer.post(Outgoing.event("become_host", message))

    def send_snapshot(self, order: SendSnapshot) -> None:
        """No snapshot is kept yet, so there is none to send."""

    def _unbind(self, lane: Lane) -> None:
        for player in lane.route.members:
            seat = self._seats.get(player)
            if seat is not None and seat.lane is lane:
                seat.lane = None

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
            if event.size > self._message_bytes:
                raise TooLarge(f"a message has at most {self._message_bytes} bytes")
            if name not in NEWEST_WINS:
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
        if event.count != 2:
            raise BadRequest("update takes a key and data")
        key = event.arg(0)
        if not isinstance(key, str) or not 0 < len(key) <= MAX_KEY_CHARS:
            raise BadRequest(f"an update's key is a string of 1 to {MAX_KEY_CHARS} characters")
        packet = self._spliced(lane, "update", (seat.player, key), event.raw(1))
        lane.note_update_key(seat.player, key)
        slot = ("update", seat.player, key)
        others = lane.others(seat.player)
        for peer in others:
            peer.post_newest(slot, packet)
        self._counters.deliveries += len(others)
        return OK

    def _input(self, seat: Seat, lane: Lane, event: Event) -> Mapping[str, Any]:
        number = _running_number(event, 1)
        if number is not None and number <= (last := lane.numbers.get(seat.player, 0)):
            return _repeat(last)
        host = lane.host_peer()
        packet = self._spliced(lane, "input", (seat.player,), event.raw(0))
        return self._reliable(lane, seat, number, packet, (host,))

    def _broadcast(self, seat: Seat, lane: Lane, event: Event) -> Mapping[str, Any]:
        number = _running_number(event, 1)
        if number is not None and number <= (last := lane.numbers.get(seat.player, 0)):
            return _repeat(last)
        packet = self._spliced(lane, "broadcast", (seat.player,), event.raw(0))
        return self._reliable(lane, seat, number, packet, lane.others(seat.player))

    def _direct(self, seat: Seat, lane: Lane, event: Event) -> Mapping[str, Any]:
        number = _running_number(event, 2)
        if number is not None and number <= (last := lane.numbers.get(seat.player, 0)):
            return _repeat(last)
        peers = lane.peers_of(_ids(event.arg(0)))
        packet = self._spliced(lane, "direct", (seat.player,), event.raw(1))
        return self._reliable(lane, seat, number, packet, peers)

    def _reliable(
        self, lane: Lane, seat: Seat, number: int | None, packet: Outgoing, to: tuple[Peer, ...]
    ) -> Mapping[str, Any]:
        for peer in to:
            peer.post(packet)
        self._counters.deliveries += len(to)
        if number is None:
            return OK
        lane.numbers[seat.player] = number
        return {"ok": True, "n": number}

    @staticmethod
    def _spliced(lane: Lane, name: str, before: tuple[Any, ...], payload: Raw) -> Outgoing:
        """Return the packet; raises PacketError if a member's parser cannot express the payload."""
        packet = Outgoing.relay(name, payload, before=before)
        if lane.mixed:
            packet.check()
        return packet


def _repeat(last: int) -> Mapping[str, Any]:
    return {"ok": True, "n": last, "repeat": True}


def _running_number(event: Event, data: int) -> int | None:
    """Return the `{n}` behind the data argument; raises BadRequest if what stands there is none."""
    if event.count == data:
        return None
    if event.count != data + 1:
        raise BadRequest(f"{event.name} takes one data argument and, behind it, at most {{n}}")
    last = event.arg(data)
    number = last.get("n") if isinstance(last, dict) and len(last) == 1 else None
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2**53:
        raise BadRequest(f"{event.name} takes one data argument and, behind it, at most {{n}} from 1")
    return number


def _ids(value: object) -> Iterable[PlayerId]:
    ids = [value] if isinstance(value, str) else value
    if not isinstance(ids, list) or not ids or not all(isinstance(each, str) for each in ids):
        raise BadRequest("direct takes a player id or a list of them")
    return [PlayerId(each) for each in ids]
