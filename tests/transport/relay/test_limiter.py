"""Who sends more than it may: what is left out, when it is read no more, when it is closed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gameserver.core.values import PlayerId
from gameserver.testing.clock import FakeClock
from gameserver.transport.relay.counters import Counters
from gameserver.transport.relay.limiter import Limiter, Rates
from gameserver.transport.seat import Seat
from tests.support.peers import FakePeer

RATES = Rates(
    relay_per_second=10,
    relay_burst=10,
    relay_bytes_per_second=1000,
    requests_per_second=5,
    requests_burst=20,
    snapshot_bytes_per_second=4000,
)


class Sender:
    """A player that sends to a limiter, at a clock in the hand."""

    def __init__(self, rates: Rates = RATES) -> None:
        self.clock = FakeClock()
        self.counters = Counters()
        self.limiter = Limiter(
            rates, now=lambda: self.clock.now, later=self.clock.call_later, counters=self.counters
        )
        self.peer = FakePeer("anna")
        buckets = self.limiter.buckets(self.clock.now)
        self.seat = Seat(PlayerId("anna"), self.peer, buckets=buckets, now=self.clock.now)

    def is_read(self) -> bool:
        return not self.peer.paused

    def news(self, size: int = 1) -> bool:
        return self.limiter.allows_news(self.seat, size, self.clock.now)

    def message(self, size: int = 1) -> None:
        self.limiter.charge(self.seat, size, self.clock.now)

    def snapshot(self, size: int) -> None:
        self.limiter.charge_snapshot(self.seat, size, self.clock.now)

    def request(self) -> None:
        self.limiter.charge_request(self.seat, self.clock.now)


def test_a_burst_is_read_and_what_follows_comes_at_the_rate() -> None:
    sender = Sender()
    for _ in range(10):
        sender.message()
    assert sender.is_read()

    sender.message()
    assert not sender.is_read()
    assert sender.counters.limited == {"relay": 1}
    sender.clock.pass_time(0.11)
    assert sender.is_read()


def test_who_owes_more_by_the_time_it_would_be_read_again_waits_for_that_as_well() -> None:
    sender = Sender()
    for _ in range(11):
        sender.message()
    sender.clock.pass_time(0.05)
    sender.message()  # it had been read already

    sender.clock.pass_time(0.1)
    assert not sender.is_read()
    sender.clock.pass_time(0.1)
    assert sender.is_read()


def test_bytes_are_limited_beside_messages() -> None:
    sender = Sender()
    sender.message(1000)
    assert sender.is_read()

    sender.message(100)
    assert not sender.is_read()


def test_news_over_the_rate_is_left_out_and_the_sender_read_on() -> None:
    sender = Sender()

    assert [sender.news() for _ in range(12)] == [True] * 10 + [False] * 2
    assert sender.counters.dropped == 2
    assert sender.counters.limited == {}
    assert sender.is_read()


def test_a_flood_of_news_is_not_read_for_a_while_and_if_it_lasts_its_sender_is_closed() -> None:
    sender = Sender()
    for _ in range(50):  # the burst of 10, and four times as many that are left out
        sender.news()
    assert sender.is_read()

    sender.news()
    assert not sender.is_read()
    assert sender.counters.limited == {"news": 1}

    for _ in range(1000):
        if sender.peer.closed_for is None:
            sender.news()
            sender.clock.pass_time(0.01)
    assert sender.peer.closed_for == "rate_limited"
    assert not sender.peer.told_to_stay_away


def test_news_at_twice_the_rate_only_loses_half() -> None:
    """A game that draws faster than the server relays is thinned out, for as long as it likes."""
    sender = Sender()
    heard = 0
    for _ in range(1200):
        heard += sender.news()
        sender.clock.pass_time(0.05)

    assert sender.peer.closed_for is None
    assert sender.counters.limited == {}
    assert 590 <= heard <= 620


def test_snapshots_have_a_budget_of_their_own() -> None:
    sender = Sender()
    sender.snapshot(4000)
    sender.message()
    assert sender.is_read()

    sender.snapshot(2000)
    assert not sender.is_read()
    assert sender.counters.limited == {"snapshots": 1}
    sender.clock.pass_time(0.51)
    assert sender.is_read()


def test_requests_have_a_budget_of_their_own() -> None:
    sender = Sender()
    for _ in range(20):
        sender.request()
    sender.message()
    assert sender.is_read()

    sender.request()
    assert not sender.is_read()
    assert sender.counters.limited == {"requests": 1}


@pytest.mark.parametrize(
    "send",
    [Sender.message, Sender.request, lambda sender: sender.snapshot(500)],
    ids=["messages", "requests", "snapshots"],
)
def test_who_stays_over_its_rate_for_ten_seconds_is_closed_and_may_come_back(
    send: Callable[[Sender], None],
) -> None:
    sender = Sender()
    began = sender.clock.now
    while sender.peer.closed_for is None:
        assert sender.clock.now < began + 30
        send(sender)
        sender.clock.pass_time(0.05)

    assert sender.peer.closed_for == "rate_limited"
    assert not sender.peer.told_to_stay_away


def test_who_kept_to_its_rate_for_a_second_begins_anew() -> None:
    sender = Sender()
    for _ in range(20):  # in debt again and again, but never for long
        for _ in range(19):
            sender.message()
        sender.clock.pass_time(2.5)

    assert sender.peer.closed_for is None


def test_new_rates_are_for_those_who_come_from_then_on() -> None:
    sender = Sender()
    sender.limiter.rates = Rates(1, 1, 1000, 5, 20, 4000)

    assert [sender.news() for _ in range(10)] == [True] * 10
    sender.seat = Seat(
        PlayerId("bo"), sender.peer, buckets=sender.limiter.buckets(sender.clock.now), now=sender.clock.now
    )
    assert [sender.news(), sender.news()] == [True, False]
