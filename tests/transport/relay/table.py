"""A table to play at twice: with the short way of the relay, and without it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import msgpack
from socketio.msgpack_packet import MsgPackPacket

from gameserver.protocol.packets import MsgpackEvent, Outgoing, parse_msgpack
from gameserver.testing.whole import PLENTY
from gameserver.transport.relay.limiter import Rates
from tests.support.game import Game
from tests.support.peers import FakePeer


def javascript(name: str, *args: Any, ack: int | None = None) -> bytes:
    """A message as socket.io-client lays it out."""
    packet = {"type": 2, "data": [name, *args], "options": {"compress": True}}
    packed: bytes = msgpack.packb(packet | ({} if ack is None else {"id": ack}) | {"nsp": "/"})
    return packed


def python(name: str, *args: Any) -> bytes:
    """A message as python-socketio lays it out."""
    encoded = MsgPackPacket(2, data=[name, *args], namespace="/").encode()
    assert isinstance(encoded, bytes)
    return encoded


class Client(FakePeer):
    """Keeps the frames it is sent, whichever way."""

    def __init__(self, *, rides: bool, parser: str = "msgpack") -> None:
        super().__init__("", parser)
        self.frames: list[tuple[Hashable, bytes]] = []
        self.open = True
        if rides and parser == "msgpack":
            self.door = self

    def send(self, frame: bytes) -> None:
        self.frames.append((None, frame))

    def send_newest(self, slot: Hashable, frame: bytes) -> None:
        self.frames.append((slot, frame))

    def post(self, packet: Outgoing) -> None:
        super().post(packet)
        self.send(packet.msgpack_frame)

    def post_newest(self, slot: Hashable, packet: Outgoing) -> None:
        super().post_newest(slot, packet)
        self.send_newest(slot, packet.msgpack_frame)


class Table:
    """A room with Anna as its host, Bo and Cleo; `short` says whether there is a short way."""

    def __init__(
        self,
        *,
        short: bool = True,
        rides: bool = True,
        rates: Rates = PLENTY,
        parser: str = "msgpack",
        cleo: dict[str, Any] | None = None,
        anna: dict[str, Any] | None = None,
    ) -> None:
        self.game = Game(rates=rates)
        self.short = short
        self.anna, self.bo = self.enter(Client(rides=rides), anna), self.enter(Client(rides=rides))
        self.game.send(self.anna, "create", {"title": "Sparks"})
        room = next(iter(self.game.registry.rooms))
        self.game.send(self.bo, "join", room)
        self.cleo = self.enter(Client(rides=rides, parser=parser), cleo)
        self.game.send(self.cleo, "join", room)
        self.anna.frames.clear()
        self.bo.frames.clear()

    def enter(self, peer: Client, auth: dict[str, Any] | None = None) -> Client:
        admitted = self.game.gate.admit(peer, auth)
        peer.sid = admitted.sid  # type: ignore[union-attr]  # it is admitted
        self.game.gate.joined(peer)
        return peer

    def says(self, peer: Client, message: bytes) -> bool:
        """Hand over a message as a connection does; whether it went the short way."""
        assert peer.express is not None
        if self.short and peer.express(message, self.game.now()):
            return True
        packet = parse_msgpack(message)
        assert isinstance(packet, MsgpackEvent)
        self.game.gate.event(peer, packet)
        return False

    def account(self) -> dict[str, Any]:
        """All that counts of what was relayed."""
        counters, gate = self.game.counters, self.game.gate
        lane = self.anna.app.lane
        return {
            "frames": (self.anna.frames, self.bo.frames),
            "messages": dict(counters.messages),
            "bytes": dict(counters.bytes_in),
            "deliveries": counters.deliveries,
            "refused": dict(counters.refused),
            "relayed": gate.counts.relayed,
            "received": [(seat.messages, seat.received_bytes) for seat in self.game.players.seats.values()],
            "inputs": lane.keeper.seq,
            "used": lane.used_at,
        }
