"""Ways to choose a host from what was measured: ours, and those it is judged against."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from latency.election import Candidate, elect
from latency.sample import Player
from latency.settings import Settings
from latency.tools.play import NEVER, Played
from latency.tools.worlds import Case

Policy: TypeAlias = Callable[[Case, Played, Settings], Player]


def score(case: Case, played: Played, settings: Settings) -> Player:
    """The election itself."""
    cache = played.network.prober.cache
    candidates = [Candidate(each.player, each.joined, cache.view(each.player)) for each in case.entrants]
    winner = elect(candidates, case.at, "replay", settings).winner
    assert winner is not None
    return winner


def last_ping(case: Case, played: Played, settings: Settings) -> Player:
    """The lowest last answered ping, as a server would that keeps one number per player."""
    return min((each.player for each in case.entrants), key=lambda player: last(played, player))


def last_or_age(case: Case, played: Played, settings: Settings) -> Player:
    """The same, an unanswered ping counting as its age."""
    cache = played.network.prober.cache
    return min(
        (each.player for each in case.entrants),
        key=lambda player: max(last(played, player), 1000 * cache.view(player).unanswered_s(case.at)),
    )


def smoothed(case: Case, played: Played, settings: Settings) -> Player:
    """The lowest smoothed round trip of RFC 6298: each sample counts one eighth."""

    def srtt(player: Player) -> float:
        value = NEVER
        for _, rtt_ms in played.heard[player]:
            value = rtt_ms if value == NEVER else value + (rtt_ms - value) / 8
        return value

    return min((each.player for each in case.entrants), key=srtt)


def longest_seated(case: Case, played: Played, settings: Settings) -> Player:
    """Whoever joined first, unmeasured."""
    return min(case.entrants, key=lambda each: each.joined).player


def last(played: Played, player: Player) -> float:
    """The last answered ping in ms, infinite without one."""
    heard = played.heard[player]
    return heard[-1][1] if heard else NEVER


POLICIES: dict[str, Policy] = {
    "score": score,
    "smoothed (1/8)": smoothed,
    "last ping or age": last_or_age,
    "last ping": last_ping,
    "longest seated": longest_seated,
}
