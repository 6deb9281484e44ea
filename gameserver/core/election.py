"""Choose who hosts a room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gameserver.core.given import Pings
from gameserver.core.member import Player
from gameserver.core.messages import Candidate
from gameserver.core.values import PlayerId, Seconds
from latency import election
from latency.settings import Settings


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidates, best first, and why the first is the best."""

    candidates: tuple[Candidate, ...]
    why: str

    @property
    def winner(self) -> PlayerId | None:
        """Who hosts the room, if anybody may."""
        return self.candidates[0].id if self.candidates else None


def elect(now: Seconds, members: Iterable[Player], pings: Pings, settings: Settings) -> Choice:
    """Rank these connected members, given in join order; who said that it cannot be host is no candidate.

    The lowest estimated ping comes first, unknown pings later, pages in the background last; equals keep
    the order in which they joined.
    """
    held = election.elect(candidates(members, pings), now, "", settings)
    return Choice(
        tuple(
            Candidate(ranked.player, _tenths(ranked.ping_ms), _tenths(ranked.score_ms))
            for ranked in held.ranking
        ),
        held.why,
    )


def heirs(
    now: Seconds, members: Iterable[Player], host: PlayerId | None, pings: Pings, settings: Settings
) -> tuple[PlayerId, ...]:
    """Return who of these connected members would follow the host, best first, as many as are told of."""
    return election.successors(candidates(members, pings), host, now, settings)


def candidates(members: Iterable[Player], pings: Pings) -> list[election.Candidate[PlayerId]]:
    """Return the members that may be host, as the latency package knows them."""
    return [
        election.Candidate(member.id, place, pings.view(member.id), member.hidden)
        for place, member in enumerate(members)
        if member.can_host
    ]


def candidate(now: Seconds, member: Player, pings: Pings) -> Candidate:
    """Return one member as an election would show it."""
    view = pings.view(member.id)
    return Candidate(member.id, _tenths(view.ping_ms), _tenths(view.score_at(now)))


def _tenths(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
