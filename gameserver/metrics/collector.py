"""Read what the parts count of themselves, when it is asked for: between two scrapes nothing is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from gameserver import __version__, compiled
from gameserver.bans.desk import BanDesk
from gameserver.core.registry import Registry
from gameserver.core.values import Seconds
from gameserver.logs import dropped_lines
from gameserver.metrics import limits
from gameserver.metrics.families import counted, single, timed
from gameserver.metrics.journal import MeteredJournal
from gameserver.metrics.latencies import Latencies
from gameserver.metrics.own_process import ProcessFigures
from gameserver.metrics.process import CollectorPauses, LoopLag, RelayTimes
from gameserver.metrics.readiness import Readiness
from gameserver.metrics.reigns import Reigns
from gameserver.metrics.storage import StorageMeter
from gameserver.transport.arrivals import Arrivals
from gameserver.transport.engine.polling import Polling
from gameserver.transport.engine.server import EngineServer
from gameserver.transport.relay.counters import Counters
from gameserver.transport.websocket.outbox import Outbox


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that counts."""

    registry: Registry
    engine: EngineServer
    arrivals: Arrivals
    relay: Counters
    journal: MeteredJournal
    reigns: Reigns
    storage: StorageMeter
    latencies: Latencies
    lag: LoopLag
    pauses: CollectorPauses
    relay_times: RelayTimes
    bans: BanDesk
    readiness: Readiness
    now: Callable[[], Seconds]  # server time
    loop: str  # `uvloop` or `asyncio`


def registry_of(parts: Parts) -> CollectorRegistry:
    """Return a registry of these parts and of the process, for an exposition to read."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(ServerCollector(parts))
    registry.register(ProcessFigures())
    return registry


class ServerCollector(Collector):
    """Implements prometheus-client's `Collector`. Costs a pass over rooms and over measured players."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def collect(self) -> Iterator[Metric]:
        """Yield every metric of the catalogue."""
        yield from self._connections()
        yield from self._rooms()
        yield from self._relay()
        yield from self._commands()
        yield from self._storage()
        yield from self._process()
        yield from self._parts.latencies.collect(self._parts.now())

    def _connections(self) -> Iterator[Metric]:
        parts, engine, arrivals = self._parts, self._parts.engine, self._parts.arrivals
        polling = len(engine.sockets) - engine.on_websocket
        statuses = {
            name.removeprefix("http_"): count
            for name, count in engine.counts.items()
            if name.startswith("http_")
        }
        faults = ("bad_packet", "unknown_sid", "ping_timeout", "connect_timeout")
        transports = {"polling": polling, "websocket": engine.on_websocket}
        yield counted("gameserver_connections", transports)
        yield counted("gameserver_joined_connections", arrivals.present)
        yield counted("gameserver_connections_opened_total", arrivals.opened)
        yield counted("gameserver_connections_closed_total", arrivals.closed)
        yield counted("gameserver_connections_rejected_total", arrivals.rejected)
        yield single("gameserver_connections_malformed_total", arrivals.malformed)
        yield counted("gameserver_recoveries_total", arrivals.recoveries)
        yield counted("gameserver_engine_faults_total", {name: engine.counts[name] for name in faults})
        yield counted("gameserver_http_refusals_total", statuses)
        ended = {how.value: count for how, count in engine.board.ended.items()}
        yield counted("gameserver_websockets_ended_total", ended)
        yield counted(
            "gameserver_limits_hit_total", limits.hit(parts.engine, arrivals, parts.relay, parts.journal)
        )
        yield counted("gameserver_bans", Counter(ban.by for ban in parts.bans.bans))
        yield counted("gameserver_ban_refusals_total", parts.bans.refused)
        yield counted("gameserver_ban_closures_total", parts.bans.closed)

    def _rooms(self) -> Iterator[Metric]:
        registry = self._parts.registry
        rooms, players = registry.rooms, registry.players
        states: Counter[str] = Counter()
        seats = 0
        for room in rooms.values():
            states[room.state] += 1
            seats += len(room.members)
        here = self._parts.arrivals.present.total()
        kinds = {"listed": registry.listed, "session": registry.sessions}
        kinds["private"] = len(rooms) - sum(kinds.values())
        yield counted("gameserver_players", {"connected": here, "away": max(0, len(players) - here)})
        yield single("gameserver_seats_taken", seats)
        yield counted("gameserver_rooms", kinds)
        yield counted("gameserver_rooms_by_state", states)
        yield counted("gameserver_rooms_ended_total", self._parts.journal.rooms_ended)

    def _relay(self) -> Iterator[Metric]:
        relay, board = self._parts.relay, self._parts.engine.board
        tally = board.turn.tally
        waiting = [each for each in board.sweeper.watched if isinstance(each, Outbox | Polling)]
        drops = {"replaced": tally.newest_replaced, "bytes": tally.newest_dropped, "rate": relay.dropped}
        yield counted("gameserver_relay_messages_total", relay.messages)
        yield counted("gameserver_relay_bytes_total", relay.bytes_in)
        yield single("gameserver_relay_deliveries_total", relay.deliveries)
        yield counted("gameserver_relay_refusals_total", relay.refused)
        yield timed("gameserver_relay_seconds", [((), self._parts.relay_times.seconds)])
        yield counted("gameserver_newest_wins_drops_total", drops)
        writes = {"direct": tally.direct_writes, "joined": tally.joined_writes}
        yield counted("gameserver_writes_total", writes)
        yield single("gameserver_joined_frames_total", tally.joined_frames)
        yield single("gameserver_backlogged_connections", len(waiting))
        yield single("gameserver_backlog_bytes", sum(each.backlog_bytes for each in waiting))
        yield single("gameserver_inputs_parked_total", relay.parked)
        yield counted("gameserver_inputs_dropped_total", relay.inputs_dropped)

    def _commands(self) -> Iterator[Metric]:
        journal, reigns = self._parts.journal, self._parts.reigns
        refusals: Counter[str] = Counter()
        for (_, outcome), count in journal.outcomes.items():
            if outcome != "ok":
                refusals[outcome] += count
        yield counted("gameserver_commands_total", journal.outcomes)
        yield single("gameserver_request_bytes_total", self._parts.arrivals.request_bytes)
        durations = [((command,), taken) for command, taken in journal.seconds.items()]
        yield timed("gameserver_command_seconds", durations)
        yield counted("gameserver_command_failures_total", journal.failures)
        yield counted("gameserver_refusals_total", refusals)
        yield counted("gameserver_migrations_total", reigns.ended)
        yield timed("gameserver_migration_seconds", [((), reigns.seconds)])
        yield single("gameserver_migrations_under_way", reigns.under_way)

    def _storage(self) -> Iterator[Metric]:
        meter = self._parts.storage
        waiting = 0 if meter.storage is None else meter.storage.waiting
        yield single("gameserver_storage_degraded", meter.degraded is not None)
        yield counted("gameserver_storage_faults_total", meter.faults)
        yield single("gameserver_storage_outage_seconds_total", meter.outage_seconds)
        yield single("gameserver_storage_waiting_records", waiting)
        yield timed("gameserver_storage_commit_seconds", [((), meter.commits)])
        yield single("gameserver_storage_committed_calls_total", meter.calls)
        yield single("gameserver_storage_committed_records_total", meter.records)

    def _process(self) -> Iterator[Metric]:
        parts = self._parts
        pauses = [((str(number),), pause) for number, pause in enumerate(parts.pauses.seconds)]
        yield timed("gameserver_loop_lag_seconds", [((), parts.lag.seconds)])
        yield timed("gameserver_collector_pause_seconds", pauses)
        yield single("gameserver_log_lines_dropped_total", dropped_lines())
        modules = "yes" if compiled.in_use() else "no"
        yield counted("gameserver_info", {(__version__, parts.loop, modules): 1})
        yield single("gameserver_ready", not parts.readiness.reasons())
        yield single("gameserver_draining", parts.readiness.draining())
