"""Make rooms of players whose round trips follow traces: the cases that a replay plays."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from latency.tools.traces import GRID_S, Floats, Scenario, Trace, load_bases, load_traces

SIZES = (4, 8, 16)
HORIZONS_S = (30.0, 120.0)
LIFE_S = 1800.0


class Path(Protocol):
    """The truth about one player: its round trip at any moment."""

    def rtt_ms(self, at: float) -> float | None:
        """The round trip in ms of a probe sent at `at`; None where that is not known."""

    def ahead(self, at: float, horizon_s: float) -> Floats:
        """All round trips in ms known from `at` on, for so long."""


class TracePath:
    """A trace begun somewhere in its middle, run to and fro for ever, over a base delay."""

    def __init__(self, trace: Trace, begin_s: float, base_ms: float) -> None:
        self.base_ms = base_ms
        self.outage = trace.outage
        self._begin = int(begin_s / GRID_S)
        self._row = trace.rtt_ms
        self._values = trace.values

    def rtt_ms(self, at: float) -> float:
        """The round trip in ms of a probe sent at `at`."""
        n = len(self._values)
        k = (self._begin + math.floor(at / GRID_S)) % (2 * n)
        return self.base_ms + self._values[k if k < n else 2 * n - 1 - k]

    def ahead(self, at: float, horizon_s: float) -> Floats:
        """All round trips in ms from `at` on."""
        n = len(self._values)
        first = self._begin + math.floor(at / GRID_S)
        k = np.arange(first, first + int(horizon_s / GRID_S)) % (2 * n)
        return self.base_ms + self._row[np.where(k < n, k, 2 * n - 1 - k)]


@dataclass(frozen=True)
class Entrant:
    """One member of a room: who, since when (s), on what path."""

    player: str
    joined: float
    path: Path


@dataclass(frozen=True)
class Stay:
    """One member of a room over its whole life: when it came and went, in s."""

    player: str
    path: Path
    joined: float = 0.0
    left: float = math.inf


@dataclass(frozen=True)
class Life:
    """A room from `began` to `ended`, s; the first to come is its first host."""

    stays: tuple[Stay, ...]
    began: float
    ended: float


@dataclass(frozen=True)
class Case:
    """An election at `at`: these members are there, one of them must host."""

    at: float
    entrants: tuple[Entrant, ...]
    kind: str  # what to group results by
    group: int  # cases of one group share players: never search on some and confirm on others


def cost_ms(rtts: Floats) -> float:
    """What a host costs its room, in ms: 0.75 x mean + 0.25 x p95 of its round trips."""
    return float(0.75 * rtts.mean() + 0.25 * np.percentile(rtts, 95))


class TraceWorld:
    """Rooms of 4, 8 or 16 whose host leaves: the shipped 5G runs over the base delays of one server each."""

    def __init__(self, scenario: Scenario, *, outages: bool = True) -> None:
        self.scenario = scenario
        self.traces = load_traces(outages=outages)
        self.bases = load_bases(scenario)

    def cases(self, n: int, seed: int) -> Iterator[Case]:
        """`n` elections, the same ones for the same seed."""
        rng = np.random.default_rng([seed, n])
        for number in range(n):
            size = int(rng.choice(SIZES))
            yield Case(0.0, tuple(self.members(rng, size - 1)), f"rooms of {size}", number)

    def lives(self, n: int, seed: int) -> Iterator[Life]:
        """`n` rooms of half an hour whose members all stay; their first host is any of them."""
        rng = np.random.default_rng([seed, n, 1])
        for _ in range(n):
            size = int(rng.choice(SIZES))
            members = self.members(rng, size, ages=[0.0] * size)
            yield Life(tuple(Stay(each.player, each.path) for each in members), 0.0, LIFE_S)

    def members(self, rng: np.random.Generator, n: int, ages: Sequence[float] | None = None) -> list[Entrant]:
        """`n` players of one server, longest seated first, here since 6 to 600 s (log-uniform) or as told."""
        bases = self.bases[int(rng.integers(len(self.bases)))]
        if ages is None:
            ages = np.exp(rng.uniform(math.log(6), math.log(600), n)).tolist()
        entrants = []
        for number, age in enumerate(sorted(ages, reverse=True)):
            trace = self.traces[int(rng.integers(len(self.traces)))]
            begin = float(rng.uniform(0, 2 * len(trace.rtt_ms) * GRID_S)) + 600
            entrants.append(Entrant(f"p{number}", -age, TracePath(trace, begin, float(rng.choice(bases)))))
        return entrants
