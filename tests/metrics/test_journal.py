"""What passes through the journal is counted, and passed on."""

from __future__ import annotations

import time

import pytest

from gameserver.core.effects import Elected
from gameserver.core.messages import Candidate
from gameserver.core.values import PlayerId, RoomId
from gameserver.metrics.journal import COMMANDS, MeteredJournal
from gameserver.metrics.reigns import Reigns
from latency.metrics import Metrics
from latency.regret import Regrets
from latency.view import Cache, LatencyView
from tests.support.game import Journal

ANNA, BO = PlayerId("anna"), PlayerId("bo")


class Counted:
    """A metered journal and what is behind it."""

    def __init__(self) -> None:
        self.inner = Journal()
        self.measured = Metrics()
        self.pings = Cache()
        self.regrets = Regrets(self.measured)
        self.journal = MeteredJournal(
            self.inner,
            reigns=Reigns(self.measured, time.monotonic),
            regrets=self.regrets,
            measured=self.measured,
            pings=self.pings,
            now=lambda: 100.0,
        )

    def command(self, name: str, outcome: str = "ok", ms: float = 1.0) -> None:
        self.journal.command(
            name=name, player=ANNA, room=None, outcome=outcome, effects=1, ms=ms, detail=None
        )


@pytest.fixture
def counted() -> Counted:
    return Counted()


def test_commands_are_counted_by_name_and_outcome_and_timed(counted: Counted) -> None:
    counted.command("join", ms=0.3)
    counted.command("join", "room_full", ms=0.1)

    assert counted.journal.outcomes == {("join", "ok"): 1, ("join", "room_full"): 1}
    taken = counted.journal.seconds["join"]
    assert taken.count == 2
    assert taken.sum == pytest.approx(0.0004)
    assert [facts["outcome"] for facts in counted.inner.commands] == ["ok", "room_full"]


def test_names_that_clients_make_up_count_as_one(counted: Counted) -> None:
    for number in range(100):
        counted.command(f"made up {number}", "unknown_event", ms=0.0)
        counted.journal.failed(name=f"made up {number}", player=ANNA, error=ValueError())

    assert counted.journal.outcomes == {("other", "unknown_event"): 100}
    assert counted.journal.failures == {"other": 100}
    assert counted.journal.seconds == {}, "what could not be read took no time"
    assert len(counted.inner.failures) == 100


def test_what_the_server_reports_has_names_of_its_own() -> None:
    assert {"disconnected", "hostsilent", "join", "create", "all-rooms"} <= set(COMMANDS)
    assert len(COMMANDS) == len(set(COMMANDS))


def test_an_election_is_counted_and_its_regret_watched(counted: Counted) -> None:
    candidates = (Candidate(BO, 20.0, 25.0), Candidate(ANNA, 30.0, 35.0))
    counted.journal.elected(Elected(RoomId("r"), 2, None, BO, "left", candidates, "the lowest"))
    counted.regrets.sample(BO, 30.0, 101.0)
    counted.regrets.sample(ANNA, 20.0, 101.0)
    counted.regrets.judge(130.0)

    assert counted.measured.counters["latency_elections_total"] == {(("reason", "left"),): 1}
    regret = counted.measured.histograms["latency_election_regret_seconds"].at()
    assert regret.count == 1
    assert regret.sum == pytest.approx(0.010)
    assert len(counted.inner.elections) == 1


def test_an_exchange_of_clocks_is_bounded_by_half_the_round_trip(counted: Counted) -> None:
    counted.command("clock")
    counted.pings.publish(ANNA, LatencyView(ping_ms=40.0))
    counted.command("clock")
    counted.command("clock", "rate_limited")

    bound = counted.measured.histograms["clock_offset_error_bound_seconds"].at()
    assert bound.count == 1
    assert bound.sum == pytest.approx(0.020)
