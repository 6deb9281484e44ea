"""How long changes of host take, and which were for nothing."""

from __future__ import annotations

import pytest

from gameserver.core.effects import Elected, Route
from gameserver.core.values import PlayerId, RoomId
from gameserver.metrics.reigns import FLAP_SECONDS, Reigns
from latency.metrics import Metrics

ROOM = RoomId("room")
ANNA, BO, CLEO = (PlayerId(name) for name in ("anna", "bo", "cleo"))


class Story:
    """One room's elections and routes at moments of the test's choosing."""

    def __init__(self) -> None:
        self.now = 0.0
        self.measured = Metrics()
        self.reigns = Reigns(self.measured, lambda: self.now)

    def elected(self, host: PlayerId | None, previous: PlayerId | None) -> None:
        self.routed(host, ready=False)
        self.reigns.elected(Elected(ROOM, 2, previous, host, "left", (), ""))

    def routed(self, host: PlayerId | None, *, ready: bool = True) -> None:
        self.reigns.published(Route(ROOM, 2, host, ready, (), frozenset(), frozenset()))

    def count(self, name: str) -> int:
        return int(sum(self.measured.counters.get(name, {}).values()))


@pytest.fixture
def story() -> Story:
    return Story()


def test_a_migration_lasts_from_the_announcement_to_the_word_of_the_host(story: Story) -> None:
    story.elected(BO, ANNA)
    assert story.reigns.under_way == 1
    story.now = 0.4
    story.routed(BO)
    story.now = 9.0
    story.routed(BO)  # somebody joined

    assert story.reigns.ended == {"ready": 1}
    assert story.reigns.seconds.sum == pytest.approx(0.4)
    assert story.reigns.under_way == 0


def test_a_candidate_that_does_not_answer_makes_it_longer_not_another(story: Story) -> None:
    story.elected(BO, ANNA)
    story.now = 5.0
    story.elected(CLEO, BO)
    story.now = 5.5
    story.routed(CLEO)

    assert story.reigns.ended == {"ready": 1}
    assert story.reigns.seconds.sum == pytest.approx(5.5)


def test_without_a_candidate_or_a_room_it_ends_otherwise(story: Story) -> None:
    story.elected(BO, ANNA)
    story.elected(None, BO)
    story.elected(ANNA, None)
    story.reigns.retired(ROOM)
    story.reigns.retired(ROOM)

    assert story.reigns.ended == {"no_host": 1, "closed": 1}
    assert story.reigns.seconds.count == 0


def test_a_role_that_comes_back_soon_is_a_flap(story: Story) -> None:
    story.elected(BO, ANNA)
    story.now = FLAP_SECONDS - 1.0
    story.elected(ANNA, BO)
    story.now = 3 * FLAP_SECONDS
    story.elected(BO, ANNA)

    assert story.count("latency_elections_total") == 3
    assert story.count("latency_switches_total") == 3
    assert story.count("latency_flaps_total") == 1


def test_a_host_that_is_forced_to_go_on_is_no_switch(story: Story) -> None:
    story.elected(BO, BO)

    assert story.count("latency_switches_total") == 0
    assert story.count("latency_flaps_total") == 0


def test_rooms_that_are_gone_are_forgotten(story: Story) -> None:
    story.elected(BO, ANNA)
    story.reigns.retired(ROOM)

    assert not story.reigns._deposed
