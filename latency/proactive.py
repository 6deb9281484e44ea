"""Decide when a live host is replaced: lastingly worse than another member, or of no use any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic

from latency.election import Candidate, P, Ranked, Tier, rank
from latency.settings import Settings


@dataclass(frozen=True)
class Reign(Generic[P]):
    """What one room remembers between looks at its host; begin with `Reign(now)`."""

    changed: float  # when the host last changed, for whatever reason
    cooldown_s: float = 0.0  # 0: the setting's own
    ahead_since: float | None = None  # since when somebody has been better by the margin
    emergency: float | None = None  # when the last emergency change was
    hidden_since: float | None = None  # since when the host's page has been in the background

    def host_changed(self, now: float) -> Reign[P]:
        """The host changed for a reason of its own: the cool-down begins again, not longer than before."""
        return replace(self, changed=now, ahead_since=None, hidden_since=None)


@dataclass(frozen=True)
class Switch(Generic[P]):
    """Make `to` the host."""

    to: P
    emergency: bool
    why: str


def look(
    reign: Reign[P],
    now: float,
    host: Candidate[P],
    others: Sequence[Candidate[P]],
    settings: Settings,
    *,
    best: bool,
) -> tuple[Reign[P], Switch[P] | None]:
    """Look at a live host, about once a second; `best` says whether better members may replace it.

    An emergency (the host's page in the background for `hidden_host_s`, while a ready member is
    there) counts under every policy. For latency alone nothing changes in a room of two: there every
    choice of host gives the other player the same path.
    """
    reign = _watch_page(reign, now, host)
    ranking = rank(others, now, settings)
    leader = ranking[0] if ranking and ranking[0].tier is Tier.READY else None
    if leader is None:
        return replace(reign, ahead_since=None), None
    if _emergency(reign, now, settings):
        since = now - (reign.hidden_since or now)
        after = replace(reign, changed=now, emergency=now, ahead_since=None, hidden_since=None)
        return after, Switch(
            leader.player, True, f"the host's page has been in the background for {since:.0f} s"
        )
    if not best or len(others) < 2:
        return replace(reign, ahead_since=None), None
    return _compare(reign, now, host, leader, settings)


def _watch_page(reign: Reign[P], now: float, host: Candidate[P]) -> Reign[P]:
    if not (host.hidden or host.view.hidden):
        return replace(reign, hidden_since=None)
    return reign if reign.hidden_since is not None else replace(reign, hidden_since=now)


def _emergency(reign: Reign[P], now: float, settings: Settings) -> bool:
    if reign.hidden_since is None or now - reign.hidden_since < settings.hidden_host_s:
        return False
    return reign.emergency is None or now - reign.emergency >= settings.emergency_cooldown_s


def _compare(
    reign: Reign[P], now: float, host: Candidate[P], leader: Ranked[P], settings: Settings
) -> tuple[Reign[P], Switch[P] | None]:
    own = host.view.score_at(now)
    if own is None or leader.score_ms is None or leader.samples < settings.challenger_samples:
        return replace(reign, ahead_since=None), None
    if own - leader.score_ms <= max(settings.margin_ms, settings.margin_rel * own):
        return replace(reign, ahead_since=None), None
    since = now if reign.ahead_since is None else reign.ahead_since
    reign = replace(reign, ahead_since=since)
    calm = now - reign.changed
    cooldown = reign.cooldown_s or settings.cooldown_s
    if now - since < settings.sustain_s or calm < min(cooldown, settings.cooldown_max_s):
        return reign, None
    doubled = settings.cooldown_s * 2 if calm >= settings.cooldown_max_s else cooldown * 2
    after = replace(reign, changed=now, ahead_since=None, cooldown_s=min(doubled, settings.cooldown_max_s))
    why = f"{leader.score_ms:.1f} ms against the host's {own:.1f} ms for {now - since:.0f} s"
    return after, Switch(leader.player, False, why)
