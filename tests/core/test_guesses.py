"""Guessing is slowed down."""

from __future__ import annotations

import pytest

from gameserver.core.errors import RateLimited
from gameserver.core.guesses import REMEMBERED, Allowance, Tries


def test_wrong_tries_in_a_row_end_in_a_pause() -> None:
    tries = Tries(2, 60)
    tries.wrong(0, "bo")
    tries.check(1, "bo")
    tries.wrong(1, "bo")
    with pytest.raises(RateLimited, match="wait 60 s"):
        tries.check(1, "bo")
    tries.check(1, "cleo")
    tries.check(61, "bo")


def test_a_right_one_and_a_long_silence_forget_the_wrong_ones() -> None:
    tries = Tries(2, 60)
    tries.wrong(0, "bo")
    tries.right("bo")
    tries.wrong(1, "bo")
    tries.check(2, "bo")
    tries.wrong(61, "bo")
    tries.check(61, "bo")


def test_the_memory_of_guesses_is_bounded() -> None:
    tries = Tries(1, 60)
    for guesser in range(REMEMBERED + 1):
        tries.wrong(0, guesser)
    tries.check(1, 0)  # the oldest is forgotten
    with pytest.raises(RateLimited):
        tries.check(1, REMEMBERED)


def test_an_allowance_fills_up_again_and_not_beyond() -> None:
    allowance = Allowance(2)
    for _ in range(2):
        allowance.check(1000)
        allowance.take()
    with pytest.raises(RateLimited):
        allowance.check(1000)
    for _ in range(2):
        allowance.check(9000)
        allowance.take()
    with pytest.raises(RateLimited):
        allowance.check(9000)
