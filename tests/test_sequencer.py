"""Steps that wait for the storage, and those that pass them by."""

from __future__ import annotations

import random
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from gameserver.sequencer import Sequencer


def test_what_has_nothing_to_do_with_a_waiting_step_passes_it_by() -> None:
    sequencer, done = Sequencer(), list[str]()
    committed = sequencer.hold({"anna"}, lambda durable: done.append("anna"))

    sequencer.pass_by(lambda: {"bo"}, lambda durable: done.append("bo"))
    assert done == ["bo"]
    committed(True)

    assert done == ["bo", "anna"]


def test_what_touches_the_same_player_stays_behind() -> None:
    sequencer, done = Sequencer(), list[str]()
    committed = sequencer.hold({"anna", "room"}, lambda durable: done.append("first"))
    sequencer.pass_by(lambda: {"room"}, lambda durable: done.append("second"))
    sequencer.pass_by(lambda: {"room"}, lambda durable: done.append("third"))
    assert done == []

    committed(True)

    assert done == ["first", "second", "third"]


def test_a_step_knows_whether_it_was_committed() -> None:
    sequencer, done = Sequencer(), list[bool]()

    sequencer.hold({"anna"}, done.append)(False)
    sequencer.pass_by(lambda: {"anna"}, done.append)

    assert done == [False, True]


def test_a_step_that_brings_about_others_runs_to_its_end_first() -> None:
    sequencer, done = Sequencer(), list[str]()

    def first(durable: bool) -> None:
        sequencer.hold({"anna"}, lambda durable: done.append("inner"))(True)
        done.append("outer")

    sequencer.hold({"anna"}, first)(True)

    assert done == ["outer", "inner"]


def test_a_step_that_raises_holds_nobody_up() -> None:
    sequencer, done = Sequencer(), list[str]()
    first = sequencer.hold({"anna"}, lambda durable: [][0])
    second = sequencer.hold({"anna"}, lambda durable: done.append("second"))
    try:
        first(True)
    except IndexError:
        second(True)

    assert done == ["second"]
    assert len(sequencer) == 0


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=30), st.randoms())
def test_whoever_is_touched_sees_every_step_in_the_order_given(
    steps: list[tuple[str, bool]], chance: random.Random
) -> None:
    sequencer = Sequencer()
    seen: dict[str, list[int]] = {name: [] for name in "abc"}
    waiting = []

    def see(name: str, number: int, durable: bool) -> None:
        seen[name].append(number)

    for number, (name, waits) in enumerate(steps):
        if waits:
            waiting.append(sequencer.hold({name}, partial(see, name, number)))
        else:
            sequencer.pass_by(partial(set, name), partial(see, name, number))
        while waiting and chance.random() < 0.5:
            waiting.pop(0)(True)
    for committed in waiting:
        committed(True)

    assert all(numbers == sorted(numbers) for numbers in seen.values())
    assert sum(map(len, seen.values())) == len(steps)
