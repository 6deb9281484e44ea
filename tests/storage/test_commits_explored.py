"""Any history of calls, commits, failures and stalls: the disk is always some prefix of what was asked."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gameserver.ports import Change, Delete, Fault, Put
from gameserver.storage.commits import GroupCommits, Pace
from gameserver.storage.memory import MemoryDisk, MemoryMedium
from tests.storage.stage import HandLoop, HandWorker, delete, put

KEYS = st.sampled_from(["a", "b", "c"])
CHANGES = st.lists(
    st.one_of(st.builds(put, KEYS, st.sampled_from(["1", "2"])), st.builds(delete, KEYS)),
    max_size=3,
)

Contents = dict[tuple[str, str], bytes]


def after(contents: Contents, changes: list[Change]) -> Contents:
    """What is stored once these changes are."""
    following = dict(contents)
    for change in changes:
        match change:
            case Put(kind, key, value):
                following[kind, key] = value
            case Delete(kind, key):
                following.pop((kind, key), None)
    return following


class Histories(RuleBasedStateMachine):
    """A storage against the list of everything it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = HandLoop()
        self.worker = HandWorker()
        self.disk = MemoryDisk()
        self.storage = GroupCommits(
            MemoryMedium(self.disk), self.worker, self.loop, pace=Pace(slot_pause=5.0, slot_grain=0.5)
        )
        self.asked: list[Contents] = [{}]  # the contents after each call
        self.told: dict[int, list[bool]] = {}
        self.acknowledged = 0

    def answer(self, call: int) -> Callable[[bool], None]:
        def told(durable: bool) -> None:
            self.told[call].append(durable)
            if durable:
                assert call > self.acknowledged, "told in the order of the calls"
                self.acknowledged = call
                assert self.disk.records in self.asked[call:], "what is told as durable is on disk"

        return told

    @rule(changes=CHANGES)
    def apply(self, changes: list[Change]) -> None:
        self.asked.append(after(self.asked[-1], changes))
        call = len(self.asked) - 1
        self.told[call] = []
        self.storage.apply(changes, self.answer(call))
        assert self.told[call] == [], "never told inside the call"

    @rule(seconds=st.sampled_from([0.0, 0.1, 1.0, 10.0]))
    def wait(self, seconds: float) -> None:
        self.loop.pass_time(seconds)

    @precondition(lambda self: self.worker.jobs)
    @rule(fault=st.sampled_from([None, None, "full", "locked"]))
    def end_commit(self, fault: Fault | None) -> None:
        self.disk.fault = fault
        self.worker.finish()

    @invariant()
    def the_disk_is_a_state_between_calls(self) -> None:
        assert self.disk.records in self.asked[self.acknowledged :]

    @invariant()
    def nobody_is_told_twice(self) -> None:
        assert all(len(answers) <= 1 for answers in self.told.values())

    def teardown(self) -> None:
        self.disk.fault = None
        for _ in range(10):
            self.loop.pass_time(10.0)
            while self.worker.jobs:
                self.worker.finish()
        assert self.disk.records == self.asked[-1]
        assert all(len(answers) == 1 for answers in self.told.values())
        assert self.storage.degraded is None
        assert self.storage.waiting == 0


Histories.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestHistories = Histories.TestCase
