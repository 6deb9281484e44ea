"""Measure every player: what to send now, what an answer means, what to publish. No clock, no socket."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from latency.estimators import ClientLag, LogDecay, Rto, Window
from latency.metrics import Metrics
from latency.sample import Player, Result, Sample, Source
from latency.scheduler import Scheduler
from latency.settings import Settings
from latency.silence import HostLate, HostSilent, Silences, TimedOut
from latency.tcpinfo import TcpInfo
from latency.view import Cache, LatencyView

NONCE_BYTES = 8
FRAME_BYTES = {Source.CONTROL: 24, Source.HEARTBEAT: 10}  # WebSocket frames of a probe and of its answer
DEAF_AFTER = 2  # control pings overtaken by a later heartbeat, before they are given up


@dataclass(frozen=True, slots=True)
class Probe:
    """Send this: `CONTROL` carries the payload; where that cannot be sent, a heartbeat goes instead."""

    player: Player
    source: Source
    payload: bytes


Notice: TypeAlias = HostLate | HostSilent


@dataclass(slots=True)
class _Outstanding:
    source: Source
    nonce: bytes
    sent: float


class _Measured:
    """All that is kept of one connected player."""

    __slots__ = (
        "answered",
        "answers",
        "deaf",
        "estimate",
        "hidden",
        "host",
        "lag",
        "outstanding",
        "overtaken",
        "polling",
        "retransmits",
        "rto",
        "window",
    )

    def __init__(self, settings: Settings, *, host: bool, hidden: bool) -> None:
        self.host = host
        self.hidden = hidden
        self.polling = False
        self.overtaken = 0
        self.deaf = False  # answers no control pings, though it lives
        self.retransmits = 0
        self.outstanding: _Outstanding | None = None
        self.answered: float | None = None
        self.clear(settings)

    def clear(self, settings: Settings) -> None:
        """Begin the estimate anew."""
        self.estimate = LogDecay()
        self.window = Window(settings.window)
        self.rto = Rto()
        self.lag = ClientLag()
        self.answers = 0

    @property
    def tier_down(self) -> bool:
        return self.polling or self.deaf


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
        self._nonce = nonce
        self._schedule = Scheduler(settings, chance)
        self._silences = Silences(settings, heard)
        self._players: dict[Player, _Measured] = {}
        self._memory: dict[Player, tuple[float, LogDecay]] = {}

    def configure(self, settings: Settings) -> None:
        """Go on with other settings; estimates stay."""
        self.settings = self._schedule.settings = self._silences.settings = settings

    # Who is here.

    def join(self, player: Player, now: float, *, host: bool = False, hidden: bool = False) -> None:
        """A connection began. What was known of the player before counts half."""
        self.leave(player, now)
        measured = _Measured(self.settings, host=host, hidden=hidden)
        remembered = self._memory.pop(player, None)
        if remembered is not None and now - remembered[0] <= self.settings.memory_s:
            measured.estimate = remembered[1]
            measured.estimate.fade(0.5)
        self._players[player] = measured
        self._schedule.add(player, now, host=host, hidden=hidden)
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

    def set_host(self, player: Player, host: bool, now: float) -> None:
        """A player took or gave up the host role of its room. Unknown ones are ignored."""
        measured = self._players.get(player)
        if measured is not None:
            measured.host = host
            self._schedule.set_host(player, now, host)
            self._silences.set_host(player, host, now)

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

    def next_deadline(self) -> float | None:
        """When to call `due` next; None while there is nothing to wait for."""
        probe, overdue = self._schedule.next_deadline(), self._silences.next_deadline()
        if probe is None or overdue is None:
            return overdue if probe is None else probe
        return min(probe, overdue)

    def due(self, now: float) -> list[Probe | Notice]:
        """Probes to send, each followed by `sent` or `unsent`, and hosts that are late or silent."""
        todo: list[Probe | Notice] = []
        for notice in self._silences.due(now):
            if isinstance(notice, TimedOut):
                self._timed_out(notice.player)
                continue
            if isinstance(notice, HostSilent) and notice.last_heard is not None:
                self.metrics.observe("latency_detect_seconds", now - notice.last_heard)
            todo.append(notice)
        for slot in self._schedule.due(now):
            # One that seems deaf is asked by control ping in the slots where others are asked otherwise.
            app = slot.app != self._players[slot.player].deaf
            source = Source.HEARTBEAT if app else Source.CONTROL
            todo.append(Probe(slot.player, source, b"" if app else self._nonce()))
        return todo

    def sent(self, probe: Probe, at: float) -> None:
        """The probe went out at `at`. One whose player left meanwhile is ignored."""
        measured = self._players.get(probe.player)
        if measured is None:
            return
        polling = probe.source is Source.CONTROL and measured.polling
        if polling:  # it was upgraded: what polling told of it is not its network
            measured.polling = False
            measured.clear(self.settings)
        measured.outstanding = _Outstanding(probe.source, probe.payload, at)
        self.metrics.count("latency_probe_bytes_total", FRAME_BYTES[probe.source])
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
            self._count(Source.CONTROL, Result.DISCARDED)
            return
        measured.overtaken = 0
        if measured.deaf:
            measured.deaf = False
            measured.clear(self.settings)
        self._answered(player, measured, received)
        self._sample(player, measured, Source.CONTROL, probe.sent, received, info, lag_ms)

    def heartbeat(
        self, player: Player, sent: float, received: float, info: TcpInfo | None = None, lag_ms: float = 0.0
    ) -> None:
        """An Engine.IO PING sent at `sent`, by whomever, was answered."""
        measured = self._players.get(player)
        if measured is None:
            return
        probe = measured.outstanding
        if probe is not None and probe.source is Source.HEARTBEAT:
            self._answered(player, measured, received)
        elif probe is not None and probe.sent < sent:
            # The stream keeps its order, so the control ping sent before will not be answered any more.
            measured.overtaken += 1
            if measured.overtaken == DEAF_AFTER:
                measured.deaf = True
                measured.clear(self.settings)
            self._count(Source.CONTROL, Result.DISCARDED)
            self._answered(player, measured, received)
        self._sample(player, measured, Source.HEARTBEAT, sent, received, info, lag_ms)

    def _answered(self, player: Player, measured: _Measured, received: float) -> None:
        measured.outstanding = None
        measured.answered = received
        self._silences.end(player, received)
        self._schedule.answered(player, received)

    def _sample(
        self,
        player: Player,
        measured: _Measured,
        source: Source,
        sent: float,
        received: float,
        info: TcpInfo | None,
        lag_ms: float,
    ) -> None:
        settings, metrics = self.settings, self.metrics
        rtt_ms = max(0.0, 1000 * (received - sent))
        delay_ms = None if info is None else info.last_data_recv_ms
        kept = delay_ms is not None or lag_ms <= settings.lag_max_ms
        result = Result.OK if kept else Result.DISCARDED
        if self.record is not None:
            self.record(
                Sample(
                    sent, player, source, result, rtt_ms, delay_ms, lag_ms,
                    measured.host, measured.hidden, measured.tier_down,
                )
            )  # fmt: skip
        self._count(source, result)
        if info is not None:
            metrics.observe("latency_read_delay_seconds", info.last_data_recv_ms / 1000)
            if info.retransmits > measured.retransmits:
                metrics.count("latency_tcp_retransmits_total", info.retransmits - measured.retransmits)
                measured.retransmits = info.retransmits
        if kept:
            floor = min(rtt_ms, info.min_rtt_ms) if info is not None and info.min_rtt_ms is not None else 0.0
            self._learn(measured, source, received, max(floor, rtt_ms - (delay_ms or 0.0)))
            role = "host" if measured.host else "member"
            metrics.observe("latency_rtt_seconds", rtt_ms / 1000, source=source.value, role=role)
            self._observe(measured, role)
        self._publish(player, measured)

    def _learn(self, measured: _Measured, source: Source, received: float, rtt_ms: float) -> None:
        settings = self.settings
        if source is Source.CONTROL or measured.tier_down:
            measured.estimate.add(received, rtt_ms, settings)
            measured.window.add(rtt_ms)
            measured.rto.add(rtt_ms)
            measured.answers += 1
            measured.answered = received
        elif measured.answers and not measured.hidden:  # a page in the background lags by design
            measured.lag.add(rtt_ms, measured.estimate.ping_ms(settings))

    def _observe(self, measured: _Measured, role: str) -> None:
        """Count what the estimate has become."""
        metrics = self.metrics
        if measured.estimate.known:
            score_ms = measured.estimate.score_ms(self.settings) + measured.lag.ms
            metrics.observe("latency_score_seconds", score_ms / 1000, role=role)
            metrics.observe("latency_jitter_seconds", measured.window.jitter_ms / 1000)
            metrics.observe("latency_client_js_lag_seconds", measured.lag.ms / 1000)

    def _timed_out(self, player: Player) -> None:
        measured = self._players[player]
        probe = measured.outstanding
        if probe is None:
            return
        measured.window.lose()
        self._count(probe.source, Result.TIMEOUT)
        if self.record is not None:
            self.record(
                Sample(
                    probe.sent, player, probe.source, Result.TIMEOUT, None, None, 0.0,
                    measured.host, measured.hidden, measured.tier_down,
                )
            )  # fmt: skip
        self._publish(player, measured)

    def _count(self, source: Source, result: Result) -> None:
        self.metrics.count("latency_pings_total", source=source.value, result=result.value)

    def _publish(self, player: Player, measured: _Measured) -> None:
        settings, estimate, window = self.settings, measured.estimate, measured.window
        known = estimate.known
        self.cache.publish(
            player,
            LatencyView(
                ping_ms=estimate.ping_ms(settings) if known else None,
                score_ms=estimate.score_ms(settings) + measured.lag.ms if known else None,
                jitter_ms=window.jitter_ms,
                p95_ms=window.quantile(0.95),
                loss=window.loss,
                client_lag_ms=measured.lag.ms,
                samples=measured.answers,
                last_answered=measured.answered,
                oldest_unanswered=None if measured.outstanding is None else measured.outstanding.sent,
                interval_s=self._schedule.interval_s(player),
                hidden=measured.hidden,
                polling=measured.tier_down,
            ),
        )

    def _remember(self, player: Player, measured: _Measured, now: float) -> None:
        if measured.estimate.known and not measured.tier_down:
            self._memory.pop(player, None)
            self._memory[player] = (now, measured.estimate)
        while self._memory and now - next(iter(self._memory.values()))[0] > self.settings.memory_s:
            del self._memory[next(iter(self._memory))]
