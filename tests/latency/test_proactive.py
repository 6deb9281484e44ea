"""Replacing a live host: only for a lasting lead, ever more rarely, and never in a room of two."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from latency.election import Candidate
from latency.proactive import Reign, Switch, look
from latency.settings import Settings
from latency.view import LatencyView

SETTINGS = Settings()


def seat(
    player: str, score_ms: float, now: float, *, hidden: bool = False, samples: int = 10
) -> Candidate[str]:
    view = LatencyView(score_ms, score_ms, samples=samples, last_answered=now, interval_s=20.0)
    return Candidate(player, 0.0, view, hidden)


class Room:
    """A host and two members whose scores the test sets; looked at once a second."""

    def __init__(self, *, best: bool = True) -> None:
        self.now = 0.0
        self.best = best
        self.scores = {"anna": 100.0, "bo": 40.0, "cleo": 60.0}
        self.samples = 10
        self.host = "anna"
        self.hidden: set[str] = set()
        self.reign: Reign[str] = Reign(0.0)
        self.switches: list[tuple[float, Switch[str]]] = []

    def run(self, seconds: int) -> None:
        for _ in range(seconds):
            self.now += 1
            seats: Sequence[Candidate[str]] = [
                seat(name, score, self.now, hidden=name in self.hidden, samples=self.samples)
                for name, score in self.scores.items()
            ]
            host = next(each for each in seats if each.player == self.host)
            others = [each for each in seats if each.player != self.host]
            self.reign, switch = look(self.reign, self.now, host, others, SETTINGS, best=self.best)
            if switch is not None:
                self.host = switch.to
                self.switches.append((self.now, switch))


def test_a_lead_is_taken_only_after_the_cool_down_and_only_if_it_lasts() -> None:
    room = Room()
    room.run(59)
    assert room.switches == []
    room.run(1)

    [(at, switch)] = room.switches
    assert (at, switch.to, switch.emergency) == (60.0, "bo", False)
    assert switch.why == "40.0 ms against the host's 100.0 ms for 59 s"


def test_a_lead_that_breaks_begins_to_count_anew() -> None:
    room = Room()
    room.scores["bo"] = room.scores["cleo"] = 100.0
    room.run(100)
    room.scores["bo"] = 40.0
    room.run(14)
    room.scores["bo"] = 90.0
    room.run(1)
    room.scores["bo"] = 40.0
    room.run(15)
    assert room.switches == []
    room.run(1)
    assert [at for at, _ in room.switches] == [131.0]


def test_a_lead_must_exceed_both_margins() -> None:
    room = Room()
    room.scores = {"anna": 60.0, "bo": 40.0, "cleo": 40.0}  # 20 ms is not more than 20 ms
    room.run(200)
    room.scores = {"anna": 400.0, "bo": 301.0, "cleo": 301.0}  # 99 ms is less than a quarter
    room.run(200)
    assert room.switches == []


def test_each_proactive_change_doubles_the_pause_up_to_its_bound() -> None:
    room = Room()
    for _ in range(4):
        before = len(room.switches)
        while len(room.switches) == before:
            room.run(1)
        worst = room.host
        room.scores = {name: (100.0 if name == worst else 40.0) for name in room.scores}

    times = [at for at, _ in room.switches]
    assert [later - earlier for earlier, later in itertools.pairwise(times)] == [120, 240, 480]


def test_long_calm_resets_the_pause() -> None:
    room = Room()
    room.run(60)
    room.scores = dict.fromkeys(room.scores, 40.0)
    room.run(700)
    room.scores = {"anna": 40.0, "bo": 100.0, "cleo": 90.0}
    room.run(20)
    room.scores = {"anna": 100.0, "bo": 40.0, "cleo": 90.0}
    room.run(130)

    times = [at for at, _ in room.switches]
    assert len(times) == 3
    assert times[2] - times[1] == 120


def test_keep_leaves_a_slow_host_alone() -> None:
    room = Room(best=False)
    room.run(600)
    assert room.switches == []


def test_a_room_of_two_is_left_alone() -> None:
    room = Room()
    del room.scores["cleo"]
    room.run(600)
    assert room.switches == []


def test_a_challenger_must_have_answered_often_enough() -> None:
    room = Room()
    room.samples = 4
    room.run(600)
    assert room.switches == []


def test_a_host_in_the_background_is_replaced_under_every_policy() -> None:
    room = Room(best=False)
    room.run(5)
    room.hidden.add("anna")
    room.run(10)
    assert room.switches == []
    room.run(1)

    [(at, switch)] = room.switches
    assert (at, switch.to, switch.emergency) == (16.0, "bo", True)
    assert switch.why == "the host's page has been in the background for 10 s"


def test_a_host_in_the_background_stays_while_nobody_is_ready() -> None:
    room = Room(best=False)
    room.hidden = {"anna", "bo", "cleo"}
    room.run(60)
    assert room.switches == []


def test_a_change_for_another_reason_restarts_the_cool_down_without_doubling_it() -> None:
    room = Room()
    room.run(50)
    room.reign = room.reign.host_changed(room.now)
    room.run(59)
    assert room.switches == []
    room.run(1)
    assert [at for at, _ in room.switches] == [110.0]
