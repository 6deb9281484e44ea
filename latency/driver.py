"""Run a prober on an event loop: one timer, one callable that sends."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, TypeAlias

from latency.prober import Notice, Probe, Prober
from latency.sample import Player, Source
from latency.tcpinfo import TcpInfo

Send: TypeAlias = Callable[[Player, Source, bytes], bool]

TICK_S = 0.05  # the timer fires at least so often while it runs, so that a blocked loop is noticed
LEAST_S = 0.001  # and at most so often
SHARED = 3  # it waits until about so many probes are due: a turn of an idle loop costs more than a probe
MOST = 3  # probes in one turn; others' messages, and soon the answers, wait for as long as it takes
NEXT_S = 0.001  # when it fires again if more were due
LATELY_S = 0.1  # how far back the present rate of probes is read
BUSY_S = 0.005  # a timer this late tells of a loop that has no time to spare
MOST_IF_BUSY = 2  # probes in such a turn: what they would measure is its lag, and they would add to it


class Timer(Protocol):
    """What is set can be called off."""

    def cancel(self) -> None:
        """Do not fire."""


class Loop(Protocol):
    """As much of an asyncio loop as is needed here."""

    def call_at(self, when: float, callback: Callable[[], None], /) -> Timer:
        """Call back at this loop time."""


class Driver:
    """`send` puts a probe on the wire at once and says whether it could; `notice` hears of late hosts.

    All calls are made on the loop. `tcp` returns the kernel's figures for a player's socket, or None.
    Whatever changes the players goes through the driver, which keeps the timer right; an answer may bring
    a probe forward, which then waits for the next tick. `clock` runs with loop.time(), but finer: uvloop's
    stands still for a whole turn and counts whole milliseconds. `origin` seconds are added to it to make
    the time of the views; the prober and its `heard` speak that time.
    """

    def __init__(
        self,
        loop: Loop,
        prober: Prober,
        send: Send,
        notice: Callable[[Notice], None],
        *,
        tcp: Callable[[Player], TcpInfo | None] = lambda player: None,
        clock: Callable[[], float] = time.monotonic,
        origin: float = 0.0,
    ) -> None:
        self.prober = prober
        self._loop = loop
        self._send = send
        self._notice = notice
        self._tcp = tcp
        self._clock = clock
        self._origin = origin
        self._timer: Timer | None = None
        self._due = 0.0
        self._fired = 0.0
        self._probes_per_s = 0.0  # what lately was due; after a rush of newcomers more than in the long run
        self._pause_s = TICK_S
        self._lag_ms = 0.0

    def join(self, player: Player, *, host: bool = False, hidden: bool = False) -> None:
        """Measure this connection from now on."""
        self.prober.join(player, self._now(), host=host, hidden=hidden)
        self._arm()

    def leave(self, player: Player) -> None:
        """The connection is over."""
        self.prober.leave(player, self._now())
        self._arm()

    def set_host(self, player: Player, host: bool) -> None:
        """Probe as often as the role asks."""
        if self.prober.set_host(player, host, self._now()):
            self._arm()

    def set_hidden(self, player: Player, hidden: bool) -> None:
        """The page went to the background or came back."""
        self.prober.set_hidden(player, hidden, self._now())
        self._arm()

    def refresh(self, player: Player) -> None:
        """This player may be needed soon."""
        self.prober.refresh(player, self._now())
        self._arm()

    def set_pace(self, player: Player, pace_s: float | None) -> None:
        """Probe a player at an interval of its own while it is recorded; None ends that."""
        self.prober.set_pace(player, pace_s, self._now())
        self._arm()

    def pong(self, player: Player, payload: bytes, received: float) -> None:
        """A control pong was read at `received` (by `clock`)."""
        at = received + self._origin
        self.prober.pong(player, payload, at, self._tcp(player), self._lag(at))
        self._wake()

    def heartbeat(self, player: Player, sent: float, received: float) -> None:
        """The Engine.IO PING sent at `sent` was answered at `received` (by `clock`)."""
        at = received + self._origin
        self.prober.heartbeat(player, sent + self._origin, at, self._tcp(player), self._lag(at))
        self._wake()

    def stop(self) -> None:
        """Cancel the timer; the next change of players starts it again."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _now(self) -> float:
        return self._clock() + self._origin

    def _lag(self, now: float) -> float:
        """How late the loop is or lately was, in ms: the age that a pong read now may have."""
        overdue = 0.0 if self._timer is None else 1000 * max(0.0, now - self._due)
        return max(self._lag_ms, overdue)

    def _wake(self) -> None:
        """Set the timer if it slept because everybody owed an answer; else its next tick is soon enough."""
        if self._timer is None:
            self._arm()

    def _arm(self) -> None:
        now = self._now()
        if self._timer is not None and self._due <= now + self._pause_s:
            return  # no deadline could bring it forward
        deadline = self.prober.next_deadline()
        if deadline is None:
            self.stop()
            return
        due = now + min(max(deadline - now, self._pause_s), TICK_S)
        if self._timer is not None:
            if self._due <= due:
                return
            self._timer.cancel()
        self._due = due
        self._timer = self._loop.call_at(due - self._origin, self._fire)

    def _fire(self) -> None:
        began = time.perf_counter()  # the thread's own clock would cost more than what it measures
        self._timer = None
        now = self._now()
        late = max(0.0, now - self._due)
        self._lag_ms = 1000 * late
        metrics = self.prober.metrics
        metrics.observe("latency_loop_lag_seconds", late)
        probes = 0
        most = MOST if late < BUSY_S else MOST_IF_BUSY
        try:
            for action in self.prober.due(now, most):
                if isinstance(action, Probe):
                    probes += 1
                    self._put(action)
                else:
                    self._notice(action)
        finally:
            self._pace(now, probes, probes == most)
            metrics.count("latency_probe_cpu_seconds_total", time.perf_counter() - began)
            self._arm()

    def _pace(self, now: float, probes: int, more: bool) -> None:
        """Set the pause so that about `SHARED` probes are due after it; `more` may be due already."""
        since = max(now - self._fired, NEXT_S)
        self._probes_per_s += (probes / since - self._probes_per_s) * min(1.0, since / LATELY_S)
        self._fired = now
        wanted = SHARED / max(self._probes_per_s, self.prober.probes_per_s, 1.0)
        self._pause_s = NEXT_S if more else min(max(LEAST_S, wanted), TICK_S)

    def _put(self, probe: Probe) -> None:
        wanted: Probe | None = probe
        while wanted is not None:
            at = self._now()
            if self._send(wanted.player, wanted.source, wanted.payload):
                self.prober.sent(wanted, at)
                return
            wanted = self.prober.unsent(wanted, at)
