"""A short replay on the shipped traces: counts, order, and the same figures for the same seed."""

from __future__ import annotations

import functools

import pytest

from latency.settings import Settings
from latency.tools.policies import POLICIES
from latency.tools.replay import NothingToReplay, replay
from latency.tools.report import difference_lines, election_lines
from latency.tools.worlds import Case, TraceWorld


@functools.cache
def elections() -> list[Case]:
    return list(TraceWorld("regional").cases(40, 4))


def test_the_score_costs_rooms_less_than_the_last_ping_and_that_less_than_seniority() -> None:
    outcomes = replay(elections(), Settings(), 4)

    assert len(outcomes) == 40
    assert {len(row) for row in outcomes.regrets.values()} == {40}
    means = {policy: outcomes.regret(policy).mean() for policy in POLICIES}
    assert means["score"] < means["last ping"] < means["longest seated"]
    assert all((outcomes.regret(policy) >= 0).all() for policy in POLICIES)
    assert 0.1 < outcomes.probes_per_player_s < 0.15


def test_the_same_seed_gives_the_same_figures() -> None:
    first, second = replay(elections()[:10], Settings(), 4), replay(elections()[:10], Settings(), 4)
    assert first.regrets == second.regrets
    assert first.probes == second.probes


def test_nothing_to_play_is_said_and_not_divided_by() -> None:
    with pytest.raises(NothingToReplay, match="no election has enough measurements"):
        replay([], Settings(), 4)


def test_the_report_names_every_policy_and_what_other_settings_change() -> None:
    now = replay(elections()[:10], Settings(), 4)
    often = replay(elections()[:10], Settings().changed({"interval_member_s": 2}), 4)

    lines = list(election_lines(now))
    assert lines[0].startswith("10 elections")
    assert all(any(line.startswith(policy) for line in lines) for policy in POLICIES)
    changes = list(difference_lines(now, often))
    assert [line.partition(":")[0] for line in changes] == [
        "change of regret", "change of host ping", "change of host p95", "probes per player and second",
    ]  # fmt: skip
    assert often.probes_per_player_s > 2 * now.probes_per_player_s
