"""All that watches a server, built in two steps: before the parts that tell it something, and after them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal, Protocol

from prometheus_client.exposition import choose_encoder
from tornado.httputil import HTTPServerRequest

from gameserver import __version__
from gameserver.bans.desk import BanDesk
from gameserver.core.registry import Registry
from gameserver.metrics.collector import Parts, registry_of
from gameserver.metrics.excess import HostExcess
from gameserver.metrics.journal import MeteredJournal
from gameserver.metrics.latencies import Latencies
from gameserver.metrics.process import CollectorPauses, LoopLag, RelayTimes, Soon
from gameserver.metrics.readiness import Readiness
from gameserver.metrics.reigns import Reigns
from gameserver.metrics.storage import StorageMeter
from gameserver.ports import Clock, Journal, Timers
from gameserver.transport.edge import PROTOCOL_VERSION, GameGate
from gameserver.transport.engine.server import EngineServer
from gameserver.transport.relay.counters import Counters
from gameserver.web.health import Health
from latency.metrics import Metrics
from latency.regret import Regrets
from latency.sample import Sample
from latency.view import Cache


class Loop(Timers, Soon, Protocol):
    """As much of an event loop as is needed here."""


class Observation:
    """`journal`, `routes`, `measured`, `record` and `storage` go to the parts; `watch` takes the parts."""

    def __init__(self, loop: Loop, clock: Clock, pings: Cache, journal: Journal) -> None:
        self._loop = loop
        self._clock = clock
        self._pings = pings
        self.measured = Metrics()
        self._regrets = Regrets(self.measured)
        self.routes = Reigns(self.measured, time.monotonic)
        self.journal = MeteredJournal(
            journal,
            reigns=self.routes,
            regrets=self._regrets,
            measured=self.measured,
            pings=pings,
            now=time.monotonic,
        )
        self.storage = StorageMeter()
        self._lag = LoopLag(loop)
        self._pauses = CollectorPauses()

    def record(self, sample: Sample) -> None:
        """Take a measured round trip; for a prober to call."""
        if (rtt_ms := sample.network_ms) is not None:
            self._regrets.sample(sample.player, rtt_ms, time.monotonic())

    def watch(
        self, registry: Registry, gate: GameGate, relay: Counters, engine: EngineServer, bans: BanDesk
    ) -> None:
        """Read these parts, and watch the process, from now on."""
        relay_times = RelayTimes(self._loop)
        gate.time_relay = relay_times.begin
        self._readiness = Readiness(self.storage, self._lag, lambda: registry.draining)
        self._excess = HostExcess(
            registry, self._pings, self.measured, timers=self._loop, now=self._clock.now
        )
        self.parts = Parts(
            registry=registry,
            engine=engine,
            arrivals=gate.counts,
            relay=relay,
            journal=self.journal,
            reigns=self.routes,
            storage=self.storage,
            latencies=Latencies(self.measured, self._pings, lambda: self._regrets.judge(time.monotonic())),
            lag=self._lag,
            pauses=self._pauses,
            relay_times=relay_times,
            bans=bans,
            readiness=self._readiness,
            now=self._clock.now,
            loop=type(self._loop).__module__.partition(".")[0],
        )
        self.registry = registry_of(self.parts)
        self._lag.start()
        self._pauses.start()
        self._excess.start()

    def stop(self) -> None:
        """Watch no more."""
        self._lag.stop()
        self._pauses.stop()
        self._excess.stop()

    def health(
        self,
        metrics: Literal["off", "local", "open"],
        remote_ip: Callable[[HTTPServerRequest], str],
    ) -> Health:
        """Return what HTTP shows of it."""
        return Health(
            reasons=self._readiness.reasons,
            version={"version": __version__, "protocol": PROTOCOL_VERSION},
            render=self.render,
            metrics=metrics,
            remote_ip=remote_ip,
        )

    def render(self, accept: str) -> tuple[bytes, str]:
        """Return all metrics in the form that this Accept header asks for, and its content type."""
        encoder, content_type = choose_encoder(accept)
        return encoder(self.registry), content_type
