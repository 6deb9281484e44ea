"""Put the parts together: the only place that names the concrete adapters."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from tornado.netutil import bind_sockets
from tornado.web import Application

from gameserver import console, parts
from gameserver.bans.book import BanBook
from gameserver.bans.desk import BanDesk
from gameserver.core.commands import Drain, HostSilent, SnapshotStored
from gameserver.core.registry import Registry
from gameserver.core.tracks import Collection
from gameserver.core.values import PlayerId
from gameserver.logs import Log, LogJournal
from gameserver.metrics.observation import Observation
from gameserver.ports import Journal, MonotonicUnixClock
from gameserver.recording import RecordingJournal
from gameserver.reloading import Reloading
from gameserver.runtime import Runtime
from gameserver.settings import Settings
from gameserver.storage.opening import StorageLog, open_storage
from gameserver.storage.vault import Vault
from gameserver.tokens import Key, Tokens
from gameserver.transport.departures import Pace
from gameserver.transport.edge import GameGate
from gameserver.transport.engine import DeadlineServer
from gameserver.transport.players import Players
from gameserver.transport.probes import Probes
from gameserver.transport.relay.counters import Counters
from gameserver.transport.relay.delivery import Delivery
from gameserver.transport.relay.limiter import Limiter
from gameserver.transport.relay.messages import RelayMessages
from gameserver.transport.relay.refusals import RelayRefusals
from gameserver.transport.relay.relay import RelayLane
from gameserver.transport.relay.ring import Recorder
from gameserver.transport.sockets.server import AsyncServer
from gameserver.transport.websocket.upgrade import prepare
from gameserver.web.health import routes as health_routes
from gameserver.web.pages import MissingHandler, routes
from latency.prober import Notice
from latency.sample import Sample
from latency.silence import HostSilent as Silence
from latency.view import Cache


class Server:
    """A room server on the running event loop."""

    def __init__(self, settings: Settings, tracks: Collection, keys: Mapping[str, Key], log: Log) -> None:
        """Open the storage and put the parts together.

        Raises StorageError where it cannot be opened, and BansError where the file of bans is wrong.
        """
        loop = asyncio.get_running_loop()
        self._settings = settings
        self._log = log
        self._started = time.monotonic()
        clock = self._clock = MonotonicUnixClock()
        latency = settings.latency()
        self._recording = parts.recording(settings, latency, clock)
        journal: Journal = LogJournal(log)
        if self._recording is not None:
            journal = RecordingJournal(journal, self._recording)
        pings = Cache()
        self.players = Players()
        self.counters = Counters()
        self._observed = observed = Observation(loop, clock, pings, journal)
        self._samplers: list[Callable[[Sample], None]] = [observed.record]
        self._probes = Probes(
            loop,
            latency,
            pings,
            self._noticed,
            chance=random.random,
            origin=clock.now() - time.monotonic(),
            metrics=observed.measured,
            record=self._sampled,
        )
        if self._recording is not None:
            self._samplers.append(self._recording.recorder.sample)
            self._recording.pace = self._probes.pace
        observer = StorageLog(log, [observed.storage])
        self._storage = observed.storage.storage = open_storage(
            settings.storage, settings.database, settings.synchronous, loop, observer
        )
        self._vault = Vault(self._storage)
        limiter = Limiter(
            parts.rates(settings), now=time.monotonic, later=loop.call_later, counters=self.counters
        )
        bounds, delivery = parts.bounds(settings), Delivery(self.counters, clock.now)
        relay = RelayLane(
            self.players.seats,
            bounds=bounds,
            limiter=limiter,
            recorder=Recorder(parts.rings(settings), secrets.token_hex(2)),
            delivery=delivery,
            counters=self.counters,
            now=clock.now,
        )
        messages = RelayMessages(
            delivery,
            bounds=bounds,
            limiter=limiter,
            refuse=RelayRefusals(log),
            counters=self.counters,
            now=clock.now,
            vault=self._vault,
        )
        self.registry = Registry(
            limits=settings.limits(),
            tracks=tracks,
            ids=parts.RandomIds(),
            pings=pings,
            measuring=latency,
            activity=relay,
        )
        records = None
        if console.wanted(settings):
            records = console.Records(self.registry, clock.now, relay.waiting)
            self._samplers.append(records.sample)
        self.runtime = Runtime(
            self.registry,
            clock=clock,
            timers=loop,
            outlet=self.players,
            relay=relay,
            watcher=self._probes,
            journal=observed.journal,
            vault=self._vault,
            routes=[observed.routes, *([] if self._recording is None else [self._recording])],
            observers=[] if records is None else [records.performed],
        )
        self._relay = relay
        self.bans = BanDesk(
            BanBook(settings.bans),
            loop=loop,
            log=log,
            runtime=self.runtime,
            players=self.players,
            now=clock.now,
        )
        tokens = Tokens(
            keys,
            required=settings.tokens == "required",
            audience=settings.token_audience,
            now=clock.now,
        )
        self.reloading = Reloading(
            settings,
            tracks,
            runtime=self.runtime,
            limiter=limiter,
            probes=self._probes,
            tokens=tokens,
            log=log,
        )
        self.players.marking = relay
        self._snapshot_came = asyncio.Event()
        messages.stored = self._snapshot_kept
        gate = self._gate = GameGate(
            self.runtime,
            self.players,
            relay,
            messages,
            self._probes,
            limiter,
            clock=clock,
            log=log,
            identify=tokens.identify,
            banned=self.bans.check,
            limits=self.reloading.announced,
            frame_bytes=settings.message_bytes + parts.FRAME_SLACK_BYTES,
            strikes=(settings.strikes, settings.strike_seconds),
            measured=pings.view,
            pace=Pace(loop.call_soon, settings.turn_seconds),
        )
        self._sockets = AsyncServer(gate=gate, **parts.transport(settings))
        engine = self._sockets.eio
        engine.barred = self.bans.bars
        engine.keeps_out = self.bans.holds
        observed.watch(self.registry, gate, self.counters, engine, self.bans)
        health = observed.health(settings.metrics, engine.proxies.remote_ip)
        self.console = None
        if records is not None:
            sources = console.Sources(
                clock=clock,
                monotonic=time.monotonic,
                timers=loop,
                registry=self.registry,
                runtime=self.runtime,
                players=self.players,
                probes=self._probes,
                pings=pings,
                parts=observed.parts,
                records=records,
                parked=relay.waiting,
                settings=lambda: self.reloading.settings,
                apply=self.reloading.apply,
            )
            self.console = console.Desk(settings, sources, log)
        application = Application(
            [
                (r"/socket\.io/", self._sockets.get_tornado_handler()),
                *health_routes(health),
                *routes(lambda: self.reloading.tracks),
                *([] if self.console is None else console.routes_of(self.console, settings, engine.proxies)),
            ],
            default_handler_class=MissingHandler,
            log_function=lambda handler: None,
        )
        shortcut = engine.shortcut("/socket.io/", header_bytes=settings.header_bytes, prepared=True)
        self._http = DeadlineServer(
            application,
            unbounded=engine.proxies.trusts,
            shortcut=shortcut,
            counts=engine.counts,
            **parts.http(settings),
        )

    def restore(self) -> None:
        """Open the rooms that a former process left. Raises StorageError where they cannot be read."""
        began = time.monotonic()
        stored = self._vault.load()
        if not (stored.command.rooms or stored.command.players):
            return
        self.runtime.report(None, stored.command)
        for room, snapshot in stored.snapshots.items():
            self._relay.restore(room, snapshot)
        self._log.info(
            "storage.opened",
            file=str(self._settings.database),
            rooms=len(self.registry.rooms),
            players=len(self.registry.players),
            snapshots=len(stored.snapshots),
            ms=(time.monotonic() - began) * 1000,
        )

    def listen(self) -> str:
        """Take the port and serve; return the address to point a client at. Raises OSError."""
        settings = self._settings
        place = f"{settings.host}:{settings.port}"
        try:
            sockets = bind_sockets(settings.port, settings.host, backlog=4096)
        except OSError as error:
            raise OSError(f"{place} cannot be listened on: {error.strerror}") from error
        for each in sockets:  # what it accepts inherits this, on whatever way it is served
            prepare(each, settings.send_buffer_bytes)
        self._http.add_sockets(sockets)
        self.port: int = sockets[0].getsockname()[1]
        scheme = "https" if settings.tls_cert else "http"
        host = "localhost" if settings.host in ("0.0.0.0", "::", "127.0.0.1") else settings.host
        return f"{scheme}://{host}:{self.port}"

    def reload(self) -> None:
        """Read again what can change while the server runs; what is wrong changes nothing."""
        self.reloading.reload()
        self.bans.reload()

    async def stop(self) -> None:
        """Let nobody in, have the games' state kept, close the connections, write all down, and end."""
        self.runtime.report(None, Drain())  # no new rooms; readiness says so while the port is still open
        await self._drained()
        self._http.stop()
        self.bans.stop()
        self._gate.finish()  # who left before is stored as having left
        self.runtime.stop()  # who is here now is stored as being here
        for seat in tuple(self.players.seats.values()):
            self.players.close(seat.peer, "draining", disconnect=False)
        self._probes.stop()
        await self._sockets.shutdown()
        await self._http.close_all_connections()
        self._gate.finish()
        complete = await self._storage.close()
        if self._recording is not None:
            self._recording.close()
        self._observed.stop()
        if self.console is not None:
            self.console.close()
        self._log.info("storage.closed", complete=complete)
        self._log.info("server.stopped", uptime_s=time.monotonic() - self._started)

    def _sampled(self, sample: Sample) -> None:
        for take in self._samplers:
            take(sample)

    def _noticed(self, notice: Notice) -> None:
        """A host is late: have its successors measured. It is silent: let another one take over."""
        player = self.registry.players.get(PlayerId(notice.player))
        if player is None:
            return
        if isinstance(notice, Silence):
            self.runtime.report(player.id, HostSilent())
        elif player.room is not None:
            for successor in self.registry.rooms[player.room].told_successors[1]:
                self._probes.refresh(successor)

    async def _drained(self) -> None:
        """Wait until every host that was asked has sent its last snapshot, or for as long as is set."""
        began = self._clock.now()
        with suppress(TimeoutError):
            async with asyncio.timeout(self.reloading.settings.drain_seconds):
                while self._relay.snapshots_awaited(began):
                    self._snapshot_came.clear()
                    await self._snapshot_came.wait()

    def _snapshot_kept(self, host: PlayerId) -> None:
        self.runtime.report(host, SnapshotStored())
        self._snapshot_came.set()
