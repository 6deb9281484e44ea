"""Play many elections under some settings and say what the chosen hosts cost their rooms."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from latency.sample import Source
from latency.settings import Settings
from latency.tools.play import NEVER, Played, play
from latency.tools.policies import POLICIES, last
from latency.tools.traces import Floats
from latency.tools.worlds import HORIZONS_S, Case, cost_ms
from latency.tools.wrong import Wrong

# What one probe costs the server from `send` to the new estimate, sockets and the loop's turns included, in
# us of one core: bench/latency_cpu.py measured 87 to 95 for control pings. No part of comparing policies.
COST_US = {Source.CONTROL: 90.0, Source.HEARTBEAT: 90.0}


class NothingToReplay(Wrong):
    """There is no election with enough measurements before and after it."""


@dataclass
class Outcomes:
    """One row per election, in order."""

    kinds: list[str] = field(default_factory=list)
    regrets: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in POLICIES})
    pings: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in POLICIES})
    p95s: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in POLICIES})
    # |displayed ping - mean of the next 30 s|, per player
    shown_errors: list[float] = field(default_factory=list)
    last_errors: list[float] = field(default_factory=list)  # the same of the last ping
    best: list[float] = field(default_factory=list)  # the mean round trip of the best candidate
    probes: dict[Source, int] = field(default_factory=lambda: dict.fromkeys(Source, 0))
    player_s: float = 0.0
    cpu_s: float = 0.0  # of the prober and the played network

    def __len__(self) -> int:
        return len(self.kinds)

    def regret(self, policy: str) -> Floats:
        """J of the chosen host minus J of the best candidate, in ms, per election."""
        return np.array(self.regrets[policy])

    def host_ping(self, policy: str) -> Floats:
        """The chosen host's mean round trip over the longest horizon, in ms, per election."""
        return np.array(self.pings[policy])

    def host_p95(self, policy: str) -> Floats:
        """The p95 of the chosen host's round trips over the longest horizon, in ms, per election."""
        return np.array(self.p95s[policy])

    @property
    def probes_per_player_s(self) -> float:
        """Probes per second that one player got."""
        return sum(self.probes.values()) / self.player_s

    @property
    def cpu_share(self) -> float:
        """The share of a core that one player's probes would take, by `COST_US`."""
        return sum(n * COST_US[source] * 1e-6 for source, n in self.probes.items()) / self.player_s


def replay(cases: Iterable[Case], settings: Settings, seed: int) -> Outcomes:
    """Play all cases; case number n runs with the same chance under whatever settings."""
    outcomes = Outcomes()
    for number, case in enumerate(cases):
        began = time.process_time()
        played = play(case, settings, seed * 1_000_003 + number)
        outcomes.cpu_s += time.process_time() - began
        _judge(case, played, settings, outcomes)
    if not len(outcomes):
        raise NothingToReplay("no election has enough measurements before and after it")
    return outcomes


def _judge(case: Case, played: Played, settings: Settings, outcomes: Outcomes) -> None:
    ahead = {
        each.player: [each.path.ahead(case.at, horizon) for horizon in HORIZONS_S] for each in case.entrants
    }
    cost = {player: float(np.mean([cost_ms(rtts) for rtts in windows])) for player, windows in ahead.items()}
    least = min(cost.values())
    outcomes.kinds.append(case.kind)
    for name, policy in POLICIES.items():
        chosen = policy(case, played, settings)
        outcomes.regrets[name].append(cost[chosen] - least)
        outcomes.pings[name].append(float(ahead[chosen][-1].mean()))
        outcomes.p95s[name].append(float(np.percentile(ahead[chosen][-1], 95)))
    outcomes.best.append(float(ahead[min(cost, key=cost.__getitem__)][-1].mean()))
    for source, n in played.network.probes.items():
        outcomes.probes[source] += n
    outcomes.player_s += played.player_s
    for player, windows in ahead.items():
        shown, newest = played.network.prober.cache.view(player).ping_ms, last(played, player)
        if shown is not None and newest < NEVER:
            truth = float(windows[0].mean())
            outcomes.shown_errors.append(abs(shown - truth))
            outcomes.last_errors.append(abs(newest - truth))
