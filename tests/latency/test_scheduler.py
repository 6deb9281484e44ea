"""The scheduler under a fake clock: bursts, back-off, one outstanding each, the budget."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from latency.scheduler import Scheduler
from latency.settings import Settings


def steady() -> float:
    """Chance in the middle: no jitter, and first phases at half a gap."""
    return 0.5


def probed(
    schedule: Scheduler, now: float, until: float, *, answer: bool = True
) -> list[tuple[float, str, bool]]:
    """Who was probed when, each probe answered at once, or none."""
    seen = []
    while (deadline := schedule.next_deadline()) is not None and deadline <= until:
        now = max(now, deadline)
        for slot in schedule.due(now):
            seen.append((now, slot.player, slot.app))
            if answer:
                schedule.answered(slot.player, now)
    return seen


def gaps(seen: list[tuple[float, str, bool]]) -> list[float]:
    return [round(later[0] - earlier[0], 3) for earlier, later in pairwise(seen)]


def test_a_member_gets_five_probes_in_two_seconds_and_then_ever_longer_pauses_up_to_twenty() -> None:
    schedule = Scheduler(Settings(), steady)
    schedule.add("anna", 0.0)

    seen = probed(schedule, 0.0, 120.0)

    assert seen[0][0] == 0.2
    assert gaps(seen)[:4] == [0.4, 0.4, 0.4, 0.4]
    assert gaps(seen)[4:13] == [1.0, 1.5, 2.25, 3.375, 5.062, 7.594, 11.391, 17.086, 20.0]


def test_a_host_backs_off_to_five_seconds_only() -> None:
    schedule = Scheduler(Settings(), steady)
    schedule.add("anna", 0.0, host=True)
    assert gaps(probed(schedule, 0.0, 60.0))[4:10] == [1.0, 1.5, 2.25, 3.375, 5.0, 5.0]


def test_pauses_are_shaken_by_fifteen_per_cent_at_most_and_phases_differ() -> None:
    schedule = Scheduler(Settings(), random.Random(1).random)
    for n in range(50):
        schedule.add(f"p{n}", 0.0)

    seen = probed(schedule, 0.0, 400.0)

    for n in range(50):
        own = [each for each in seen if each[1] == f"p{n}"]
        settled = gaps(own)[15:]
        assert settled and all(17.0 <= gap <= 23.0 for gap in settled)
    assert len({round(at, 3) for at, _, _ in seen[:50]}) > 40


def test_every_fourth_slot_of_a_host_and_every_tenth_of_a_member_asks_the_main_thread() -> None:
    schedule = Scheduler(Settings(), steady)
    schedule.add("host", 0.0, host=True)
    schedule.add("member", 0.0)

    seen = probed(schedule, 0.0, 500.0)

    for player, every in (("host", 4), ("member", 10)):
        asked = [app for _, who, app in seen if who == player]
        assert [n for n, app in enumerate(asked, 1) if app] == [
            n for n in range(6, len(asked) + 1) if n % every == 0
        ]


def test_nothing_is_sent_while_a_probe_is_unanswered_and_the_next_follows_its_answer() -> None:
    schedule = Scheduler(Settings(), steady)
    schedule.add("anna", 0.0)
    assert len(probed(schedule, 0.0, 300.0, answer=False)) == 1
    assert schedule.next_deadline() is None

    schedule.answered("anna", 300.0)

    assert schedule.next_deadline() == 300.0
    assert [slot.player for slot in schedule.due(300.0)] == ["anna"]


def test_a_new_host_is_probed_within_its_interval_and_a_former_one_slows_down() -> None:
    schedule = Scheduler(Settings(), steady)
    schedule.add("anna", 0.0)
    seen = probed(schedule, 0.0, 200.0)
    schedule.set_host("anna", 200.0, True)

    as_host = probed(schedule, 200.0, 240.0)
    schedule.set_host("anna", 240.0, False)
    after = probed(schedule, 240.0, 500.0)

    assert as_host[0][0] <= 205.0 and gaps(as_host) == [5.0] * (len(as_host) - 1)
    assert gaps(after)[-1] == 20.0
    assert seen


def test_a_page_in_the_background_is_probed_each_minute_and_gets_a_burst_when_it_returns() -> None:
    schedule = Scheduler(Settings(), steady)
    schedule.add("anna", 0.0)
    probed(schedule, 0.0, 100.0)
    schedule.set_hidden("anna", 100.0, True)

    hidden = probed(schedule, 100.0, 600.0)
    schedule.set_hidden("anna", 600.0, False)
    back = probed(schedule, 600.0, 605.0)

    assert gaps(hidden)[-2:] == [60.0, 60.0]
    assert gaps(back)[:4] == [0.4, 0.4, 0.4, 0.4]


def test_a_successor_is_refreshed_with_three_probes_at_once() -> None:
    schedule = Scheduler(Settings(), steady)
    schedule.add("anna", 0.0)
    probed(schedule, 0.0, 200.0)
    schedule.refresh("anna", 200.0)
    assert [at for at, _, _ in probed(schedule, 200.0, 201.5)] == [200.2, 200.6, 201.0]


def test_members_wait_for_the_budget_and_hosts_do_not() -> None:
    schedule = Scheduler(Settings().changed({"budget_pps": 50}), random.Random(2).random)
    for n in range(200):
        schedule.add(f"m{n}", 0.0)
    for n in range(5):
        schedule.add(f"h{n}", 0.0, host=True)

    seen = probed(schedule, 0.0, 10.0)

    members = [at for at, player, _ in seen if player.startswith("m")]
    for second in range(10):
        assert sum(second <= at < second + 1 for at in members) <= 50 + 5
    assert sum(at < 2.3 for at, player, _ in seen if player.startswith("h")) == 25


def test_above_the_budget_the_pauses_of_members_stretch_and_those_of_hosts_last() -> None:
    settings = Settings().changed({"budget_pps": 10})
    schedule = Scheduler(settings, steady)
    for n in range(400):  # 20 a second at 20 s
        schedule.add(f"m{n}", 0.0)
    schedule.add("host", 0.0, host=True)

    seen = probed(schedule, 0.0, 1500.0)

    late = Counter(player for at, player, _ in seen if at > 1000.0)
    assert late["host"] == 100
    assert 450 * 10 <= sum(late.values()) <= 505 * 10
    assert max(late[f"m{n}"] for n in range(400)) - min(late[f"m{n}"] for n in range(400)) <= 2


def test_removed_players_are_probed_no_more_and_strangers_are_ignored() -> None:
    schedule = Scheduler(Settings(), steady)
    schedule.add("anna", 0.0, host=True)
    schedule.remove("anna")
    schedule.remove("bo")
    assert (schedule.next_deadline(), schedule.due(100.0), len(schedule)) == (None, [], 0)


class Histories(RuleBasedStateMachine):
    """Any history: nobody has two probes out, strangers get none, and time never runs backwards."""

    def __init__(self) -> None:
        super().__init__()
        self.schedule = Scheduler(Settings(), random.Random(3).random)
        self.now = 0.0
        self.here: set[str] = set()
        self.out: set[str] = set()

    players = st.sampled_from(["anna", "bo", "cleo"])

    @rule(player=players, host=st.booleans())
    def add(self, player: str, host: bool) -> None:
        self.schedule.add(player, self.now, host=host)
        self.here.add(player)
        self.out.discard(player)

    @rule(player=players)
    def remove(self, player: str) -> None:
        self.schedule.remove(player)
        self.here.discard(player)
        self.out.discard(player)

    @rule(player=players, host=st.booleans(), hidden=st.booleans(), refresh=st.booleans())
    def change(self, player: str, host: bool, hidden: bool, refresh: bool) -> None:
        if player in self.here:
            self.schedule.set_host(player, self.now, host)
            self.schedule.set_hidden(player, self.now, hidden)
            if refresh:
                self.schedule.refresh(player, self.now)

    @rule(seconds=st.floats(0, 100))
    def pass_time(self, seconds: float) -> None:
        end = self.now + seconds
        while (deadline := self.schedule.next_deadline()) is not None and deadline <= end:
            self.now = max(self.now, deadline)
            for slot in self.schedule.due(self.now):
                assert slot.player in self.here
                assert slot.player not in self.out
                self.out.add(slot.player)
        self.now = end

    @rule(player=players)
    def answer(self, player: str) -> None:
        if player in self.out:
            self.out.discard(player)
            self.schedule.answered(player, self.now)

    @invariant()
    def whoever_is_here_and_idle_has_a_slot_to_come(self) -> None:
        assert len(self.schedule) == len(self.here)
        if self.here - self.out:
            assert self.schedule.next_deadline() is not None


TestHistories = Histories.TestCase
TestHistories.settings = hypothesis_settings(max_examples=60, stateful_step_count=30, deadline=None)
