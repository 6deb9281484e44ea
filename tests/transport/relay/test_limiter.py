"""Who sends more than it may: what is left out, when it is read no more, when it is closed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gameserver.transport.relay.limiter import Rates
from tests.transport.relay.lone_table import ANNA, BO, CLEO, DAN, PLENTY, Table, refused


@pytest.mark.parametrize("name", ["broadcast", "state", "snapshot"])
def test_who_is_in_no_room_is_read_no_faster_than_a_member(name: str) -> None:
    table = Table(rates=replace(PLENTY, relay_per_second=10, relay_burst=2))
    for _ in range(3):
        assert not table.peers[DAN].paused
        table.send(DAN, name, 1)

    assert table.peers[DAN].paused
    assert refused(table.heard(DAN)) == ["not_in_room"]


def test_messages_over_their_bound_are_read_no_faster_than_others() -> None:
    table = Table(rates=replace(PLENTY, relay_per_second=10, relay_burst=2))
    for _ in range(3):
        assert not table.peers[BO].paused
        table.send(BO, "broadcast", b"x" * 2000)

    assert table.peers[BO].paused
    assert refused(table.heard(BO)) == ["too_large"]


def test_news_over_the_rate_is_left_out_and_the_sender_told() -> None:
    table = Table(rates=Rates(10, 10, 1e6, 5, 20, 1e6))
    for number in range(12):
        table.send(ANNA, "state", number)

    assert [message[1] for message in table.heard(BO)] == list(range(10))
    assert refused(table.heard(ANNA)) == ["rate_limited"]
    assert not table.peers[ANNA].paused
    assert table.counters.dropped == 2


def test_a_flood_of_news_is_not_read_for_a_while_and_if_it_lasts_its_sender_is_closed() -> None:
    table = Table(rates=Rates(10, 10, 1e6, 5, 20, 1e6))
    for number in range(50):  # the burst of 10, and four times as many that are left out
        table.send(ANNA, "state", number)
    assert not table.peers[ANNA].paused

    table.send(ANNA, "state", 50)
    assert table.peers[ANNA].paused
    assert table.counters.limited == {"news": 1}

    for _ in range(1000):
        if table.peers[ANNA].closed_for is None:
            table.send(ANNA, "state", 1)
            table.pass_time(0.01)
    assert table.peers[ANNA].closed_for == "rate_limited"
    assert not table.peers[ANNA].told_to_stay_away


def test_news_at_twice_the_rate_only_loses_half() -> None:
    """A game that draws faster than the server relays is thinned out, for as long as it likes."""
    table = Table(rates=Rates(10, 10, 1e6, 5, 20, 1e6))
    for number in range(1200):
        table.send(ANNA, "state", number)
        table.pass_time(0.05)

    assert table.peers[ANNA].closed_for is None
    assert table.counters.limited == {}
    assert 590 <= len(table.heard(BO)) <= 620


def test_reliable_messages_over_the_rate_arrive_but_nothing_more_is_read_for_a_while() -> None:
    table = Table(rates=Rates(10, 10, 1e6, 5, 20, 1e6))
    for number in range(11):
        table.send(BO, "broadcast", number)

    assert len(table.heard(CLEO)) == 11
    assert table.peers[BO].paused
    assert table.counters.limited == {"relay": 1}
    table.pass_time(0.2)
    assert not table.peers[BO].paused


def test_who_stays_over_its_rate_for_ten_seconds_is_closed_and_may_come_back() -> None:
    table = Table(rates=Rates(10, 10, 1e6, 5, 20, 1e6))
    for _ in range(400):
        if table.peers[BO].closed_for is None:
            table.send(BO, "broadcast", 1)
            table.pass_time(0.05)

    assert table.peers[BO].closed_for == "rate_limited"
    assert not table.peers[BO].told_to_stay_away
