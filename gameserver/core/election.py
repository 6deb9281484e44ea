"""Choose who hosts a room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gameserver.core.given import Pings
from gameserver.core.member import Player
from gameserver.core.messages import Candidate
from gameserver.core.values import PlayerId, Seconds


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidates, best first, and why the first is the best."""

    candidates: tuple[Candidate, ...]
    why: str

    @property
    def winner(self) -> PlayerId | None:
        """Who hosts the room, if anybody may."""
        return self.candidates[0].id if self.candidates else None


def elect(now: Seconds, members: Iterable[Player], pings: Pings) -> Choice:
    """Rank these connected members, given in join order.

    The lowest estimated ping comes first. Members whose ping is unknown come after those whose ping is
    known, members in the background after all others; equals keep the order in which they joined.
    Who said that it cannot be host is no candidate.
    """
    ranked = sorted(
        ((_rank(now, member, pings), member) for member in members if member.can_host),
        key=lambda each: each[0],  # a stable sort: equals stay in join order
    )
    candidates = tuple(_candidate(now, member, pings) for _, member in ranked)
    return Choice(candidates, _why(candidates))


def _rank(now: Seconds, member: Player, pings: Pings) -> tuple[bool, float]:
    score = pings.view(member.id).score_at(now)
    return member.hidden, float("inf") if score is None else score


def _candidate(now: Seconds, member: Player, pings: Pings) -> Candidate:
    view = pings.view(member.id)
    score = view.score_at(now)
    return Candidate(
        id=member.id,
        ping_ms=None if view.ping_ms is None else round(view.ping_ms, 1),
        score=None if score is None else round(score, 1),
    )


def _why(candidates: tuple[Candidate, ...]) -> str:
    if not candidates:
        return "no connected member may host"
    if len(candidates) == 1:
        return "the only candidate"
    first, second = candidates[:2]
    if first.score is None:
        return "no ping known, longest seated"
    if second.score is None:
        return "the only known ping"
    return f"lowest score by {second.score - first.score:.1f} ms"
