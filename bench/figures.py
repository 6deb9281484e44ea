"""Median, quartiles and paired ratios of repeated measurements."""

from __future__ import annotations

import enum
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


class Better(enum.Enum):
    """Which way a figure improves."""

    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Spread:
    """The quartiles of a few repetitions."""

    low: float
    median: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """Return the quartiles, linearly interpolated with both ends counted in; of one value, that value.

    Of five values these are the second, third and fourth smallest.
    """
    if len(values) == 1:
        return Spread(values[0], values[0], values[0])
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(low, median, high)


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Return ours by theirs, pair by pair; a pair in which theirs is nothing has no ratio."""
    return [mine / other for mine, other in zip(ours, theirs, strict=False) if other > 0]


def reaches(pairs: Sequence[float], target: float, better: Better) -> bool:
    """Say whether the less favourable quartile of the ratios still meets the target."""
    quartiles = spread(pairs)
    if better is Better.HIGHER:
        return quartiles.low >= target
    return quartiles.high <= target
