"""Choose who hosts: tiers by what is known, then the lowest score; leave a record of why."""

from __future__ import annotations

import enum
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from latency.settings import Settings
from latency.view import UNKNOWN, LatencyView

# What a player is called; values over it have no slots: in Python 3.11 `Candidate[str](...)` fails with them.
P = TypeVar("P", bound=Hashable)


class Tier(enum.IntEnum):
    """How well a candidate may serve, best first; a lower tier is elected only if those above are empty."""

    READY = 0  # measured often and lately, answering now
    UNPROVEN = 1  # measured too little, too long ago, or just now unanswered
    POLLING = 2  # only its heartbeats are measured, which can be forged
    HIDDEN = 3  # its page is in the background: the network answers, the game stands still


# By these names they are found at once: a crowd asks for all its rooms' members.
_READY, _UNPROVEN, _POLLING, _HIDDEN = Tier


class Candidate(NamedTuple, Generic[P]):
    """A connected member that may be host. Who cannot host is no candidate.

    A tuple, which is made in a fraction of the time: each newcomer of a crowd takes one per member.
    """

    player: P
    joined: float  # when it took its seat; any clock, or a running number
    view: LatencyView = UNKNOWN
    hidden: bool = False


@dataclass(frozen=True)
class Ranked(Generic[P]):
    """One candidate's place in an election and the reason for it."""

    player: P
    tier: Tier
    ping_ms: float | None  # as shown to players
    score_ms: float | None  # as compared: with jitter, client lag and the age of an unanswered probe
    samples: int
    why: str


@dataclass(frozen=True)
class Election(Generic[P]):
    """The record of one election: every candidate with its figures, best first, and why the first one won."""

    at: float
    reason: str  # what made the election necessary, in the caller's words
    ranking: tuple[Ranked[P], ...]
    winner: P | None
    why: str

    @property
    def successors(self) -> tuple[P, ...]:
        """All but the winner, best first."""
        return tuple(ranked.player for ranked in self.ranking[1:])


def elect(candidates: Iterable[Candidate[P]], now: float, reason: str, settings: Settings) -> Election[P]:
    """Hold an election; without candidates it has no winner."""
    ranking = tuple(rank(candidates, now, settings))
    return Election(
        at=now, reason=reason, ranking=ranking, winner=_winner(ranking), why=_why(ranking, settings)
    )


def rank(
    candidates: Iterable[Candidate[P]], now: float, settings: Settings, at_most: int | None = None
) -> list[Ranked[P]]:
    """All candidates, best first, or so many of them.

    Lower tiers come later. Within one the lowest score leads, unknown scores come last, and among
    those within `tie_ms` of the lowest the longest seated leads; then the order in which they were given.
    """
    given = tuple(candidates)
    return [
        _judged(given[place], tier, now, settings)
        for tier, _, _, place in _in_order(_standings(given, now, settings), settings, at_most)
    ]


def successors(
    candidates: Iterable[Candidate[P]], host: P | None, now: float, settings: Settings
) -> tuple[P, ...]:
    """Who would follow the host, best first, at most `settings.successors` of them."""
    others = [candidate for candidate in candidates if candidate.player != host]
    first = _in_order(_standings(others, now, settings), settings, settings.successors)
    return tuple([others[place].player for _, _, _, place in first])


_Standing: TypeAlias = tuple[Tier, float, float, int]  # with the score, when it sat down, its place as given


def _standings(candidates: Sequence[Candidate[P]], now: float, settings: Settings) -> list[_Standing]:
    return [
        (
            _tier(candidate, now, settings),
            inf if (score_ms := candidate.view.score_at(now)) is None else score_ms,
            candidate.joined,
            place,
        )
        for place, candidate in enumerate(candidates)
    ]


def _in_order(waiting: list[_Standing], settings: Settings, at_most: int | None) -> Iterator[_Standing]:
    """Yield the standings, best first, or so many of them."""
    waiting.sort()
    for _ in range(len(waiting) if at_most is None else min(at_most, len(waiting))):
        tier, score, joined, _ = waiting[0]
        if score == inf:  # so are all behind it in its tier, and they are in the order of their seats
            yield waiting.pop(0)
            continue
        reach = score + settings.tie_ms
        chosen = 0
        for index, each in enumerate(waiting):
            if each[0] is not tier or each[1] > reach:
                break
            if each[2] < joined:
                chosen, joined = index, each[2]
        yield waiting.pop(chosen)


def _judged(candidate: Candidate[P], tier: Tier, now: float, settings: Settings) -> Ranked[P]:
    view = candidate.view
    why = _why_tier(candidate, tier, now, settings)
    return Ranked(candidate.player, tier, view.ping_ms, view.score_at(now), view.samples, why)


def _tier(candidate: Candidate[P], now: float, settings: Settings) -> Tier:
    view = candidate.view
    if candidate.hidden or view.hidden:
        return _HIDDEN
    if view.polling:
        return _POLLING
    proven = view.samples >= settings.min_samples and view.unanswered_s(now) < settings.late_s
    return _READY if proven and not view.stale(now, settings) else _UNPROVEN


def _why_tier(candidate: Candidate[P], tier: Tier, now: float, settings: Settings) -> str:
    if tier is Tier.HIDDEN:
        return "its page is in the background"
    if tier is Tier.POLLING:
        return "measured by heartbeats alone"
    if tier is Tier.READY:
        return "measured and answering"
    view = candidate.view
    if view.samples < settings.min_samples:
        return f"{view.samples} of {settings.min_samples} answers"
    waited = view.unanswered_s(now)
    if waited >= settings.late_s:
        return f"a probe has been unanswered for {waited:.1f} s"
    return f"last answered {view.age_s(now) or 0.0:.0f} s ago"


def _winner(ranking: tuple[Ranked[P], ...]) -> P | None:
    return ranking[0].player if ranking else None


def _why(ranking: tuple[Ranked[P], ...], settings: Settings) -> str:
    if not ranking:
        return "nobody may be host"
    first = ranking[0]
    if len(ranking) == 1:
        return "the only candidate"
    second = ranking[1]
    if first.tier is not second.tier:
        return f"the only one who is {first.tier.name.lower()}; of the next: {second.why}"
    if first.score_ms is None:
        return "nobody's score is known: the longest seated"
    if second.score_ms is None:
        return f"the only known score: {first.score_ms:.1f} ms"
    rivals = [
        ranked.score_ms for ranked in ranking if ranked.tier is first.tier and ranked.score_ms is not None
    ]
    if min(rivals[1:]) - first.score_ms > settings.tie_ms:
        return f"the lowest score: {first.score_ms:.1f} ms against {min(rivals[1:]):.1f} ms"
    return f"within {settings.tie_ms:g} ms of the lowest score, and seated longer"
