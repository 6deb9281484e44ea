"""Group commit on a loop and a disk that move when told: who is told what, and when."""

from __future__ import annotations

import asyncio

from gameserver.storage.commits import CommitFailed, GroupCommits, Medium, Pace
from gameserver.storage.memory import MemoryDisk, MemoryMedium
from tests.storage.stage import HandLoop, HandWorker, Listener, delete, played, put

PACE = Pace(first_retry=1.0, longest_retry=3.0, patience=10.0, slot_pause=5.0, slot_grain=0.5)


class Stage:
    """A storage with everything around it in hand."""

    def __init__(self, medium: Medium | None = None) -> None:
        self.loop = HandLoop()
        self.worker = HandWorker()
        self.disk = MemoryDisk()
        self.listener = Listener()
        self.told: list[tuple[str, bool]] = []
        self.storage = GroupCommits(
            medium or MemoryMedium(self.disk), self.worker, self.loop, observer=self.listener, pace=PACE
        )

    def apply(self, key: str, value: str) -> None:
        self.storage.apply([put(key, value)], lambda durable: self.told.append((f"{key}={value}", durable)))

    def commit(self) -> None:
        self.loop.turn()
        self.worker.finish()

    @property
    def on_disk(self) -> dict[str, str]:
        return {key: value.decode() for (_, key), value in self.disk.records.items()}


def test_calls_of_one_turn_of_the_loop_share_a_commit() -> None:
    stage = Stage()
    for number in range(100):
        stage.apply(f"r{number}", "1")
    stage.commit()

    assert [commit.calls for commit in stage.listener.commits] == [100]
    assert len(stage.told) == 100


def test_calls_that_come_while_a_commit_runs_share_the_next_one() -> None:
    stage = Stage()
    stage.apply("a", "1")
    stage.loop.turn()
    for number in range(50):
        stage.apply(f"r{number}", "1")
        stage.loop.turn()
    assert len(stage.worker.jobs) == 1

    stage.commit()
    assert stage.told == [("a=1", True)]
    stage.commit()

    assert [commit.calls for commit in stage.listener.commits] == [1, 50]


def test_nobody_is_told_before_the_commit_has_ended() -> None:
    stage = Stage()
    stage.apply("a", "1")
    stage.loop.turn()
    assert stage.told == []
    assert stage.storage.waiting == 1

    stage.commit()

    assert stage.told == [("a=1", True)]
    assert stage.storage.waiting == 0


def test_a_commit_that_fails_is_told_to_all_that_wait_and_tried_again() -> None:
    stage = Stage()
    stage.disk.fault = "full"
    stage.apply("a", "1")
    stage.loop.turn()
    stage.apply("b", "1")
    stage.commit()

    assert stage.told == [("a=1", False), ("b=1", False)]
    assert stage.listener.faults == ["full"]

    stage.disk.fault = None
    stage.loop.pass_time(1.0)
    stage.commit()

    assert stage.on_disk == {"a": "1", "b": "1"}
    assert stage.storage.degraded is None
    assert [(recovery.seconds, recovery.records) for recovery in stage.listener.recoveries] == [(1.0, 2)]
    assert len(stage.told) == 2


def test_while_degraded_callers_are_told_at_once_but_never_inside_their_call() -> None:
    stage = Stage()
    stage.disk.fault = "full"
    stage.apply("a", "1")
    stage.commit()

    stage.apply("a", "2")
    assert stage.told == [("a=1", False)]
    stage.loop.turn()

    assert stage.told == [("a=1", False), ("a=2", False)]
    assert not stage.worker.jobs


def test_pauses_between_tries_double_up_to_the_longest() -> None:
    stage = Stage()
    stage.disk.fault = "locked"
    stage.apply("a", "1")
    stage.commit()
    for pause in (1.0, 2.0, 3.0, 3.0):
        stage.loop.pass_time(pause - 0.01)
        assert not stage.worker.jobs
        stage.loop.pass_time(0.01)
        stage.worker.finish()
    assert stage.listener.faults == ["locked"]


def test_an_outage_that_changes_its_reason_is_told_again() -> None:
    stage = Stage()
    stage.disk.fault = "locked"
    stage.apply("a", "1")
    stage.commit()
    stage.disk.fault = "full"
    stage.loop.pass_time(1.0)
    stage.commit()

    assert stage.listener.faults == ["locked", "full"]
    assert len({degradation.since for degradation in stage.listener.degradations}) == 1


def test_an_outage_ends_by_itself_even_when_nothing_is_left_to_write() -> None:
    stage = Stage()
    stage.disk.fault = "full"
    stage.apply("a", "1")
    stage.commit()
    stage.storage.apply([delete("a")])
    assert stage.storage.waiting == 0

    stage.disk.fault = None
    stage.loop.pass_time(1.0)
    stage.commit()

    assert stage.storage.degraded is None


def test_a_commit_that_takes_too_long_counts_as_not_done_for_now() -> None:
    stage = Stage()
    stage.apply("a", "1")
    stage.loop.turn()
    stage.apply("b", "1")
    stage.loop.pass_time(10.0)

    assert stage.told == [("a=1", False), ("b=1", False)]
    assert stage.listener.faults == ["slow"]

    stage.commit()
    stage.commit()

    assert stage.on_disk == {"a": "1", "b": "1"}
    assert stage.storage.degraded is None
    assert len(stage.told) == 2


def test_a_caller_that_stores_again_when_told_false_waits_for_the_next_try() -> None:
    stage = Stage()
    stage.disk.fault = "full"
    stage.storage.apply([put("a", "1")], lambda durable: stage.storage.apply([put("a", "2")]))
    stage.commit()
    stage.loop.turn()
    assert not stage.worker.jobs

    stage.disk.fault = None
    stage.loop.pass_time(1.0)
    stage.commit()

    assert stage.on_disk == {"a": "2"}


def test_a_caller_that_raises_keeps_nobody_waiting() -> None:
    stage = Stage()

    def careless(durable: bool) -> None:
        raise KeyError("mine")

    stage.storage.apply([put("a", "1")], careless)
    stage.apply("b", "1")
    stage.commit()

    assert stage.told == [("b=1", True)]
    assert [type(complaint["exception"]) for complaint in stage.loop.complaints] == [KeyError]


def test_lazy_changes_are_written_once_per_pause_and_only_the_newest() -> None:
    stage = Stage()
    written = []
    for value in range(80):  # eight per second
        stage.storage.apply_lazily("room a", [put("a", str(value))])
        stage.loop.pass_time(0.125)
        if stage.worker.jobs:
            stage.worker.finish()
            written.append((stage.loop.now, stage.on_disk["a"]))

    assert written == [(100.125, "0"), (105.0, "39"), (110.0, "79")]


def test_nothing_older_follows_an_applied_change_out_of_a_waiting_slot() -> None:
    stage = Stage()
    stage.storage.apply_lazily("room a", [put("a", "1")])
    stage.commit()
    stage.storage.apply_lazily("room a", [put("a", "2")])
    stage.storage.apply([delete("a")])
    stage.commit()
    stage.loop.pass_time(60.0)

    assert stage.on_disk == {}
    assert not stage.worker.jobs


def test_many_slots_whose_turn_comes_together_share_a_commit() -> None:
    stage = Stage()
    for value in ("1", "2"):
        for room in range(100):
            stage.storage.apply_lazily(f"r{room}", [put(f"r{room}", value)])
    stage.commit()
    stage.loop.pass_time(5.0)
    stage.commit()

    assert [commit.records for commit in stage.listener.commits] == [100, 100]


def test_a_mistake_of_the_medium_is_an_outage_and_not_a_loss() -> None:
    class Mistaken(MemoryMedium):
        def commit(self, rows: object) -> None:
            raise ZeroDivisionError

    stage = Stage(Mistaken(MemoryDisk()))
    stage.apply("a", "1")
    stage.commit()

    assert stage.listener.faults == ["failed"]
    assert stage.storage.waiting == 1


def test_a_failure_says_why() -> None:
    stage = Stage()
    stage.disk.fault = "read_only"
    stage.apply("a", "1")
    stage.commit()
    assert stage.storage.degraded is not None
    assert stage.storage.degraded.detail == str(CommitFailed("read_only", "the memory disk was told to fail"))


def test_closing_gives_up_after_a_while_and_says_so() -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        never = HandWorker()
        pace = Pace(farewell=0.01, patience=0.01)
        storage = GroupCommits(MemoryMedium(MemoryDisk()), never, loop, pace=pace)
        storage.apply([put("a", "1")])
        assert not await storage.close()

    played(story())
