"""What a thousand want in one moment gets a bounded time of each turn, whole and in order."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

import pytest

from gameserver.transport.sockets.turnstile import Turnstile


class Held:
    """A connection, as far as it is held back."""

    def __init__(self) -> None:
        self.held = 0
        self.closed_for: str | None = None

    def hold(self) -> None:
        self.held += 1

    def release(self) -> None:
        self.held -= 1

    def hang_up(self, code: str, close_code: int) -> None:
        self.closed_for = code


class Loop:
    """A turnstile that gives a turn three seconds, and an event loop that is turned by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.done: list[str] = []
        self._soon: list[Callable[[], None]] = []
        self.turnstile = Turnstile(self._soon.append, 3.0, lambda: self.now)

    def enter(self, name: str, connection: Held | None = None, seconds: float = 1.0) -> Held:
        connection = connection or Held()
        self.turnstile.enter(connection, partial(self._do, name, seconds))
        return connection

    def _do(self, name: str, seconds: float) -> None:
        self.now += seconds
        self.done.append(name)

    def turn(self) -> str:
        """Begin another turn; return what was done in it before anything new came."""
        done = len(self.done)
        soon, self._soon[:] = list(self._soon), []
        for call in soon:
            call()
        return "".join(self.done[done:])

    @property
    def is_idle(self) -> bool:
        return not self._soon


def test_what_there_is_time_for_is_done_at_once() -> None:
    loop = Loop()

    held = [loop.enter(name).held for name in "abc"]

    assert "".join(loop.done) == "abc"
    assert held == [0, 0, 0]
    assert loop.turn() == ""
    assert loop.is_idle


def test_what_finds_the_time_used_up_waits_in_order_and_nothing_is_read_of_it_meanwhile() -> None:
    loop = Loop()
    connections = [loop.enter(name) for name in "abcdefgh"]
    assert "".join(loop.done) == "abc"
    assert [connection.held for connection in connections] == [0, 0, 0, 1, 1, 1, 1, 1]

    assert loop.turn() == "def"
    connections.append(loop.enter("i"))
    assert loop.turn() == "ghi"
    assert not any(connection.held for connection in connections)

    assert loop.turn() == ""
    assert loop.is_idle


def test_those_who_waited_use_the_time_of_their_turn() -> None:
    loop = Loop()
    for name in "abcde":
        loop.enter(name)

    assert loop.turn() == "de"
    for name in "fgh":
        loop.enter(name)

    assert "".join(loop.done) == "abcdef"
    assert loop.turn() == "gh"


def test_what_takes_longer_than_a_turn_has_one_of_its_own() -> None:
    loop = Loop()
    for name in "abc":
        loop.enter(name, seconds=10.0)

    assert loop.done == ["a"]
    assert [loop.turn(), loop.turn()] == ["b", "c"]


def test_what_waits_of_a_connection_that_ends_is_done_before_and_only_once() -> None:
    loop = Loop()
    loop.enter("a", seconds=3.0)
    loop.enter("b")
    ended = loop.enter("c")

    loop.turnstile.finish(ended)
    loop.turnstile.finish(ended)
    loop.turnstile.finish(Held())

    assert loop.done == ["a", "c"]
    assert ended.held == 0
    assert loop.turn() == "b"


def test_what_raises_costs_its_own_connection_only(caplog: pytest.LogCaptureFixture) -> None:
    loop = Loop()
    wrong = Held()
    loop.enter("a", seconds=3.0)
    loop.turnstile.enter(wrong, lambda: [][0])
    right = loop.enter("b")

    with caplog.at_level(logging.ERROR):
        assert loop.turn() == "b"

    assert (wrong.closed_for, right.closed_for) == ("internal", None)
    assert "what waited for its turn raised" in caplog.text
