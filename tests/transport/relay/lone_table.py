"""A room around its relay lane, with no server around it: players say something, others hear it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gameserver.core.effects import Route
from gameserver.core.values import PlayerId, RoomId
from gameserver.logs import get_log
from gameserver.transport.relay.bounds import Bounds
from gameserver.transport.relay.counters import Counters
from gameserver.transport.relay.delivery import Delivery
from gameserver.transport.relay.keeper import KeeperLimits
from gameserver.transport.relay.limiter import Limiter, Rates
from gameserver.transport.relay.messages import RelayMessages
from gameserver.transport.relay.refusals import RelayRefusals
from gameserver.transport.relay.relay import RelayLane
from gameserver.transport.relay.ring import Recorder, RingLimits
from gameserver.transport.seat import Seat
from tests.support.peers import FakePeer, event

ANNA, BO, CLEO, DAN = (PlayerId(name) for name in ("anna", "bo", "cleo", "dan"))
ROOM = RoomId("68ffbdj0")
PLENTY = Rates(1e6, 1e6, 1e9, 1e6, 1e6, 1e9)


class Table:
    """A room of connected players around a relay lane; Anna is the host."""

    def __init__(self, *, json: Iterable[PlayerId] = (), rates: Rates = PLENTY) -> None:
        self.now = 100.0
        self.later: list[tuple[float, Any]] = []
        self.counters = Counters()
        self.seats: dict[PlayerId, Seat] = {}
        limiter = Limiter(
            rates,
            now=lambda: self.now,
            later=lambda delay, call: self.later.append((self.now + delay, call)),
            counters=self.counters,
        )
        bounds = Bounds(message_bytes=1024, snapshot_bytes=4096, keeper=KeeperLimits(4, 4096, 3, 4096))
        delivery = Delivery(self.counters, lambda: self.now)
        self.relay = RelayLane(
            self.seats,
            bounds=bounds,
            limiter=limiter,
            recorder=Recorder(RingLimits(), "run"),
            delivery=delivery,
            counters=self.counters,
            now=lambda: self.now,
            monotonic=lambda: self.now,
        )
        self.messages = RelayMessages(
            delivery,
            bounds=bounds,
            limiter=limiter,
            refuse=RelayRefusals(get_log(), now=lambda: self.now),
            counters=self.counters,
            now=lambda: self.now,
        )
        self.peers = {}
        for player in (ANNA, BO, CLEO, DAN):
            peer = FakePeer(player, "json" if player in json else "msgpack")
            seat = Seat(player, peer, buckets=limiter.buckets(self.now), now=self.now)
            peer.app = seat
            self.seats[player] = seat
            self.peers[player] = peer
        self.publish()

    def publish(
        self,
        *members: PlayerId,
        host: PlayerId | None = ANNA,
        epoch: int = 1,
        former: Iterable[PlayerId] = (),
        ready: bool = True,
        seated: Iterable[PlayerId] = (),
    ) -> None:
        members = members or (ANNA, BO, CLEO)
        self.relay.publish(
            Route(ROOM, epoch, host, ready, members, frozenset(members) | set(seated), frozenset(former))
        )

    def send(self, player: PlayerId, name: str, *args: Any, ack: int | None = None) -> None:
        self.messages.handle(self.seats[player], event(name, *args, ack=ack), self.now)

    def heard(self, player: PlayerId) -> list[list[Any]]:
        return self.peers[player].read()

    def pass_time(self, seconds: float) -> None:
        until = self.now + seconds
        while due := sorted((entry for entry in self.later if entry[0] <= until), key=lambda entry: entry[0]):
            self.later.remove(due[0])
            self.now = max(self.now, due[0][0])
            due[0][1]()
        self.now = until


def refused(heard: list[list[Any]]) -> list[str]:
    return [message[1]["code"] for message in heard if message[0] == "error"]
