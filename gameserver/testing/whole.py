"""A whole server without sockets: real rules, runtime, relay and gate, around a fake clock."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

from gameserver.core.commands import SnapshotStored
from gameserver.core.limits import Limits
from gameserver.core.registry import Registry
from gameserver.core.tracks import Collection
from gameserver.core.values import PlayerId, RoomId, SessionKey
from gameserver.logs import LogJournal, get_log
from gameserver.ports import Journal
from gameserver.runtime import Runtime
from gameserver.testing.clock import FakeClock
from gameserver.tokens import Identity
from gameserver.transport.departures import AT_ONCE, Pace
from gameserver.transport.edge import GameGate
from gameserver.transport.players import Players
from gameserver.transport.relay.bounds import Bounds
from gameserver.transport.relay.counters import Counters
from gameserver.transport.relay.delivery import Delivery
from gameserver.transport.relay.limiter import Limiter, Rates
from gameserver.transport.relay.messages import RelayMessages
from gameserver.transport.relay.refusals import RelayRefusals
from gameserver.transport.relay.relay import RelayLane
from gameserver.transport.relay.ring import Recorder, RingLimits
from latency.view import Cache, LatencyView

PLENTY = Rates(1e6, 1e6, 1e9, 1e6, 1e6, 1e9)
"""Rates that nobody reaches."""


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


class Unmeasured:
    """Measures nobody; a test says what pings are."""

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


class WholeServer:
    """All parts of a server but its sockets and its storage."""

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        rates: Rates = PLENTY,
        bounds: Bounds | None = None,
        tracks: Collection | None = None,
        journal: Journal | None = None,
        banned: Callable[[str, str | None], str | None] = lambda address, subject: None,
        announced: Mapping[str, float] | None = None,
        pace: Pace = AT_ONCE,
    ) -> None:
        self.clock = FakeClock()
        self.pings = Cache()
        self.subjects: dict[str, str] = {}  # whom a token names
        self.players = Players()
        self.probes = Unmeasured()
        self.counters = Counters()
        log = get_log()
        limiter = Limiter(rates, now=self.now, later=self.clock.call_later, counters=self.counters)
        delivery = Delivery(self.counters, self.now)
        bounds = bounds or Bounds()
        self.relay = RelayLane(
            self.players.seats,
            bounds=bounds,
            limiter=limiter,
            recorder=Recorder(RingLimits(), "run"),
            delivery=delivery,
            counters=self.counters,
            now=self.now,
            monotonic=self.now,
        )
        messages = RelayMessages(
            delivery,
            bounds=bounds,
            limiter=limiter,
            refuse=RelayRefusals(log, now=self.now),
            counters=self.counters,
            now=self.now,
        )
        self.registry = Registry(
            limits=limits or Limits(),
            tracks=tracks or {},
            ids=CountedIds(),
            pings=self.pings,
            activity=self.relay,
        )
        self.runtime = Runtime(
            self.registry,
            clock=self,
            timers=self.clock,
            outlet=self.players,
            relay=self.relay,
            watcher=self.probes,
            journal=journal or LogJournal(log, self.now),
        )
        self.players.marking = self.relay
        messages.stored = lambda host: self.runtime.report(host, SnapshotStored())
        ids = itertools.count()
        pids = itertools.count()
        self.gate = GameGate(
            self.runtime,
            self.players,
            self.relay,
            messages,
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
            pace=pace,
        )

    def _identify(self, token: str | None) -> Identity | None:
        return None if token is None else Identity(self.subjects[token], None)

    def now(self) -> float:
        return self.clock.now

    def set_ping(self, player: str, ping_ms: float) -> None:
        """Let this be known as a player's ping, as if it had been measured often."""
        self.pings.publish(
            player,
            LatencyView(
                ping_ms=ping_ms,
                score_ms=ping_ms,
                jitter_ms=1.0,
                p95_ms=ping_ms,
                samples=10,
                last_answered=self.now(),
                interval_s=20.0,
            ),
        )
