"""How much worse a room's host is than its best member."""

from __future__ import annotations

import pytest

from gameserver.core.values import PlayerId
from gameserver.metrics.excess import LOOK_SECONDS, ROOMS_PER_LOOK, HostExcess
from latency.metrics import Histogram, Metrics
from latency.view import LatencyView
from tests.support.game import Game


class Watched:
    """A game whose rooms are looked at."""

    def __init__(self) -> None:
        self.game = Game()
        self.measured = Metrics()
        self.excess = HostExcess(
            self.game.registry, self.game.pings, self.measured, timers=self.game.clock, now=self.game.now
        )
        self.excess.start()

    def room(self, *scores: float | None) -> None:
        """A room with a host and members of these scores, the host's first."""
        room = ""
        for score in scores:
            peer = self.game.connect()
            self.game.pings.publish(PlayerId(peer.sid), LatencyView(score_ms=score))
            if not room:
                room = self.game.ask(peer, "create", {"title": "Room", "private": True})["id"]
            else:
                self.game.ask(peer, "join", room)

    @property
    def seconds(self) -> Histogram:
        return self.measured.histograms["latency_host_excess_seconds"].at()


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_the_excess_is_the_host_s_score_over_the_lowest(watched: Watched) -> None:
    watched.room(80.0, 30.0, 50.0)
    watched.room(20.0, 30.0)

    watched.game.pass_time(LOOK_SECONDS)

    assert watched.seconds.count == 2
    assert watched.seconds.sum == pytest.approx(0.050)


def test_rooms_without_a_choice_say_nothing(watched: Watched) -> None:
    watched.room(80.0)
    watched.room(80.0, None)
    watched.room(None, 30.0)

    watched.game.pass_time(LOOK_SECONDS)

    assert watched.seconds.count == 0


def test_every_room_has_its_turn(watched: Watched) -> None:
    for _ in range(ROOMS_PER_LOOK + 1):
        watched.room(80.0, 30.0)

    watched.game.pass_time(LOOK_SECONDS)
    assert watched.seconds.count == ROOMS_PER_LOOK
    watched.game.pass_time(LOOK_SECONDS)
    assert watched.seconds.count == ROOMS_PER_LOOK + 1


def test_once_stopped_it_looks_no_more(watched: Watched) -> None:
    watched.room(80.0, 30.0)
    watched.excess.stop()

    watched.game.pass_time(10 * LOOK_SECONDS)

    assert watched.seconds.count == 0
