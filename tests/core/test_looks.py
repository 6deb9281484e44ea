"""Looks at rooms in which nothing need have happened: each at its time, behind all that must be done."""

from __future__ import annotations

from gameserver.core.commands import Disconnected, Tick
from gameserver.core.effects import Effect, Tell
from gameserver.core.limits import Limits
from gameserver.core.messages import HostChanged, Successors
from gameserver.core.registry import LOOKS
from gameserver.core.values import PlayerId
from tests.support.registry import House

ROOMS = 100


def crowd(house: House) -> list[tuple[PlayerId, PlayerId, PlayerId]]:
    """As many rooms of three, opened in one moment; the second member would follow the host."""
    casts = []
    for number in range(ROOMS):
        host, second, third = cast = (
            PlayerId(f"host{number}"),
            PlayerId(f"second{number}"),
            PlayerId(f"third{number}"),
        )
        for player in cast:
            house.connect(player, pid=f"pid of {player}")
        house.room(*cast)
        house.ping(host, 20)
        house.ping(second, 40)
        house.ping(third, 90)
        casts.append(cast)
    return casts


def news_of(effects: list[Effect], kind: type[HostChanged] | type[Successors]) -> int:
    return sum(isinstance(effect, Tell) and isinstance(effect.message, kind) for effect in effects)


def test_rooms_that_were_opened_together_are_looked_at_one_after_the_other() -> None:
    house = House()
    casts = crowd(house)
    interval = Limits().successors_interval_seconds
    house.passes(interval)
    for _, second, third in casts:
        house.ping(second, 90)
        house.ping(third, 40)

    ticks: list[int] = []
    end = house.now + interval + 0.1
    while (due := house.registry.next_deadline()) is not None and due <= end:
        house.now = max(house.now, due)
        ticks.append(news_of(house.does(None, Tick()), Successors))

    assert sum(ticks) == ROOMS
    assert max(ticks) <= LOOKS
    halves = house.passes(interval / 2)
    assert not news_of(halves, Successors), "nothing changed any more"


def test_who_waits_for_a_host_comes_before_who_only_may_be_told_of_another_successor() -> None:
    house = House()
    casts = crowd(house)
    house.passes(0.1)
    for host, second, third in casts[:10]:
        house.does(host, Disconnected("lost"))
        house.ping(second, 90)
        house.ping(third, 40)
    house.now += 60.0  # the loop stood still: everything is due at once

    effects = house.does(None, Tick())

    changed = news_of(effects, HostChanged)
    assert changed == 10
    assert news_of(effects, Successors) <= changed + LOOKS
