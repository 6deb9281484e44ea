"""The collector goes by the policy it is given."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from gameserver import collecting
from gameserver.collecting import POLICY, Policy, settle


@pytest.fixture(autouse=True)
def former_policy() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_what_stands_at_the_start_is_frozen_and_the_thresholds_are_the_policy_s() -> None:
    gc.unfreeze()
    settle()

    assert gc.get_freeze_count() > 1000
    assert gc.get_threshold() == (POLICY.young, POLICY.middle, POLICY.old)


def test_a_policy_may_leave_everything_to_be_looked_at() -> None:
    gc.unfreeze()
    settle(Policy(1000, 5, 7, freeze=False))

    assert gc.get_freeze_count() == 0
    assert gc.get_threshold() == (1000, 5, 7)


def test_garbage_in_a_cycle_still_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "POLICY", Policy(200, 1, 1))
    settle()
    before = gc.get_stats()[0]["collections"]
    kept = [[] for _ in range(1000)]  # type: ignore[var-annotated]

    assert len(kept) == 1000
    assert gc.get_stats()[0]["collections"] > before
