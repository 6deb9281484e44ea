"""The law of `Storage`, for every storage there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from gameserver.ports import Put, Record
from tests.storage.places import STORAGES, Place
from tests.storage.stage import Listener, delete, durable, played, put, stored


@pytest.fixture(params=STORAGES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return STORAGES[request.param](tmp_path)


def test_a_new_storage_is_empty(place: Place) -> None:
    async def story() -> None:
        storage = place.open()
        assert list(storage.load()) == []
        assert await storage.close()

    played(story())


def test_what_was_told_as_durable_is_there_after_a_restart(place: Place) -> None:
    async def story() -> None:
        storage = place.open()
        assert await durable(storage, put("a", "1"), put("b", "1"))
        assert await durable(storage, put("a", "2"), delete("b"))
        await storage.close()

        storage = place.open()
        assert list(storage.load()) == [Record("room", "a", b"2")]
        await storage.close()

    played(story())


def test_one_key_under_two_kinds_is_two_records(place: Place) -> None:
    async def story() -> None:
        storage = place.open()
        await durable(storage, put("a", "a room", "room"), put("a", "a player", "player"))
        await durable(storage, delete("a", "room"))
        await storage.close()

        storage = place.open()
        assert list(storage.load()) == [Record("player", "a", b"a player")]
        await storage.close()

    played(story())


@pytest.mark.parametrize("value", [b"", b"\0\xff", bytes(1 << 20)], ids=["empty", "binary", "1 MiB"])
def test_a_value_comes_back_byte_by_byte(place: Place, value: bytes) -> None:
    async def story() -> None:
        storage = place.open()
        await durable(storage, Put("snapshot", "räum ✓ \0", value))
        await storage.close()

        storage = place.open()
        assert list(storage.load()) == [Record("snapshot", "räum ✓ \0", value)]
        await storage.close()

    played(story())


def test_within_a_call_the_later_change_of_a_key_counts(place: Place) -> None:
    async def story() -> None:
        storage = place.open()
        await durable(storage, put("a", "1"), delete("a"), put("a", "2"), put("b", "1"), delete("b"))
        await storage.close()
        storage = place.open()
        assert stored(storage) == {"a": "2"}
        await storage.close()

    played(story())


def test_callers_are_told_in_the_order_of_their_calls_and_after_them(place: Place) -> None:
    async def story() -> None:
        storage = place.open()
        told: list[int] = []
        for number in range(500):
            storage.apply([put("a", str(number))], lambda durable, number=number: told.append(number))  # type: ignore[misc]
        assert told == []
        await durable(storage)
        assert told == list(range(500))
        await storage.close()

    played(story())


def test_a_call_without_changes_is_told_when_all_before_it_is_on_disk(place: Place) -> None:
    async def story() -> None:
        storage = place.open()
        storage.apply([put("a", "1")])
        assert await durable(storage)
        assert storage.waiting == 0
        await storage.close()

    played(story())


def test_deleting_what_is_not_there_is_fine(place: Place) -> None:
    async def story() -> None:
        storage = place.open()
        assert await durable(storage, delete("nobody"))
        await storage.close()

    played(story())


def test_closing_commits_all_that_waits_slots_too(place: Place) -> None:
    async def story() -> None:
        storage = place.open()
        for number in range(2500):
            storage.apply([put(f"r{number}", "1")])
        storage.apply_lazily("room a", [put("a", "1")])
        storage.apply_lazily("room a", [put("a", "2")])
        assert await storage.close()

        storage = place.open()
        kept = stored(storage)
        assert kept["a"] == "2"
        assert len(kept) == 2501
        await storage.close()

    played(story())


def test_a_closed_storage_takes_nothing(place: Place) -> None:
    async def story() -> None:
        storage = place.open()
        await storage.close()
        with pytest.raises(RuntimeError):
            storage.apply([put("a", "1")])
        with pytest.raises(RuntimeError):
            storage.apply_lazily("room a", [put("a", "1")])

    played(story())


def test_a_lazy_change_is_written_without_anybody_asking_again(place: Place) -> None:
    async def story() -> None:
        storage = place.open()
        storage.apply_lazily("room a", [put("a", "1")])
        await durable(storage)
        assert storage.waiting == 0
        await storage.close()
        storage = place.open()
        assert stored(storage) == {"a": "1"}
        await storage.close()

    played(story())


def test_an_outage_is_told_and_all_of_it_is_written_when_it_ends(place: Place) -> None:
    async def story() -> None:
        listener = Listener()
        storage = place.open(listener)
        assert await durable(storage, put("kept", "1"), put("gone", "1"))
        place.break_()

        assert not await durable(storage, put("a", "1"))
        assert storage.degraded == listener.degradations[0]
        assert not await durable(storage, put("a", "2"), delete("gone"))
        for number in range(300):
            storage.apply([put("b", str(number))])
        assert storage.waiting == 3  # a, b and what is gone
        place.mend()
        await listener.recovered()

        assert await durable(storage, put("c", "1"))
        await storage.close()
        storage = place.open()
        assert stored(storage) == {"kept": "1", "a": "2", "b": "299", "c": "1"}
        await storage.close()

    played(story())


def test_closing_in_an_outage_waits_for_its_end(place: Place) -> None:
    async def story() -> None:
        storage = place.open()
        await durable(storage, put("a", "1"))
        place.break_()
        assert not await durable(storage, put("a", "2"))
        place.mend()
        assert await storage.close()

        storage = place.open()
        assert stored(storage) == {"a": "2"}
        await storage.close()

    played(story())


def test_figures_of_each_commit_are_told(place: Place) -> None:
    async def story() -> None:
        listener = Listener()
        storage = place.open(listener)
        for number in range(400):
            storage.apply([put(f"r{number}", "1")])
        await durable(storage)
        assert sum(commit.calls for commit in listener.commits) == 401
        assert sum(commit.records for commit in listener.commits) == 400
        assert len(listener.commits) < 10  # group commit
        await storage.close()

    played(story())
