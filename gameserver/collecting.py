"""Keep the garbage collector's pauses short: what stands at the start is left alone, the rest seldom seen."""

from __future__ import annotations

import gc
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """When the collector runs, as `gc.set_threshold` has it."""

    young: int  # objects made and not yet gone, before the youngest are looked at
    middle: int  # such runs, before those are looked at that survived one
    old: int  # such runs in turn, before all are looked at
    freeze: bool = True  # leave out of every run what is there when the server starts


POLICY = Policy(5_000, 2, 100)  # measured: docs/decisions/0070


def settle(policy: Policy | None = None) -> None:
    """Go by this policy from now on, by default the measured one; call once everything is loaded."""
    policy = policy or POLICY
    if policy.freeze:
        gc.collect()
        gc.freeze()
    gc.set_threshold(policy.young, policy.middle, policy.old)
