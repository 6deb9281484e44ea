"""Elections: tiers, then the lowest score, ties to the longest seated, and a record that says why."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from latency.election import Candidate, Election, Tier, elect, rank, successors
from latency.settings import Settings
from latency.view import LatencyView

NOW = 1000.0
SETTINGS = Settings()


def measured(
    score_ms: float, *, samples: int = 10, ago: float = 5.0, unanswered: float | None = None
) -> LatencyView:
    return LatencyView(
        ping_ms=score_ms - 1,
        score_ms=score_ms,
        samples=samples,
        last_answered=NOW - ago,
        oldest_unanswered=None if unanswered is None else NOW - unanswered,
        interval_s=20.0,
    )


def seat(player: str, joined: float, view: LatencyView, *, hidden: bool = False) -> Candidate[str]:
    return Candidate(player, joined, view, hidden)


def order(*candidates: Candidate[str]) -> list[str]:
    return [ranked.player for ranked in rank(candidates, NOW, SETTINGS)]


def test_the_lowest_score_wins_and_the_record_says_against_what() -> None:
    election = elect(
        [seat("anna", 1, measured(80)), seat("bo", 2, measured(20)), seat("cleo", 3, measured(45))],
        NOW,
        "lost",
        SETTINGS,
    )

    assert election.winner == "bo"
    assert election.successors == ("cleo", "anna")
    assert [ranked.score_ms for ranked in election.ranking] == [20, 45, 80]
    assert election.why == "the lowest score: 20.0 ms against 45.0 ms"
    assert (election.at, election.reason) == (NOW, "lost")


def test_scores_closer_than_the_tie_go_to_the_longest_seated() -> None:
    candidates = [
        seat("anna", 2, measured(20.0)),
        seat("bo", 1, measured(20.9)),
        seat("cleo", 0, measured(21.1)),
    ]

    election = elect(candidates, NOW, "left", SETTINGS)

    assert election.winner == "bo"
    assert election.why == "within 1 ms of the lowest score, and seated longer"


def test_unknown_scores_come_last_in_the_order_of_joining() -> None:
    unknown = LatencyView(samples=10, last_answered=NOW - 1, interval_s=20.0)

    assert order(seat("late", 3, unknown), seat("early", 2, unknown), seat("slow", 9, measured(900))) == [
        "slow",
        "early",
        "late",
    ]
    assert order(seat("late", 2, LatencyView()), seat("early", 1, LatencyView())) == ["early", "late"]


def test_each_tier_stands_before_the_next_whatever_the_scores() -> None:
    candidates = [
        seat("hidden", 1, measured(10), hidden=True),
        seat("polling", 2, LatencyView(11, 11, samples=9, last_answered=NOW, polling=True)),
        seat("few", 3, measured(12, samples=2)),
        seat("stale", 4, measured(13, ago=61)),
        seat("waiting", 5, measured(14, unanswered=1.5)),
        seat("ready", 6, measured(300)),
    ]

    ranking = rank(candidates, NOW, SETTINGS)

    assert [(ranked.player, ranked.tier) for ranked in ranking] == [
        ("ready", Tier.READY),
        ("few", Tier.UNPROVEN),
        ("stale", Tier.UNPROVEN),
        ("waiting", Tier.UNPROVEN),
        ("polling", Tier.POLLING),
        ("hidden", Tier.HIDDEN),
    ]
    assert [ranked.why for ranked in ranking] == [
        "measured and answering",
        "2 of 3 answers",
        "last answered 61 s ago",
        "a probe has been unanswered for 1.5 s",
        "measured by heartbeats alone",
        "its page is in the background",
    ]
    assert (
        elect(candidates, NOW, "left", SETTINGS).why
        == "the only one who is ready; of the next: 2 of 3 answers"
    )


def test_an_unanswered_probe_counts_as_a_round_trip_of_its_age() -> None:
    assert order(seat("anna", 1, measured(20, unanswered=0.5)), seat("bo", 2, measured(100))) == [
        "bo",
        "anna",
    ]


def test_nobody_wins_without_candidates_and_one_alone_wins_unmeasured() -> None:
    nobody: Election[str] = elect([], NOW, "left", SETTINGS)
    alone = elect([seat("anna", 1, LatencyView())], NOW, "left", SETTINGS)

    assert (nobody.winner, nobody.why) == (None, "nobody may be host")
    assert (alone.winner, alone.why) == ("anna", "the only candidate")


def test_why_says_when_no_score_or_only_one_is_known() -> None:
    unknown = LatencyView()
    one = LatencyView(40, 40, samples=1, last_answered=NOW)

    assert elect([seat("a", 1, unknown), seat("b", 2, unknown)], NOW, "left", SETTINGS).why == (
        "nobody's score is known: the longest seated"
    )
    assert elect([seat("a", 1, unknown), seat("b", 2, one)], NOW, "left", SETTINGS).why == (
        "the only known score: 40.0 ms"
    )


def test_successors_are_the_best_two_beside_the_host() -> None:
    candidates = [
        seat(name, n, measured(score))
        for n, (name, score) in enumerate([("anna", 10), ("bo", 40), ("cleo", 20), ("dan", 30)])
    ]

    assert successors(candidates, "anna", NOW, SETTINGS) == ("cleo", "dan")
    assert successors(candidates, None, NOW, SETTINGS) == ("anna", "cleo")


views = st.builds(
    LatencyView,
    ping_ms=st.none() | st.floats(0, 1e4),
    score_ms=st.none() | st.floats(0, 1e4),
    samples=st.integers(0, 9),
    last_answered=st.none() | st.floats(NOW - 200, NOW),
    oldest_unanswered=st.none() | st.floats(NOW - 20, NOW),
    interval_s=st.floats(0.1, 60),
    hidden=st.booleans(),
    polling=st.booleans(),
)
seats = st.lists(
    st.builds(Candidate[int], player=st.integers(), joined=st.integers(), view=views, hidden=st.booleans()),
    max_size=12,
    unique_by=lambda candidate: (candidate.player, candidate.joined),
)


@given(seats)
def test_every_candidate_is_ranked_once_and_tiers_never_fall(candidates: list[Candidate[int]]) -> None:
    ranking = rank(candidates, NOW, SETTINGS)

    assert sorted(ranked.player for ranked in ranking) == sorted(each.player for each in candidates)
    tiers = [ranked.tier for ranked in ranking]
    assert tiers == sorted(tiers)


@given(seats)
def test_the_winner_is_never_beaten_by_more_than_the_tie_within_its_tier(
    candidates: list[Candidate[int]],
) -> None:
    ranking = rank(candidates, NOW, SETTINGS)

    for better, worse in itertools.pairwise(ranking):
        if better.tier is worse.tier and worse.score_ms is not None:
            assert better.score_ms is not None
            assert better.score_ms <= worse.score_ms + SETTINGS.tie_ms


@given(seats, st.randoms())
def test_the_order_in_which_members_are_listed_does_not_matter(
    candidates: list[Candidate[int]], random: object
) -> None:
    distinct = list({candidate.joined: candidate for candidate in candidates}.values())
    shuffled = list(distinct)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert rank(distinct, NOW, SETTINGS) == rank(shuffled, NOW, SETTINGS)
