"""A whole server without sockets, with fake peers that hear what a client would read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gameserver.core.effects import Elected, RoomEnded
from gameserver.core.limits import Limits
from gameserver.core.tracks import Collection, Track
from gameserver.core.values import PlayerId, RoomId
from gameserver.testing.whole import PLENTY, WholeServer
from gameserver.transport.departures import AT_ONCE, Pace
from gameserver.transport.gate import Admitted, Ending, Rejected
from gameserver.transport.relay.bounds import Bounds
from gameserver.transport.relay.limiter import Rates
from tests.support.peers import FakePeer, event

TRACKS: Collection = {1: Track(1, "Five", 100.0, (1, 2, 3, 4, 5))}


class Journal:
    """Keeps what a log would get."""

    def __init__(self) -> None:
        self.commands: list[dict[str, Any]] = []
        self.failures: list[Exception] = []
        self.elections: list[Elected] = []
        self.endings: list[tuple[RoomId, str, float]] = []

    def command(self, **facts: Any) -> None:
        self.commands.append(facts)

    def failed(self, *, name: str, player: PlayerId | None, error: Exception) -> None:
        self.failures.append(error)

    def elected(self, election: Elected) -> None:
        self.elections.append(election)

    def ended(self, ending: RoomEnded, age_s: float) -> None:
        self.endings.append((ending.room, ending.reason, age_s))


class Game(WholeServer):
    """A server; `connect` returns a peer, `send` speaks as one, `peer.read()` is what it heard."""

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        rates: Rates = PLENTY,
        bounds: Bounds | None = None,
        logged: bool = False,
        banned: Callable[[str, str | None], str | None] = lambda address, subject: None,
        announced: Mapping[str, float] | None = None,
        pace: Pace = AT_ONCE,
    ) -> None:
        self.journal = Journal()
        super().__init__(
            limits=limits,
            rates=rates,
            bounds=bounds,
            tracks=TRACKS,
            journal=None if logged else self.journal,
            banned=banned,
            announced=announced,
            pace=pace,
        )

    def connect(self, auth: object = None, parser: str = "msgpack") -> FakePeer:
        peer = FakePeer("", parser)
        admitted = self.gate.admit(peer, auth)
        assert isinstance(admitted, Admitted), admitted
        peer.sid = admitted.sid
        peer.pid = str(admitted.extra["pid"]) if "pid" in admitted.extra else None
        self.gate.joined(peer)
        return peer

    def knock(self, auth: object) -> Admitted | Rejected:
        return self.gate.admit(FakePeer(""), auth)

    def send(self, peer: FakePeer, name: str, *args: Any, ack: int | None = None) -> None:
        self.gate.event(peer, event(name, *args, ack=ack))

    def ask(self, peer: FakePeer, name: str, *args: Any) -> Any:
        """Send with an ack and return what it answered; everything else heard meanwhile is passed over."""
        self.send(peer, name, *args, ack=99)
        (answer,) = [message[1] for message in peer.read() if message[0] == 99]
        return answer

    def leave(self, peer: FakePeer, ending: Ending = Ending.LOST) -> None:
        self.gate.left(peer, ending)

    def pass_time(self, seconds: float) -> None:
        self.clock.pass_time(seconds)
