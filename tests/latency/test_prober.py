"""The prober: one outstanding probe each, nonces nobody can guess, estimates that lobby and registry read."""

from __future__ import annotations

import itertools
import random

from latency.prober import NONCE_BYTES, Notice, Probe, Prober
from latency.sample import Result, Sample, Source
from latency.settings import Settings
from latency.silence import HostLate, HostSilent
from latency.tcpinfo import TcpInfo

ANNA, BO = "anna", "bo"


class Stage:
    """A prober on a fake clock whose players answer after a given time, in ms; None answers nothing."""

    def __init__(self, settings: Settings | None = None, seed: int = 1) -> None:
        self.now = 100.0
        self.nonces = (n.to_bytes(NONCE_BYTES, "big") for n in itertools.count(1))
        self.recorded: list[Sample] = []
        self.heard: dict[str, float] = {}
        self.prober = Prober(
            settings or Settings(),
            chance=random.Random(seed).random,
            nonce=lambda: next(self.nonces),
            heard=lambda player: self.heard.get(player),
            record=self.recorded.append,
        )
        self.rtt_ms: dict[str, float | None] = {}
        self.app_ms: dict[str, float | None] = {}
        self.polling: set[str] = set()
        self.notices: list[tuple[float, Notice]] = []
        self.sent: list[tuple[float, Probe]] = []
        self.answers: list[tuple[float, float, Probe]] = []

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while True:
            wakes = [at for at, _, _ in self.answers]
            if (deadline := self.prober.next_deadline()) is not None:
                wakes.append(deadline)
            if not wakes or min(wakes) > end:
                self.now = end
                return
            self.now = max(self.now, min(wakes))
            for at, sent, probe in sorted(self.answers, key=lambda answer: answer[0]):
                if at <= self.now:
                    self.answers.remove((at, sent, probe))
                    self._answer(probe, sent, at)
            for action in self.prober.due(self.now):
                if isinstance(action, Probe):
                    self._send(action)
                else:
                    self.notices.append((self.now, action))

    def _send(self, probe: Probe) -> None:
        wanted: Probe | None = probe
        while wanted is not None:
            if wanted.source is Source.CONTROL and wanted.player in self.polling:
                wanted = self.prober.unsent(wanted, self.now)
                continue
            self.prober.sent(wanted, self.now)
            self.sent.append((self.now, wanted))
            app = wanted.source is Source.HEARTBEAT
            rtt = (
                self.app_ms.get(wanted.player, self.rtt_ms[wanted.player])
                if app
                else self.rtt_ms[wanted.player]
            )
            if rtt is not None:
                self.answers.append((self.now + rtt / 1000, self.now, wanted))
            return

    def _answer(self, probe: Probe, sent: float, at: float) -> None:
        if probe.source is Source.CONTROL:
            self.prober.pong(probe.player, probe.payload, at)
        else:
            self.prober.heartbeat(probe.player, sent, at)

    def counted(self, source: Source, result: Result) -> int:
        key = (("source", source.value), ("result", result.value))
        return int(self.prober.metrics.counters["latency_pings_total"][key])


def test_a_steady_player_is_shown_its_round_trip_after_the_burst() -> None:
    stage = Stage()
    stage.rtt_ms[ANNA] = 40.0
    stage.prober.join(ANNA, stage.now)

    stage.run(2.5)

    view = stage.prober.cache.view(ANNA)
    assert view.ping_ms is not None and abs(view.ping_ms - 40.0) < 1e-6
    assert view.samples >= 5
    assert view.jitter_ms < 1e-6
    shown = view.shown(stage.now, stage.prober.settings)
    assert shown is not None and (shown.ping_ms, shown.band) == (40.0, "good")


def test_what_is_measured_is_counted_under_its_name() -> None:
    stage = Stage()
    stage.rtt_ms[ANNA] = 40.0
    stage.prober.join(ANNA, stage.now, host=True)

    stage.run(2.5)

    metrics, answers = stage.prober.metrics, stage.counted(Source.CONTROL, Result.OK)
    scores = metrics.histograms["latency_score_seconds"].at(role="host")
    assert scores.count == answers >= 5
    assert scores.sum > 0.04 * answers, "jitter counts against a host"
    assert metrics.histograms["latency_jitter_seconds"].at().count == answers
    stage.prober.heartbeat(ANNA, stage.now - 0.05, stage.now)
    assert metrics.histograms["latency_client_js_lag_seconds"].at().count == 1
    assert metrics.counters["latency_probe_bytes_total"][()] >= 24 * answers


def test_a_guessed_or_repeated_nonce_gains_nothing() -> None:
    stage = Stage()
    stage.rtt_ms[ANNA] = None
    stage.prober.join(ANNA, stage.now)
    stage.run(1.0)
    [(sent_at, probe)] = stage.sent

    stage.prober.pong(ANNA, b"\0" * 8, stage.now)
    assert stage.prober.cache.view(ANNA).ping_ms is None
    stage.prober.pong(ANNA, probe.payload, sent_at + 0.2)
    first = stage.prober.cache.view(ANNA)
    stage.prober.pong(ANNA, probe.payload, sent_at + 0.3)

    assert first.ping_ms is not None and abs(first.ping_ms - 200.0) < 1e-6
    assert stage.prober.cache.view(ANNA) == first
    assert stage.counted(Source.CONTROL, Result.DISCARDED) == 2


def test_an_unanswered_probe_raises_the_score_by_its_age_and_holds_back_the_next() -> None:
    stage = Stage()
    stage.rtt_ms[ANNA] = 40.0
    stage.prober.join(ANNA, stage.now)
    stage.run(60.0)
    stage.rtt_ms[ANNA] = None
    stage.run(100.0)

    last = stage.sent[-1][0]
    view = stage.prober.cache.view(ANNA)

    assert view.oldest_unanswered == last
    assert view.score_at(last + 7.0) == 7000.0
    assert stage.now - last > 60  # nothing more was sent


def test_the_read_delay_that_the_kernel_knows_is_taken_off_but_never_below_the_path_floor() -> None:
    stage = Stage()
    stage.rtt_ms[ANNA] = None
    stage.prober.join(ANNA, stage.now)
    stage.run(1.0)
    [(sent_at, probe)] = stage.sent

    stage.prober.pong(ANNA, probe.payload, sent_at + 0.1, TcpInfo(60.0, 0, 30.0))
    view = stage.prober.cache.view(ANNA)
    assert view.ping_ms is not None and abs(view.ping_ms - 40.0) < 1e-6

    stage.run(1.0)
    sent_at, probe = stage.sent[-1]
    stage.prober.pong(ANNA, probe.payload, sent_at + 0.1, TcpInfo(90.0, 0, 40.0))
    view = stage.prober.cache.view(ANNA)
    assert view.ping_ms is not None and abs(view.ping_ms - 40.0) < 1e-6


def test_an_answer_read_late_by_an_unknown_time_proves_life_but_is_no_sample() -> None:
    stage = Stage()
    stage.rtt_ms[ANNA] = None
    stage.prober.join(ANNA, stage.now)
    stage.run(1.0)
    [(sent_at, probe)] = stage.sent

    stage.prober.pong(ANNA, probe.payload, sent_at + 0.1, lag_ms=80.0)

    view = stage.prober.cache.view(ANNA)
    assert (view.ping_ms, view.samples, view.oldest_unanswered) == (None, 0, None)
    assert view.last_answered == sent_at + 0.1
    assert stage.counted(Source.CONTROL, Result.DISCARDED) == 1


def test_a_slow_main_thread_raises_the_score_and_an_early_heartbeat_never_lowers_it() -> None:
    stage = Stage()
    stage.rtt_ms = {ANNA: 40.0, BO: 40.0}
    stage.app_ms = {ANNA: 70.0, BO: 0.0}
    for player in (ANNA, BO):
        stage.prober.join(player, stage.now, host=True)
    stage.run(120.0)

    slow, early = stage.prober.cache.view(ANNA), stage.prober.cache.view(BO)

    assert abs(slow.client_lag_ms - 30.0) < 1e-6
    assert early.client_lag_ms == 0.0
    assert slow.score_ms is not None and early.score_ms is not None
    assert abs(slow.score_ms - early.score_ms - 30.0) < 0.01
    assert slow.ping_ms is not None and early.ping_ms is not None
    assert abs(slow.ping_ms - early.ping_ms) < 1e-6


def test_where_the_transport_sends_heartbeats_of_its_own_none_are_asked_for() -> None:
    stage = Stage()
    stage.rtt_ms[ANNA] = 40.0
    stage.prober.join(ANNA, stage.now, host=True)
    for _ in range(40):
        stage.run(5.0)
        stage.prober.heartbeat(ANNA, stage.now - 0.07, stage.now)

    assert {probe.source for _, probe in stage.sent} == {Source.CONTROL}
    assert abs(stage.prober.cache.view(ANNA).client_lag_ms - 30.0) < 1e-6


def test_a_polling_player_is_measured_by_heartbeats_until_its_upgrade_begins_anew() -> None:
    stage = Stage()
    stage.rtt_ms[ANNA], stage.app_ms[ANNA] = 40.0, 90.0
    stage.polling.add(ANNA)
    stage.prober.join(ANNA, stage.now)
    stage.run(10.0)
    before = stage.prober.cache.view(ANNA)
    assert before.polling and before.ping_ms is not None and abs(before.ping_ms - 90.0) < 1e-6

    stage.polling.clear()
    stage.run(20.0)

    after = stage.prober.cache.view(ANNA)
    assert not after.polling and after.ping_ms is not None and abs(after.ping_ms - 40.0) < 1e-6


def test_a_player_whose_control_pings_are_swallowed_is_measured_by_heartbeats_a_tier_lower() -> None:
    stage = Stage()
    stage.rtt_ms[ANNA], stage.app_ms[ANNA] = None, 50.0
    stage.prober.join(ANNA, stage.now)
    for _ in range(2):  # the transport's own heartbeat overtakes the control ping
        stage.run(20.0)
        stage.prober.heartbeat(ANNA, stage.now - 0.05, stage.now)

    stage.run(60.0)

    view = stage.prober.cache.view(ANNA)
    assert view.polling and view.ping_ms is not None and abs(view.ping_ms - 50.0) < 1e-6
    assert view.samples > 2


def test_a_player_taken_for_deaf_is_believed_again_at_its_first_pong() -> None:
    stage = Stage()
    stage.rtt_ms[ANNA], stage.app_ms[ANNA] = None, 50.0
    stage.prober.join(ANNA, stage.now)
    for _ in range(2):
        stage.run(20.0)
        stage.prober.heartbeat(ANNA, stage.now - 0.05, stage.now)
    stage.rtt_ms[ANNA] = 30.0
    stage.run(300.0)

    view = stage.prober.cache.view(ANNA)
    assert not view.polling and view.ping_ms is not None and abs(view.ping_ms - 30.0) < 1e-6


def test_a_recorded_player_is_probed_at_a_pace_of_its_own() -> None:
    stage = Stage()
    stage.rtt_ms = {ANNA: 40.0, BO: 40.0}
    for player in (ANNA, BO):
        stage.prober.join(player, stage.now)
    stage.run(100.0)
    stage.prober.set_pace(ANNA, 1.0, stage.now)
    stage.prober.set_pace("a stranger", 1.0, stage.now)
    before = len(stage.sent)
    stage.run(100.0)
    stage.prober.set_pace(ANNA, None, stage.now)
    after = len(stage.sent)
    stage.run(100.0)

    assert sum(probe.player == ANNA for _, probe in stage.sent[before:after]) in range(95, 106)
    assert sum(probe.player == ANNA for _, probe in stage.sent[after:]) in range(4, 9)


def test_a_player_who_comes_back_keeps_half_the_weight_of_what_was_known() -> None:
    stage = Stage()
    stage.rtt_ms[ANNA] = 40.0
    stage.prober.join(ANNA, stage.now)
    stage.run(10.0)
    stage.prober.leave(ANNA, stage.now)
    assert ANNA not in stage.prober.cache

    stage.run(5.0)
    stage.prober.join(ANNA, stage.now)
    view = stage.prober.cache.view(ANNA)
    assert view.ping_ms is not None and abs(view.ping_ms - 40.0) < 1e-6
    assert view.samples == 0

    stage.prober.leave(ANNA, stage.now)
    stage.run(stage.prober.settings.memory_s + 1)
    stage.prober.join(ANNA, stage.now)
    assert stage.prober.cache.view(ANNA).ping_ms is None


def test_a_silent_host_is_late_after_one_second_and_silent_after_three() -> None:
    stage = Stage()
    stage.rtt_ms[ANNA] = 40.0
    stage.prober.join(ANNA, stage.now, host=True)
    stage.run(30.0)
    stage.rtt_ms[ANNA] = None
    stage.run(15.0)

    sent = stage.sent[-1][0]
    (late_at, late), (silent_at, silent) = stage.notices

    assert isinstance(late, HostLate) and isinstance(silent, HostSilent)
    assert late_at == sent + 1.0
    assert sent + 3.0 <= silent_at <= sent + 3.1
    assert silent.since == sent


def test_a_host_that_sends_anything_is_not_silent() -> None:
    stage = Stage()
    stage.rtt_ms[ANNA] = None
    stage.prober.join(ANNA, stage.now, host=True)
    for _ in range(100):
        stage.run(0.5)
        stage.heard[ANNA] = stage.now

    assert stage.notices == []


def test_each_sample_is_recorded_with_what_was_known_of_it() -> None:
    stage = Stage()
    stage.rtt_ms[ANNA] = 40.0
    stage.prober.join(ANNA, stage.now, host=True)
    stage.run(0.5)

    sample = stage.recorded[0]

    assert (sample.player, sample.source, sample.result) == (ANNA, Source.CONTROL, Result.OK)
    assert (sample.host, sample.hidden, sample.polling, sample.lag_ms) == (True, False, False, 0.0)
    assert sample.network_ms is not None and abs(sample.network_ms - 40.0) < 1e-6


def test_whoever_is_new_is_shown_as_measured_so_far_which_is_not_at_all() -> None:
    stage = Stage()
    for player in (ANNA, BO):
        stage.prober.join(player, stage.now)
        measured = stage.prober._players[player]
        assert stage.prober.cache[player] == measured.view(stage.prober._schedule.interval_s(player))
    assert stage.prober.cache[ANNA] is stage.prober.cache[BO]
