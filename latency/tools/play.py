"""Play cases: the real prober on a fake clock, its probes answered by the paths."""

from __future__ import annotations

import heapq
import random
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from latency.prober import Notice, Probe, Prober
from latency.sample import Player, Result, Sample, Source
from latency.settings import Settings
from latency.tcpinfo import TcpInfo
from latency.tools.worlds import Case, Path

NEVER = float("inf")


class Network:
    """Carries the probes of one prober and brings the answers when the paths say so.

    `stalls` are spans (begin, end) in which the server's loop stands still: what comes due or arrives
    in one is seen at its end, timers before sockets. `tick_s` is the kernel's clock by which the age
    of unread bytes is told; None: it is not told.
    """

    def __init__(
        self,
        settings: Settings,
        seed: int,
        *,
        record: Callable[[Sample], None] | None = None,
        notice: Callable[[float, Notice], None] = lambda now, notice: None,
        stalls: Sequence[tuple[float, float]] = (),
        tick_s: float | None = None,
    ) -> None:
        chance = random.Random(seed)
        self.prober = Prober(settings, chance=chance.random, nonce=lambda: chance.randbytes(8), record=record)
        self.paths: dict[Player, Path] = {}
        self.probes = dict.fromkeys(Source, 0)
        self._notice = notice
        self._stalls = list(stalls)
        self._begins = [begin for begin, _ in self._stalls]
        self._tick_s = tick_s
        self._answers: list[tuple[float, int, float, Probe]] = []
        self._sent = 0

    def join(self, player: Player, path: Path, now: float, *, host: bool = False) -> None:
        """A player arrives on this path."""
        self.paths[player] = path
        self.prober.join(player, now, host=host)

    def run(self, now: float, until: float) -> None:
        """Let time pass."""
        while True:
            deadline = self.prober.next_deadline()
            due = NEVER if deadline is None else self._served(max(deadline, now))
            read = self._served(self._answers[0][0]) if self._answers else NEVER
            if min(due, read) > until:
                return
            now = max(now, min(due, read))
            if due <= read:
                self._act(now)
            else:
                self._answer(now)

    def _act(self, now: float) -> None:
        for action in self.prober.due(now):
            if isinstance(action, Probe):
                self._send(action, now)
            else:
                self._notice(now, action)

    def _send(self, probe: Probe, now: float) -> None:
        self.prober.sent(probe, now)
        self.probes[probe.source] += 1
        self._sent += 1
        rtt_ms = self.paths[probe.player].rtt_ms(now)
        if rtt_ms is not None:
            heapq.heappush(self._answers, (now + rtt_ms / 1000, self._sent, now, probe))

    def _answer(self, now: float) -> None:
        at, _, sent, probe = heapq.heappop(self._answers)
        lag_ms, info = 1000 * (now - at), None
        if self._tick_s is not None:
            ticks = now // self._tick_s - at // self._tick_s
            info = TcpInfo(1000 * ticks * self._tick_s, 0, None)
        if probe.source is Source.CONTROL:
            self.prober.pong(probe.player, probe.payload, now, info, lag_ms)
        else:
            self.prober.heartbeat(probe.player, sent, now, info, lag_ms)

    def _served(self, at: float) -> float:
        """When the loop gets to what comes at `at`."""
        k = bisect_right(self._begins, at) - 1
        return self._stalls[k][1] if k >= 0 and at < self._stalls[k][1] else at


@dataclass
class Played:
    """What was known at the moment of the election."""

    network: Network
    heard: dict[Player, list[tuple[float, float]]] = field(default_factory=dict)  # (received s, rtt ms)
    player_s: float = 0.0

    @property
    def probes(self) -> int:
        """How many probes it took."""
        return sum(self.network.probes.values())


def play(case: Case, settings: Settings, seed: int) -> Played:
    """Measure the members of a case from their arrival to its election."""
    heard: dict[Player, list[tuple[float, float]]] = {entrant.player: [] for entrant in case.entrants}

    def record(sample: Sample) -> None:
        if sample.result is Result.OK and sample.source is Source.CONTROL and sample.rtt_ms is not None:
            heard[sample.player].append((sample.sent + sample.rtt_ms / 1000, sample.rtt_ms))

    network = Network(settings, seed, record=record)
    now = case.at
    for entrant in sorted(case.entrants, key=lambda entrant: entrant.joined):
        network.run(now, entrant.joined)
        now = entrant.joined
        network.join(entrant.player, entrant.path, now)
    network.run(now, case.at)
    return Played(network, heard, sum(case.at - entrant.joined for entrant in case.entrants))
