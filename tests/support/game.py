"""A whole server without sockets: real rules, runtime, relay and gate around fake peers and a fake clock."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

from gameserver.core.commands import SnapshotStored
from gameserver.core.effects import Elected, RoomEnded
from gameserver.core.limits import Limits
from gameserver.core.registry import Registry
from gameserver.core.tracks import Collection, Track
from gameserver.core.values import PlayerId, RoomId, SessionKey
from gameserver.logs import LogJournal, get_log
from gameserver.runtime import Runtime
from gameserver.tokens import Identity
from gameserver.transport.edge import GameGate, Players
from gameserver.transport.gate import Admitted, Ending, Rejected
from gameserver.transport.relay.counters import Counters
from gameserver.transport.relay.limiter import Limiter, Rates
from gameserver.transport.relay.refusals import RelayRefusals
from gameserver.transport.relay.relay import Bounds, RelayLane
from gameserver.transport.relay.ring import Recorder, RingLimits
from latency.view import Cache
from tests.support.peers import FakePeer, event

TRACKS: Collection = {1: Track(1, "Five", 100.0, (1, 2, 3, 4, 5))}
PLENTY = Rates(1e6, 1e6, 1e9, 1e6, 1e6, 1e9)


class CountedIds:
    """Ids that a test can foresee: room00000, room00001, ..."""

    def __init__(self) -> None:
        self._count = itertools.count()

    def room_id(self) -> RoomId:
        return RoomId(f"room{next(self._count):04}")

    def session_key(self) -> SessionKey:
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
        number = next(self._count)
        return SessionKey("".join(letters[number // 32**place % 32] for place in range(6)))

    def salt(self) -> bytes:
        return next(self._count).to_bytes(16, "big")


class FakeTimers:
    """Timers that fire when the test lets time pass."""

    def __init__(self, now: float) -> None:
        self.now = now
        self._serial = itertools.count()
        self._due: dict[int, tuple[float, Callable[[], None]]] = {}

    class _Handle:
        def __init__(self, timers: FakeTimers, number: int) -> None:
            self._timers = timers
            self._number = number

        def cancel(self) -> None:
            self._timers._due.pop(self._number, None)

    def call_later(self, delay: float, callback: Callable[[], None], /) -> FakeTimers._Handle:
        number = next(self._serial)
        self._due[number] = (self.now + delay, callback)
        return self._Handle(self, number)

    def pass_time(self, seconds: float) -> None:
        until = self.now + seconds
        while True:
            due = [(at, number) for number, (at, _) in self._due.items() if at <= until]
            if not due:
                break
            at, number = min(due)
            self.now = max(self.now, at)
            self._due.pop(number)[1]()
        self.now = until


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


class NoProbes:
    """Measures nobody."""

    def __init__(self) -> None:
        self.roles: dict[PlayerId, str | None] = {}

        self.hidden_pages: dict[PlayerId, bool] = {}

    def opened(self, player: PlayerId, peer: object) -> None:
        pass

    def hidden(self, player: PlayerId, hidden: bool) -> None:
        self.hidden_pages[player] = hidden

    def closed(self, player: PlayerId) -> None:
        pass

    def watch(self, player: PlayerId, role: str | None) -> None:
        self.roles[player] = role

    def ponged(self, player: PlayerId, payload: bytes, received: float) -> None:
        pass

    def heartbeat(self, player: PlayerId, sent: float, received: float) -> None:
        pass


class Game:
    """A server; `connect` returns a peer, `send` speaks as one, `peer.read()` is what it heard."""

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        rates: Rates = PLENTY,
        logged: bool = False,
        banned: Callable[[str, str | None], str | None] = lambda address, subject: None,
        announced: Mapping[str, float] | None = None,
    ) -> None:
        self.timers = FakeTimers(1_000_000.0)
        self.pings = Cache()
        self.subjects: dict[str, str] = {}  # whom a token names
        self.journal = Journal()
        self.players = Players()
        self.probes = NoProbes()
        self.counters = Counters()
        log = get_log()
        limiter = Limiter(rates, now=self.now, later=self.timers.call_later, counters=self.counters)
        self.relay = RelayLane(
            self.players.seats,
            bounds=Bounds(),
            limiter=limiter,
            refuse=RelayRefusals(log, now=self.now),
            recorder=Recorder(RingLimits(), "run"),
            counters=self.counters,
            now=self.now,
            monotonic=self.now,
        )
        self.registry = Registry(
            limits=limits or Limits(), tracks=TRACKS, ids=CountedIds(), pings=self.pings, activity=self.relay
        )
        self.runtime = Runtime(
            self.registry,
            clock=self,
            timers=self.timers,
            outlet=self.players,
            relay=self.relay,
            watcher=self.probes,
            journal=LogJournal(log, self.now) if logged else self.journal,
        )
        self.players.marking = self.relay
        self.relay.stored = lambda host: self.runtime.report(host, SnapshotStored())
        ids = itertools.count()
        pids = itertools.count()
        self.gate = GameGate(
            self.runtime,
            self.players,
            self.relay,
            self.probes,
            limiter,
            clock=self,
            log=log,
            limits=announced or {"max_rooms": 10_000},
            frame_bytes=65536 + 4096,
            measured=self.pings.view,
            now=self.now,
            identify=self._identify,
            banned=banned,
            new_pid=lambda: f"pid{next(pids)}",
            new_id=lambda: f"player{next(ids)}",
        )

    def _identify(self, token: str | None) -> Identity | None:
        return None if token is None else Identity(self.subjects[token], None)

    def now(self) -> float:
        return self.timers.now

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
        self.timers.pass_time(seconds)
