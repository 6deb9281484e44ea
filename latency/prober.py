"""Measure every player: what to send now, what an answer means, what to publish. No clock, no socket."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import inf
from typing import NamedTuple, TypeAlias

from latency.estimators import LogDecay
from latency.measured import Measured, Outstanding
from latency.meters import Meters
from latency.metrics import Metrics
from latency.sample import Player, Result, Sample, Source
from latency.scheduler import Scheduler, Slot
from latency.settings import Settings
from latency.silence import HostLate, HostSilent, Silences, TimedOut
from latency.tcpinfo import TcpInfo
from latency.view import Cache, LatencyView

NONCE_BYTES = 8


class Probe(NamedTuple):
    """Send this: `CONTROL` carries the payload; where that cannot be sent, a heartbeat goes instead."""

    player: Player
    source: Source
    payload: bytes


Notice: TypeAlias = HostLate | HostSilent


class Prober:
    """One for all players of a node. Its shell sends what `due` returns and reports what comes back.

    `chance` returns floats in [0, 1), `nonce` returns 8 bytes nobody can guess, `heard` the loop time
    of the last byte read from a player (of one that is not being read on purpose: the present).
    """

    def __init__(
        self,
        settings: Settings,
        *,
        chance: Callable[[], float],
        nonce: Callable[[], bytes],
        heard: Callable[[Player], float | None] = lambda player: None,
        cache: Cache | None = None,
        metrics: Metrics | None = None,
        record: Callable[[Sample], None] | None = None,
    ) -> None:
        self.settings = settings
        self.cache = Cache() if cache is None else cache
        self.metrics = Metrics() if metrics is None else metrics
        self.record = record
        self._meters = Meters(self.metrics)
        self._nonce = nonce
        self._schedule = Scheduler(settings, chance)
        self._silences = Silences(settings, heard)
        self._players: dict[Player, Measured] = {}
        self._memory: dict[Player, tuple[float, LogDecay]] = {}
        self._new = LatencyView()  # of somebody of whom nothing is known

    def configure(self, settings: Settings) -> None:
        """Go on with other settings; estimates stay."""
        self.settings = self._schedule.settings = self._silences.settings = settings

    # Who is here.

    def join(self, player: Player, now: float, *, host: bool = False, hidden: bool = False) -> None:
        """A connection began. What was known of the player before counts half."""
        self.leave(player, now)
        measured = Measured(self.settings, host=host, hidden=hidden)
        remembered = self._memory.pop(player, None)
        if remembered is not None and now - remembered[0] <= self.settings.memory_s:
            measured.inherit(remembered[1], self.settings)
        self._players[player] = measured
        self._schedule.add(player, now, host=host, hidden=hidden)
        if remembered is None and not hidden:  # all that are new are alike, and a crowd's are read at once
            interval_s = self._schedule.interval_s(player)
            if interval_s != self._new.interval_s:
                self._new = LatencyView(interval_s=interval_s)
            self.cache.publish(player, self._new)
        else:
            self._publish(player, measured)

    def leave(self, player: Player, now: float) -> None:
        """The connection is over; the estimate is remembered for `memory_s`. Unknown ones are ignored."""
        measured = self._players.pop(player, None)
        if measured is None:
            return
        self._schedule.remove(player)
        self._silences.end(player)
        self.cache.drop(player)
        self._remember(player, measured, now)

    def set_host(self, player: Player, host: bool, now: float) -> bool:
        """A player took or gave up the host role of its room; whether that is news, of one who is known."""
        measured = self._players.get(player)
        if measured is None or measured.host == host:
            return False
        measured.host = host
        self._schedule.set_host(player, now, host)
        self._silences.set_host(player, host, now)
        return True

    def set_hidden(self, player: Player, hidden: bool, now: float) -> None:
        """A player's page went to the background or came back. Unknown ones are ignored."""
        measured = self._players.get(player)
        if measured is not None and measured.hidden != hidden:
            measured.hidden = hidden
            self._schedule.set_hidden(player, now, hidden)
            self._publish(player, measured)

    def refresh(self, player: Player, now: float) -> None:
        """Probe a player a few times at once: it may be host soon. Unknown ones are ignored."""
        if player in self._players:
            self._schedule.refresh(player, now)

    def set_pace(self, player: Player, pace_s: float | None, now: float) -> None:
        """Probe a player at an interval of its own while it is recorded; None ends that."""
        if player in self._players:
            self._schedule.set_pace(player, now, pace_s)

    # What to do.

    @property
    def probes_per_s(self) -> float:
        """How many probes a second are due when everybody has settled."""
        return self._schedule.probes_per_s

    def next_deadline(self) -> float | None:
        """When to call `due` next; None while there is nothing to wait for."""
        probe, overdue = self._schedule.next_deadline(), self._silences.next_deadline()
        if probe is None or overdue is None:
            return overdue if probe is None else probe
        return min(probe, overdue)

    def due(self, now: float, at_most: float = inf) -> list[Probe | Notice]:
        """Probes to send, each followed by `sent` or `unsent`, and hosts that are late or silent.

        No more than `at_most` probes; those that are due as well come with the next call.
        """
        todo: list[Probe | Notice] = []
        for notice in self._silences.due(now):
            if isinstance(notice, TimedOut):
                self._timed_out(notice.player)
                continue
            if isinstance(notice, HostSilent) and notice.last_heard is not None:
                self._meters.detected(now - notice.last_heard)
            todo.append(notice)
        for slot in self._schedule.due(now, at_most):
            app = self._by_heartbeat(self._players[slot.player], slot)
            source = Source.HEARTBEAT if app else Source.CONTROL
            todo.append(Probe(slot.player, source, b"" if app else self._nonce()))
        return todo

    def _by_heartbeat(self, measured: Measured, slot: Slot) -> bool:
        if measured.deaf:  # ask by control ping in the slots where others are asked otherwise
            return not slot.app
        if not slot.app:
            return False
        enough, measured.heartbeats = measured.heartbeats > 0, 0
        return not enough  # the transport's own heartbeats tell as much

    def sent(self, probe: Probe, at: float) -> None:
        """The probe went out at `at`. One whose player left meanwhile is ignored."""
        measured = self._players.get(probe.player)
        if measured is None:
            return
        polling = probe.source is Source.CONTROL and measured.polling
        if polling:  # it was upgraded: what polling told of it is not its network
            measured.polling = False
            measured.clear(self.settings)
        measured.outstanding = Outstanding(probe.source, probe.payload, at)
        self._meters.sent(probe.source)
        self._silences.begin(
            probe.player, at, host=measured.host, timeout_s=measured.rto.timeout_s(self.settings)
        )
        self._publish(probe.player, measured)
        if polling:
            self._schedule.refresh(probe.player, at)

    def unsent(self, probe: Probe, now: float) -> Probe | None:
        """The probe could not go out. What to send in its place, None to wait for the next slot."""
        measured = self._players.get(probe.player)
        if measured is None:
            return None
        if probe.source is Source.CONTROL:
            if not measured.polling:
                measured.polling = True
                measured.clear(self.settings)
            return Probe(probe.player, Source.HEARTBEAT, b"")
        self._schedule.answered(probe.player, now)
        return None

    # What came back.

    def pong(
        self,
        player: Player,
        payload: bytes,
        received: float,
        info: TcpInfo | None = None,
        lag_ms: float = 0.0,
    ) -> None:
        """A control pong was read. Only the nonce that is outstanding counts; any other gains nothing."""
        measured = self._players.get(player)
        if measured is None:
            return
        probe = measured.outstanding
        if probe is None or probe.source is not Source.CONTROL or probe.nonce != payload:
            self._meters.ended(Source.CONTROL, Result.DISCARDED)
            return
        measured.ponged(self.settings)
        self._answered(player, measured, received)
        self._sample(player, measured, Source.CONTROL, probe.sent, received, info, lag_ms)
        self._publish(player, measured)

    def heartbeat(
        self, player: Player, sent: float, received: float, info: TcpInfo | None = None, lag_ms: float = 0.0
    ) -> None:
        """An Engine.IO PING sent at `sent`, by whomever, was answered."""
        measured = self._players.get(player)
        if measured is None:
            return
        measured.heartbeats += 1
        probe = measured.outstanding
        if probe is not None and probe.source is Source.HEARTBEAT:
            self._answered(player, measured, received)
        elif probe is not None and probe.sent < sent:
            measured.overtake(self.settings)
            self._meters.ended(Source.CONTROL, Result.DISCARDED)
            self._answered(player, measured, received)
        else:
            probe = None
        changed = self._sample(player, measured, Source.HEARTBEAT, sent, received, info, lag_ms)
        if changed or probe is not None:
            self._publish(player, measured)

    def _answered(self, player: Player, measured: Measured, received: float) -> None:
        measured.outstanding = None
        measured.answered = received
        self._silences.end(player, received)
        self._schedule.answered(player, received)

    def _sample(
        self,
        player: Player,
        measured: Measured,
        source: Source,
        sent: float,
        received: float,
        info: TcpInfo | None,
        lag_ms: float,
    ) -> bool:
        """Count one answer; whether an estimate changed by it."""
        rtt_ms = max(0.0, 1000 * (received - sent))
        delay_ms = None if info is None else info.last_data_recv_ms
        kept = delay_ms is not None or lag_ms <= self.settings.lag_max_ms
        result = Result.OK if kept else Result.DISCARDED
        if self.record is not None:
            self.record(
                Sample(
                    sent, player, source, result, rtt_ms, delay_ms, lag_ms,
                    measured.host, measured.hidden, measured.by_heartbeat,
                )
            )  # fmt: skip
        self._meters.ended(source, result)
        floor = 0.0
        if info is not None:
            self._meters.read_delay(info.last_data_recv_ms)
            if more := measured.retransmitted(info):
                self._meters.retransmitted(more)
            floor = min(rtt_ms, info.min_rtt_ms or 0.0)
        if not kept:
            return False
        self._meters.round_trip(source, measured.host, rtt_ms)
        return self._learn(measured, source, received, max(floor, rtt_ms - (delay_ms or 0.0)))

    def _learn(self, measured: Measured, source: Source, received: float, rtt_ms: float) -> bool:
        if source is Source.CONTROL or measured.by_heartbeat:
            score_ms = measured.learn(received, rtt_ms, self.settings)
            self._meters.estimated(measured.host, score_ms, measured.window.jitter_ms)
            return True
        changed = measured.learn_lag(rtt_ms)
        self._meters.client_lag(measured.lag.ms)
        return changed

    def _timed_out(self, player: Player) -> None:
        measured = self._players[player]
        probe = measured.outstanding
        if probe is None:
            return
        measured.window.lose()
        self._meters.ended(probe.source, Result.TIMEOUT)
        if self.record is not None:
            self.record(
                Sample(
                    probe.sent, player, probe.source, Result.TIMEOUT, None, None, 0.0,
                    measured.host, measured.hidden, measured.by_heartbeat,
                )
            )  # fmt: skip
        self._publish(player, measured)

    def _publish(self, player: Player, measured: Measured) -> None:
        self.cache.publish_later(player, partial(measured.view, self._schedule.interval_s(player)))

    def _remember(self, player: Player, measured: Measured, now: float) -> None:
        if measured.estimate.known and not measured.by_heartbeat:
            self._memory.pop(player, None)
            self._memory[player] = (now, measured.estimate)
        while self._memory and now - next(iter(self._memory.values()))[0] > self.settings.memory_s:
            del self._memory[next(iter(self._memory))]
