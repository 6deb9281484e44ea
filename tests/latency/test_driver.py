"""The driver: one timer, what it sends, and how it tells that its own loop was late."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from latency.driver import TICK_S, Driver
from latency.prober import Notice, Prober
from latency.sample import Player, Result, Sample, Source
from latency.settings import Settings
from latency.silence import HostSilent
from latency.tcpinfo import TcpInfo

ORIGIN = 1_700_000_000.0


class Handle:
    def __init__(self, when: float, callback: Callable[[], None]) -> None:
        self.when, self.callback, self.cancelled = when, callback, False

    def cancel(self) -> None:
        self.cancelled = True


class Loop:
    """As much of an event loop as a driver uses, on a clock that the test moves."""

    def __init__(self) -> None:
        self.now = 50.0
        self._timers: list[tuple[float, int, Handle]] = []
        self._numbers = itertools.count()

    def call_at(self, when: float, callback: Callable[[], None]) -> Handle:
        handle = Handle(when, callback)
        heapq.heappush(self._timers, (when, next(self._numbers), handle))
        return handle

    @property
    def armed(self) -> int:
        return sum(not handle.cancelled for _, _, handle in self._timers)

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while self._timers and self._timers[0][0] <= end:
            when, _, handle = heapq.heappop(self._timers)
            if not handle.cancelled:
                self.now = max(self.now, when)
                handle.callback()
        self.now = end


class Stage:
    """A driver whose probes are noted and answered by the test."""

    def __init__(self, chance: Callable[[], float] = lambda: 0.5, **options: Any) -> None:
        self.loop = Loop()
        self.samples: list[Sample] = []
        self.prober = Prober(Settings(), chance=chance, nonce=lambda: b"12345678", record=self.samples.append)
        self.sent: list[tuple[float, Player, Source]] = []
        self.notices: list[Notice] = []
        self.polling: set[Player] = set()
        self.driver = Driver(
            self.loop, self.prober, self.send, self.notices.append,
            clock=lambda: self.loop.now, origin=ORIGIN, **options,
        )  # fmt: skip

    def send(self, player: Player, source: Source, payload: bytes) -> bool:
        if source is Source.CONTROL and player in self.polling:
            return False
        self.sent.append((self.loop.now, player, source))
        return True


def test_the_timer_sleeps_while_nobody_is_here_and_there_is_never_more_than_one() -> None:
    stage = Stage()
    assert stage.loop.armed == 0
    stage.driver.join("anna")
    stage.driver.join("bo", host=True)
    stage.driver.set_host("anna", True)
    stage.driver.set_hidden("bo", True)
    stage.driver.refresh("anna")
    assert stage.loop.armed == 1
    stage.loop.run(3.0)
    assert stage.loop.armed == 1
    stage.driver.leave("anna")
    stage.driver.leave("bo")
    stage.loop.run(1.0)
    assert stage.loop.armed == 0


def test_views_are_in_the_servers_time_and_probes_go_out_at_theirs() -> None:
    stage = Stage()
    stage.driver.join("anna")
    stage.loop.run(0.25)
    [(sent, player, source)] = stage.sent
    assert (player, source) == ("anna", Source.CONTROL)
    assert 50.2 <= sent <= 50.2 + TICK_S

    stage.driver.pong("anna", b"12345678", sent + 0.04)

    view = stage.prober.cache.view("anna")
    assert view.ping_ms is not None and abs(view.ping_ms - 40.0) < 0.001
    assert view.last_answered == sent + 0.04 + ORIGIN
    assert view.oldest_unanswered is None


def test_an_answer_wakes_the_timer_that_slept_while_everybody_owed_one() -> None:
    stage = Stage()
    stage.driver.join("anna")
    stage.loop.run(200.0)
    assert (len(stage.sent), stage.loop.armed) == (1, 0)

    stage.driver.pong("anna", b"12345678", stage.loop.now)
    stage.loop.run(0.1)

    assert (len(stage.sent), stage.loop.armed) == (2, 1)


def test_probes_of_about_the_same_moment_share_a_turn() -> None:
    stage = Stage(chance=random.Random(1).random)
    for n in range(40):
        stage.driver.join(f"p{n}")
    stage.loop.run(0.39)
    assert len(stage.sent) > 30
    assert len({at for at, _, _ in stage.sent}) < len(stage.sent) / 2


def test_a_crowd_is_probed_at_its_pace_and_a_few_in_each_turn() -> None:
    """A turn in which hundreds are probed, and the one in which they answer, hold everybody else back."""
    stage = Stage(chance=random.Random(1).random)
    for n in range(800):
        stage.driver.join(f"p{n}")
    stage.loop.run(0.45)
    turns = Counter(at for at, _, _ in stage.sent)
    assert len(stage.sent) == 800
    assert max(turns.values()) <= 3
    assert len(turns) < 400


def test_a_loop_that_is_late_gets_few_probes_to_do_and_all_of_them_once_it_is_not() -> None:
    """Whoever comes in a crowd is served before it is measured."""
    stage = Stage(chance=random.Random(1).random)
    for n in range(100):
        stage.driver.join(f"p{n}")
    for _ in range(40):
        stage.loop.now += 0.02
        stage.loop.run(0.0)
    turns = Counter(at for at, _, _ in stage.sent)
    assert max(turns.values()) == 2
    assert len(stage.sent) < 100
    stage.loop.run(0.1)
    assert len(stage.sent) >= 100


def test_where_no_control_ping_can_be_sent_the_heartbeat_goes_in_the_same_turn() -> None:
    stage = Stage()
    stage.polling.add("anna")
    stage.driver.join("anna")
    stage.loop.run(0.25)
    [(sent, _, source)] = stage.sent
    assert source is Source.HEARTBEAT

    stage.driver.heartbeat("anna", sent, sent + 0.09)

    view = stage.prober.cache.view("anna")
    assert view.polling and view.ping_ms is not None and abs(view.ping_ms - 90.0) < 0.001


def test_a_pong_read_after_the_loop_stood_still_is_dropped_unless_the_kernel_tells_its_age() -> None:
    for tcp, kept in ((None, False), (TcpInfo(80.0, 0, None), True)):
        stage = Stage(tcp=lambda player, tcp=tcp: tcp)
        stage.driver.join("anna")
        stage.loop.run(0.25)
        stage.loop.now += 0.12  # the loop is blocked, the timer overdue
        stage.driver.pong("anna", b"12345678", stage.loop.now)

        [sample] = stage.samples
        assert (sample.result is Result.OK) == kept
        assert sample.lag_ms >= 120.0 - 1000 * TICK_S


def test_a_pong_read_right_after_a_late_timer_counts_as_late_too() -> None:
    stage = Stage()
    stage.driver.join("anna")
    stage.loop.run(0.25)
    stage.loop.now += 0.2
    stage.loop.run(0.0)  # the overdue timer fires first, as uvloop has it
    stage.driver.pong("anna", b"12345678", stage.loop.now)
    assert stage.samples[0].result is Result.DISCARDED

    stage.loop.run(0.5)  # and is in time again
    stage.driver.pong("anna", b"12345678", stage.loop.now)
    assert stage.samples[1].result is Result.OK


def test_a_silent_host_is_told_of() -> None:
    stage = Stage()
    stage.driver.join("anna", host=True)
    stage.loop.run(5.0)
    assert any(isinstance(notice, HostSilent) for notice in stage.notices)


def test_a_notice_that_raises_leaves_the_timer_running() -> None:
    stage = Stage()

    def fail(notice: Notice) -> None:
        raise RuntimeError("a fault of the room")

    stage.driver._notice = fail
    stage.driver.join("anna", host=True)
    try:
        stage.loop.run(5.0)
    except RuntimeError:
        assert stage.loop.armed == 1
    else:
        raise AssertionError("the notice was not given")


def test_an_asyncio_loop_will_do() -> None:
    loop = asyncio.new_event_loop()
    try:
        Driver(loop, Stage().prober, lambda player, source, payload: True, lambda notice: None).join("anna")
    finally:
        loop.close()


def test_a_stopped_driver_sends_nothing() -> None:
    stage = Stage()
    stage.driver.join("anna")
    stage.driver.stop()
    stage.driver.stop()
    stage.loop.run(5.0)
    assert stage.sent == []
