"""Who is best to host."""

from __future__ import annotations

from gameserver.core import election
from gameserver.core.election import Choice
from gameserver.core.member import Player
from latency.settings import Settings
from latency.view import LatencyView
from tests.support.registry import ANNA, BO, CLEO, DAN, START, KnownPings


def elect(now: float, members: tuple[Player, ...], known: KnownPings) -> Choice:
    return election.elect(now, members, known, Settings())


SEATED = (Player(ANNA), Player(BO), Player(CLEO))


def pings(**known: float) -> KnownPings:
    cache = KnownPings()
    for player in (ANNA, BO, CLEO, DAN):
        if player in known:
            cache.set(player, known[player], START)
    return cache


def test_the_lowest_ping_wins() -> None:
    choice = elect(START, SEATED, pings(anna=80, bo=20, cleo=50))
    assert [candidate.id for candidate in choice.candidates] == [BO, CLEO, ANNA]
    assert choice.winner == BO
    assert choice.why == "the lowest score: 20.0 ms against 50.0 ms"


def test_equals_and_unknown_ones_follow_in_the_order_in_which_they_joined() -> None:
    assert elect(START, SEATED, pings(bo=20, cleo=20)).winner == BO
    unknown = elect(START, SEATED, pings())
    assert [candidate.id for candidate in unknown.candidates] == [ANNA, BO, CLEO]


def test_any_known_ping_is_better_than_none() -> None:
    choice = elect(START, SEATED, pings(cleo=900))
    assert choice.winner == CLEO


def test_who_is_in_the_background_comes_last() -> None:
    hidden = Player(BO, hidden=True)
    assert elect(START, (hidden, Player(CLEO)), pings(bo=10)).winner == CLEO
    assert elect(START, (hidden,), pings()).winner == BO


def test_who_cannot_host_is_no_candidate() -> None:
    choice = elect(START, (Player(BO, can_host=False),), pings(bo=1))
    assert choice.winner is None
    assert choice.candidates == ()


def test_a_probe_unanswered_for_long_counts_as_a_long_ping() -> None:
    known = pings(bo=80)
    known.views[ANNA] = LatencyView(
        ping_ms=10, score_ms=10, last_answered=START - 2, oldest_unanswered=START - 1
    )
    choice = elect(START, (Player(ANNA), Player(BO)), known)
    assert choice.winner == BO
    assert choice.candidates[1].score == 1000
    assert choice.candidates[1].ping_ms == 10
