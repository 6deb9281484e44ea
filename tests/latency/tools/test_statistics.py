"""Bootstrap intervals cover what they should and are the same each time."""

from __future__ import annotations

import numpy as np

from latency.tools.statistics import difference, mean, reduction

RNG = np.random.default_rng(1)
A = RNG.normal(10.0, 2.0, 400)


def test_the_interval_of_a_mean_is_about_two_standard_errors_each_way() -> None:
    interval = mean(A)
    assert interval.value == float(A.mean())
    width = interval.high - interval.low
    assert 0.85 < width / (2 * 1.96 * A.std() / 20) < 1.15
    assert mean(A) == interval


def test_a_paired_difference_sees_what_two_means_would_not() -> None:
    better = A - 0.1 + RNG.normal(0, 0.05, 400)
    change = difference(better, A)
    assert change.high < 0 and not change.covers_zero
    assert mean(better).high > mean(A).low  # the means alone overlap


def test_a_reduction_is_a_share_of_the_base() -> None:
    halved = reduction(A / 2, A)
    assert abs(halved.value - 0.5) < 1e-12
    assert abs(halved.low - 0.5) < 1e-9
    assert str(halved) == "0.50 [0.50, 0.50]"


def test_no_difference_covers_zero() -> None:
    assert difference(A, A).covers_zero
