"""Judge each election by what its candidates measured afterwards: how much better another would have been.

For half a minute after an election the round trips of all candidates are collected. A candidate's cost
is 0.75 x their mean + 0.25 x their 95th percentile; the regret is the winner's cost minus the least.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from latency.metrics import Metrics

HORIZON_S = 30.0
MAX_OPEN = 1000  # elections watched at once; of more, the oldest are given up


@dataclass(slots=True, eq=False)
class _Open:
    until: float
    winner: Hashable
    rtts_ms: dict[Hashable, list[float]] = field(default_factory=dict)


class Regrets:
    """Watches elections and counts their regret; those of which too little was measured are left out.

    `now` is in seconds of one clock, whichever.
    """

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._open: deque[_Open] = deque()  # by the end of their half minute
        self._of: dict[Hashable, list[_Open]] = {}

    def elected(self, winner: Hashable, candidates: Iterable[Hashable], now: float) -> None:
        """An election with these candidates was won; one without a choice says nothing."""
        self.judge(now)
        election = _Open(now + HORIZON_S, winner, {each: [] for each in candidates})
        if len(election.rtts_ms) < 2 or winner not in election.rtts_ms:
            return
        if len(self._open) >= MAX_OPEN:
            self._close(self._open.popleft())
        self._open.append(election)
        for candidate in election.rtts_ms:
            self._of.setdefault(candidate, []).append(election)

    def sample(self, player: Hashable, rtt_ms: float, now: float) -> None:
        """A player's round trip was measured."""
        if self._open and self._open[0].until <= now:
            self.judge(now)
        for election in self._of.get(player, ()):
            election.rtts_ms[player].append(rtt_ms)

    def judge(self, now: float) -> None:
        """Count the elections whose half minute is over."""
        while self._open and self._open[0].until <= now:
            election = self._open.popleft()
            costs = {each: _cost_ms(rtts) for each, rtts in election.rtts_ms.items() if rtts}
            if election.winner in costs and len(costs) > 1:
                regret_ms = costs[election.winner] - min(costs.values())
                self._metrics.observe("latency_election_regret_seconds", regret_ms / 1000)
            self._close(election)

    def _close(self, election: _Open) -> None:
        for candidate in election.rtts_ms:
            of = self._of[candidate]
            of.remove(election)
            if not of:
                del self._of[candidate]


def _cost_ms(rtts_ms: list[float]) -> float:
    ordered = sorted(rtts_ms)
    p95 = ordered[max(0, math.ceil(0.95 * len(ordered)) - 1)]
    return 0.75 * sum(ordered) / len(ordered) + 0.25 * p95
