"""Lazy changes: the newest of each slot, a pause between its turns, and never behind what is newer."""

from __future__ import annotations

from gameserver.storage.lazies import Lazies
from tests.storage.stage import delete, put

PAUSE = 5.0


def test_a_slot_that_rested_has_its_turn_at_once() -> None:
    lazies = Lazies(PAUSE)
    assert lazies.add(0.0, "room a", [put("a", "1")]) == [put("a", "1")]


def test_within_the_pause_only_the_newest_waits() -> None:
    lazies = Lazies(PAUSE)
    lazies.add(0.0, "room a", [put("a", "1")])
    assert lazies.add(1.0, "room a", [put("a", "2")]) == []
    assert lazies.add(2.0, "room a", [put("a", "3")]) == []

    assert lazies.due(4.9) == []
    assert lazies.due(5.0) == [put("a", "3")]
    assert lazies.due(100.0) == []


def test_the_pause_begins_with_each_turn() -> None:
    lazies = Lazies(PAUSE)
    lazies.add(0.0, "room a", [put("a", "1")])
    lazies.add(1.0, "room a", [put("a", "2")])
    lazies.due(6.0)
    lazies.add(7.0, "room a", [put("a", "3")])

    assert lazies.due(10.9) == []
    assert lazies.due(11.0) == [put("a", "3")]


def test_slots_do_not_wait_for_one_another() -> None:
    lazies = Lazies(PAUSE)
    lazies.add(0.0, "room a", [put("a", "1")])
    assert lazies.add(3.0, "room b", [put("b", "1")]) == [put("b", "1")]
    lazies.add(4.0, "room b", [put("b", "2")])
    lazies.add(4.0, "room a", [put("a", "2")])

    assert lazies.due(5.0) == [put("a", "2")]
    assert lazies.due(8.0) == [put("b", "2")]


def test_a_slot_at_rest_is_forgotten() -> None:
    lazies = Lazies(PAUSE)
    lazies.add(0.0, "room a", [put("a", "1")])
    assert lazies
    lazies.due(5.0)
    assert not lazies


def test_a_change_of_a_waiting_key_takes_the_whole_slot_along() -> None:
    lazies = Lazies(PAUSE)
    lazies.add(0.0, "room a", [put("a", "1")])
    lazies.add(1.0, "room a", [put("a", "2"), put("a again", "2")])

    assert lazies.touched(2.0, [delete("a")]) == [put("a", "2"), put("a again", "2")]
    assert lazies.due(100.0) == []


def test_a_key_that_waits_in_another_slot_leaves_it_first() -> None:
    lazies = Lazies(PAUSE)
    lazies.add(0.0, "one", [put("x", "1")])
    lazies.add(0.0, "two", [put("y", "1")])
    lazies.add(1.0, "one", [put("a", "old")])

    assert lazies.add(2.0, "two", [put("a", "new")]) == [put("a", "old")]
    assert lazies.rest() == [put("a", "new")]


def test_at_the_end_all_that_waits_is_had() -> None:
    lazies = Lazies(PAUSE)
    for key in ("a", "b"):
        lazies.add(0.0, key, [put(key, "1")])
        lazies.add(1.0, key, [put(key, "2")])
    assert lazies.rest() == [put("a", "2"), put("b", "2")]
    assert not lazies
