"""Say afterwards how good each election was, from the samples that came in meanwhile."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from latency.election import Election
from latency.metrics import Metrics
from latency.sample import Player, Sample, Source
from latency.view import Cache

HORIZON_S = 30.0
FLAP_S = 300.0


@dataclass(slots=True)
class _Trial:
    ends: float
    winner: Player
    rtts: dict[Player, list[float]] = field(default_factory=dict)


class Quality:
    """Counts elections, and 30 s after each what its winner cost against the best candidate.

    Cost is 0.75 x mean + 0.25 x p95 of the round trips measured in those 30 s; candidates without any
    are left out. Members are measured rarely, so that the least of many such costs is partly luck: the
    realised regret leans high, and serves to compare days and settings, not with a replay.
    """

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._trials: deque[_Trial] = deque()
        self._judged: dict[Player, list[_Trial]] = {}
        self._hosts: dict[str, list[tuple[float, Player]]] = {}

    def elected(self, room: str, election: Election[Player]) -> None:
        """An election was held in this room."""
        now, winner = election.at, election.winner
        self._metrics.count("latency_elections_total", reason=election.reason)
        if winner is None:
            return
        self._follow(room, now, winner)
        if len(election.ranking) < 2:
            return
        trial = _Trial(now + HORIZON_S, winner, {ranked.player: [] for ranked in election.ranking})
        self._trials.append(trial)
        for player in trial.rtts:
            self._judged.setdefault(player, []).append(trial)

    def closed(self, room: str) -> None:
        """The room is gone."""
        self._hosts.pop(room, None)

    def sample(self, sample: Sample) -> None:
        """A probe ended."""
        self.settle(sample.sent)
        rtt_ms = sample.network_ms
        if sample.player in self._judged and sample.source is Source.CONTROL and rtt_ms is not None:
            for trial in self._judged[sample.player]:
                trial.rtts[sample.player].append(rtt_ms)

    def settle(self, now: float) -> None:
        """Judge the elections whose time is over."""
        while self._trials and self._trials[0].ends <= now:
            trial = self._trials.popleft()
            for player in trial.rtts:
                others = [each for each in self._judged[player] if each is not trial]
                if others:
                    self._judged[player] = others
                else:
                    del self._judged[player]
            costs = {player: _cost_ms(rtts) for player, rtts in trial.rtts.items() if rtts}
            if trial.winner in costs and len(costs) > 1:
                regret_ms = costs[trial.winner] - min(costs.values())
                self._metrics.observe("latency_election_regret_seconds", regret_ms / 1000)

    def _follow(self, room: str, now: float, winner: Player) -> None:
        former = self._hosts.get(room, [])
        lately = [(at, host) for at, host in former if now - at < FLAP_S]
        if former and former[-1][1] != winner:
            self._metrics.count("latency_switches_total")
            if any(host == winner for _, host in lately):
                self._metrics.count("latency_flaps_total")
        self._hosts[room] = [*lately, (now, winner)]


def scrape(
    metrics: Metrics, cache: Cache, rooms: Iterable[tuple[Player, Collection[Player]]], now: float
) -> None:
    """Set the gauges from the cache; `rooms` gives each room's host and its other members."""
    views = cache.values()
    metrics.gauges["latency_outstanding_age_seconds_max"] = max(
        (view.unanswered_s(now) for view in views), default=0.0
    )
    metrics.gauges["latency_cache_age_seconds"] = max((view.age_s(now) or 0.0 for view in views), default=0.0)
    excess = [
        (own - min(others)) / 1000
        for host, members in rooms
        if (own := cache.view(host).score_at(now)) is not None
        and (
            others := [score for member in members if (score := cache.view(member).score_at(now)) is not None]
        )
    ]
    metrics.gauges["latency_host_excess_seconds"] = sum(excess) / len(excess) if excess else 0.0


def _cost_ms(rtts: list[float]) -> float:
    ordered = sorted(rtts)
    p95 = ordered[math.ceil(0.95 * len(ordered)) - 1]
    return 0.75 * sum(ordered) / len(ordered) + 0.25 * p95
