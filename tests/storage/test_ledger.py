"""The ledger: the newest value of each key, everybody told once, and no memory for what is gone."""

from __future__ import annotations

from gameserver.storage.ledger import Ledger
from tests.storage.stage import delete, put


def nobody(durable: bool) -> None:
    raise AssertionError("only returned here, never called")


def test_a_batch_holds_the_newest_value_of_each_key() -> None:
    ledger = Ledger([])
    ledger.add([put("a", "1"), put("b", "1")])
    ledger.add([put("a", "2")])

    batch = ledger.take()

    assert batch.rows == [("room", "a", b"2"), ("room", "b", b"1")]
    assert batch.calls == 2


def test_keys_of_two_kinds_are_two_keys() -> None:
    ledger = Ledger([])
    ledger.add([put("a", "1", "room"), put("a", "2", "player")])
    assert ledger.take().rows == [("room", "a", b"1"), ("player", "a", b"2")]


def test_what_comes_while_a_batch_is_under_way_waits_for_the_next() -> None:
    ledger = Ledger([])
    ledger.add([put("a", "1")])
    ledger.take()
    ledger.add([put("a", "2")])
    assert len(ledger) == 2

    ledger.committed()

    assert ledger.take().rows == [("room", "a", b"2")]


def test_a_failed_batch_waits_again_below_what_is_newer() -> None:
    ledger = Ledger([])
    ledger.add([put("a", "old"), put("b", "old")])
    ledger.take()
    ledger.add([put("a", "new")])

    ledger.failed()

    assert sorted(ledger.take().rows) == [("room", "a", b"new"), ("room", "b", b"old")]


def test_a_commit_frees_those_that_came_before_it_and_a_failure_frees_all() -> None:
    ledger = Ledger([])
    ledger.add([put("a", "1")], nobody)
    ledger.take()
    ledger.add([put("b", "1")], nobody)
    assert ledger.committed() == [nobody]

    ledger.take()
    ledger.add([put("c", "1")], nobody)
    assert ledger.failed() == [nobody, nobody]
    ledger.take()
    assert ledger.committed() == []


def test_a_delete_of_what_was_stored_is_written() -> None:
    ledger = Ledger([("room", "a")])
    ledger.add([delete("a")])
    assert ledger.take().rows == [("room", "a", None)]


def test_a_record_that_was_never_stored_leaves_nothing_to_write_when_it_goes() -> None:
    ledger = Ledger([])
    ledger.add([put("a", "1")])
    ledger.add([delete("a")])
    assert len(ledger) == 0


def test_a_record_on_its_way_to_the_disk_is_deleted_after_it() -> None:
    ledger = Ledger([])
    ledger.add([put("a", "1")])
    ledger.take()
    ledger.add([delete("a")])
    ledger.committed()
    assert ledger.take().rows == [("room", "a", None)]


def test_a_long_outage_keeps_nothing_of_rooms_that_came_and_went() -> None:
    ledger = Ledger([("room", "stored")])
    for number in range(100):
        ledger.add([put(f"r{number}", "1")])
        ledger.take()
        ledger.add([delete(f"r{number}")])
        ledger.failed()
    assert len(ledger) == 0


def test_a_stored_record_deleted_during_an_outage_stays_deleted() -> None:
    ledger = Ledger([("room", "a")])
    ledger.add([delete("a")])
    ledger.take()
    ledger.failed()
    assert ledger.take().rows == [("room", "a", None)]
    ledger.committed()

    ledger.add([delete("a")])

    assert not ledger.due
