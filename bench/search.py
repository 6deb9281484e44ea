"""Find the highest load that still passes, in a bounded number of steps."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

MOST_STEPS = 16


@dataclass(frozen=True, slots=True)
class Found:
    """The highest load that passed (0 if none did) and how many loads were tried."""

    load: float
    steps: int


def highest(
    start: float,
    passes: Callable[[float], bool],
    *,
    factor: float = 2.0,
    precision: float = 1.05,
    lowest: float = 1.0,
) -> Found:
    """Search from `start` by `factor`, up while loads pass or down until one does, then bisect.

    Bisection is on a geometric scale and ends when the lowest failing load is at most `precision` times
    the highest passing one. Below `lowest` nothing is tried. At most MOST_STEPS loads are tried.
    """
    load, steps = start, 0
    good, bad = 0.0, math.inf
    while steps < MOST_STEPS and load >= lowest:
        steps += 1
        if passes(load):
            good = load
        else:
            bad = load
        if good == 0.0:
            load = bad / factor
        elif bad == math.inf:
            load = good * factor
        elif bad / good <= precision:
            break
        else:
            load = math.sqrt(good * bad)
    return Found(good, steps)
