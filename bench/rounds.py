"""One round of a scenario: every server once, and all of them once more if other work disturbed any."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bench.driver import Outcome

QUIET_SHARE = 0.1  # of all cores' time; from here on other work has disturbed a measurement
TRIES = 3


def undisturbed(measured: Callable[[], Mapping[str, Outcome]]) -> tuple[Mapping[str, Outcome], int]:
    """Return a round's outcomes by server, and how many rounds were thrown away for them.

    What decides is how much time other work took, never a figure; and the whole round goes, so that what
    is compared is of one time. The third one stays as it is: the report says how disturbed it was.
    """
    thrown_away = 0
    while True:
        outcomes = measured()
        disturbed = any(outcome.others_share > QUIET_SHARE for outcome in outcomes.values())
        if not disturbed or thrown_away == TRIES - 1:
            return outcomes, thrown_away
        thrown_away += 1
