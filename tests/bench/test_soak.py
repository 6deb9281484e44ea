"""A short soak: after each cycle of churn only those are left who stay, and the server is as it was."""

import pytest

from bench import generator
from bench.growth import REMEMBERED, grown
from bench.soak import ROOM_SIZE, ROOMS_THAT_STAY, soak

pytestmark = pytest.mark.skipif(not generator.can_build(), reason="needs make and a C compiler")


def test_newcomers_stalled_readers_and_rude_visitors_leave_nothing_behind() -> None:
    generator.build()

    for seconds in (10.0, 100.0):  # longer only where the machine is too busy for enough cycles
        soaked = soak(seconds, told=lambda sample: None, busy_seconds=0.1)
        if len(soaked.samples) >= 6:
            break

    assert grown(soaked.samples, ignored=REMEMBERED) == []
    last = soaked.samples[-1]
    assert (last.rooms, last.players) == (ROOMS_THAT_STAY, ROOMS_THAT_STAY * ROOM_SIZE)
    # Of its 20 messages a second each of the 21 members gives one delivery and each of the 3 hosts seven.
    assert soaked.stayed.delivered == soaked.stayed.expected == int((seconds + 0.5) * 20 * 3 * (7 + 7))
    assert soaked.stayed.faults == 0
