"""Search better settings on one half of the elections and confirm them on the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from latency.settings import ImpossibleSetting, Settings
from latency.tools.recording import Recording
from latency.tools.replay import Outcomes, replay
from latency.tools.report import PLAYERS, settings_line, verdict
from latency.tools.statistics import Interval, difference
from latency.tools.worlds import Case
from latency.tools.wrong import Wrong

LEAST_ELECTIONS = 200
MOST_REPEATS = 0.5

GRID: dict[str, tuple[float, ...]] = {
    "half_life_s": (30, 60, 120, 300, 600),
    "score_k": (0, 0.25, 0.5, 0.75, 1),
    "log_offset_ms": (1, 5, 20, 50),
    "prior_sigma": (0.15, 0.3, 0.5),
    "burst_n": (3, 5, 8),
    "interval_member_s": (10, 20, 30, 60),
    "tie_ms": (0, 1, 3),
}


class CannotRecommend(Wrong):
    """There is too little to search on, or it is not what was measured."""


@dataclass(frozen=True)
class Recommendation:
    """What the search found and what the other half says of it."""

    now: Settings
    found: Settings
    gain: Interval  # of regret on the held-out half, ms; below zero is better
    cpu: tuple[float, float]  # shares of a core for `PLAYERS` players, now and with what was found

    @property
    def significant(self) -> bool:
        """Whether to change anything."""
        return self.now != self.found and self.gain.high < 0

    def lines(self) -> Iterator[str]:
        """The verdict."""
        yield f"searched: {settings_line(self.now, self.found)}"
        yield f"regret on the held-out half: {verdict(self.gain)}"
        yield f"{PLAYERS} players: {self.cpu[0]:.1%} -> {self.cpu[1]:.1%} of a core"
        if self.significant:
            yield f"recommended: {settings_line(self.now, self.found)}"
        else:
            yield "no significant gain: keep the settings"


def check(recording: Recording) -> None:
    """Refuse a recording that repeats old values: whatever holds a value looks good on it."""
    if recording.repeats > MOST_REPEATS:
        raise CannotRecommend(
            f"{recording.repeats:.0%} of the samples repeat the one before: sample-and-hold data"
        )


def trials(shortest_s: float = 0.0) -> int:
    """How many settings a search plays, at most."""
    return sum(len(values) for values in _grid(shortest_s).values()) + 1


def recommend(
    cases: Sequence[Case],
    now: Settings,
    seed: int,
    *,
    max_cpu: float | None = None,
    shortest_s: float = 0.0,
    step: Callable[[], None] = lambda: None,
) -> Recommendation:
    """Change one setting after the other to what costs rooms least on one half; judge on the other.

    Settings that need more of a core than `max_cpu` for `PLAYERS` players (default: than now) are left
    out, and so are intervals shorter than `shortest_s`, which a recording cannot answer for. `step` is
    called after each trial.
    """
    if len(cases) < LEAST_ELECTIONS:
        raise CannotRecommend(
            f"{len(cases)} elections with enough measurements: {LEAST_ELECTIONS} are needed"
        )
    search, confirm = _halves(cases, seed)
    best, best_played = now, replay(search, now, seed)
    allowed = PLAYERS * best_played.cpu_share * 1.001 if max_cpu is None else max_cpu
    step()
    for name, values in _grid(shortest_s).items():
        for value in values:
            tried = _tried(best, name, value)
            if tried is not None:
                played = replay(search, tried, seed)
                if PLAYERS * played.cpu_share <= allowed and _cost(played) < _cost(best_played):
                    best, best_played = tried, played
            step()
    ours, theirs = replay(confirm, now, seed), replay(confirm, best, seed)
    gain = difference(theirs.regret("score"), ours.regret("score"), seed)
    return Recommendation(now, best, gain, (PLAYERS * ours.cpu_share, PLAYERS * theirs.cpu_share))


def _grid(shortest_s: float) -> dict[str, tuple[float, ...]]:
    return {
        name: tuple(value for value in values if not name.startswith("interval") or value >= shortest_s)
        for name, values in GRID.items()
    }


def _tried(settings: Settings, name: str, value: float) -> Settings | None:
    if getattr(settings, name) == value:
        return None
    try:
        return settings.changed({name: value})
    except ImpossibleSetting:
        return None


def _cost(outcomes: Outcomes) -> float:
    return float(outcomes.regret("score").mean())


def _halves(cases: Sequence[Case], seed: int) -> tuple[list[Case], list[Case]]:
    """Two halves that share no group."""
    groups = sorted({case.group for case in cases})
    chosen = set(np.random.default_rng(seed).permutation(groups)[: len(groups) // 2].tolist())
    search = [case for case in cases if case.group in chosen]
    confirm = [case for case in cases if case.group not in chosen]
    if not search or not confirm:
        raise CannotRecommend("all elections are of one room: there is no other half to confirm on")
    return search, confirm
