"""Means and differences with their paired bootstrap confidence intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from latency.tools.traces import Floats

RESAMPLES = 2000


@dataclass(frozen=True)
class Interval:
    """A figure and the 95 % interval of its bootstrap distribution."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} [{self.low:.2f}, {self.high:.2f}]"

    @property
    def covers_zero(self) -> bool:
        """Whether nothing can be said of its sign."""
        return self.low <= 0 <= self.high


def mean(values: Floats, seed: int = 0) -> Interval:
    """The mean over cases."""
    return _interval(float(values.mean()), _resampled(seed, values)[0])


def difference(values: Floats, base: Floats, seed: int = 0) -> Interval:
    """Mean of `values` minus mean of `base`, case by case."""
    ours, theirs = _resampled(seed, values, base)
    return _interval(float(values.mean() - base.mean()), ours - theirs)


def reduction(values: Floats, base: Floats, seed: int = 0) -> Interval:
    """How far the mean of `values` lies below that of `base`, as a share of it."""
    ours, theirs = _resampled(seed, values, base)
    return _interval(1 - float(values.mean() / base.mean()), 1 - ours / theirs)


def _resampled(seed: int, *rows: Floats) -> list[Floats]:
    """The mean of each row in every resample; all rows are resampled alike."""
    rng = np.random.default_rng(seed)
    n = len(rows[0])
    means = [np.empty(RESAMPLES) for _ in rows]
    for k in range(RESAMPLES):
        chosen = rng.integers(n, size=n)
        for row, out in zip(rows, means, strict=True):
            out[k] = row[chosen].mean()
    return means


def _interval(value: float, resampled: Floats) -> Interval:
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Interval(value, float(low), float(high))
