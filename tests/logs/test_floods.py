"""A flood of refusals is sampled, and the sum stays right."""

from __future__ import annotations

from gameserver.core.values import PlayerId
from gameserver.logs.floods import LOGGED_PER_SECOND, Floods

EVE, BO = PlayerId("eve"), PlayerId("bo")


def test_a_few_mistakes_leave_a_line_each() -> None:
    floods = Floods(lambda: 0.0)

    assert [floods.refused(EVE) for _ in range(LOGGED_PER_SECOND)] == [0] * LOGGED_PER_SECOND
    assert floods.refused(EVE) is None
    assert floods.refused(BO) == 0


def test_the_next_second_tells_what_the_last_left_out() -> None:
    now = 0.0
    floods = Floods(lambda: now)
    for _ in range(15):
        floods.refused(EVE)
    now = 1.0

    assert floods.refused(EVE) == 5
    assert floods.refused(EVE) == 0


def test_every_refusal_is_a_line_or_in_a_count() -> None:
    floods = Floods(lambda: 0.0)
    told = [floods.refused(EVE) for _ in range(1234)]
    lines = [unlogged for unlogged in told if unlogged is not None]

    assert len(lines) + sum(lines) + floods.ended(EVE) == 1234
    assert floods.ended(EVE) == 0
