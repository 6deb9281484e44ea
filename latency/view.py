"""What is known of each player's latency, as immutable values that lobby and registry read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, ValuesView
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from latency.sample import Player
from latency.settings import Settings

Band: TypeAlias = Literal["good", "fair", "poor"]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a player is shown of one round trip: rounded to 0.1 ms, its age to 1 ms."""

    ping_ms: float
    jitter_ms: float
    age_ms: int
    band: Band


class LatencyView(NamedTuple):
    """One player's latency when it was last published. Times are loop seconds, durations milliseconds.

    A tuple, which is made in a third of the time: a look at a room makes one per member.
    """

    ping_ms: float | None = None  # to be shown: the mean round trip expected; None until answered once
    score_ms: float | None = None  # to elect by: ping plus jitter plus the client's own lag
    jitter_ms: float = 0.0  # RFC 3550 section 6.4.1
    p95_ms: float | None = None  # exact, over the window
    loss: float = 0.0  # share of the window's probes that timed out
    client_lag_ms: float = 0.0  # what the client's main thread adds
    samples: int = 0  # answers since the connection began
    last_answered: float | None = None
    oldest_unanswered: float | None = None  # when the probe still unanswered was sent
    interval_s: float = 1.0  # the pause between probes at that time
    hidden: bool = False
    polling: bool = False  # measured by Engine.IO PING alone
    p50_ms: float | None = None  # exact, over the window

    def age_s(self, now: float) -> float | None:
        """Seconds since the last answer, None before the first."""
        return None if self.last_answered is None else max(0.0, now - self.last_answered)

    def unanswered_s(self, now: float) -> float:
        """Seconds that the oldest unanswered probe has waited."""
        return 0.0 if self.oldest_unanswered is None else max(0.0, now - self.oldest_unanswered)

    def score_at(self, now: float) -> float | None:
        """The score in ms; an unanswered probe says that the round trip is at least its age."""
        if self.score_ms is None:
            return None
        return max(self.score_ms, 1000.0 * self.unanswered_s(now))

    def stale(self, now: float, settings: Settings) -> bool:
        """Whether the estimate is older than `stale_intervals` of its own probes."""
        age = self.age_s(now)
        return age is None or age > settings.stale_intervals * self.interval_s

    def shown(self, now: float, settings: Settings) -> Shown | None:
        """What to tell players, None while nothing is known."""
        age = self.age_s(now)
        if self.ping_ms is None or age is None:
            return None
        return Shown(
            round(self.ping_ms, 1), round(self.jitter_ms, 1), round(1000 * age), band(self.ping_ms, settings)
        )


UNKNOWN = LatencyView()


def band(ping_ms: float, settings: Settings) -> Band:
    """The word beside the number."""
    if ping_ms <= settings.good_ms:
        return "good"
    return "fair" if ping_ms <= settings.fair_ms else "poor"


def lead_ms(views: Mapping[Player, LatencyView], settings: Settings) -> float:
    """How far ahead of its time a room's track event must leave, in ms: the slowest way plus a margin."""
    slowest = max((view.p95_ms for view in views.values() if view.p95_ms is not None), default=0.0)
    return max(settings.lead_min_ms, slowest / 2 + settings.lead_margin_ms)


class Cache(Mapping[Player, LatencyView]):
    """Player -> view, written by the prober alone; reading never measures. Unknown players are absent.

    A view is published far more often than it is read, so it is made when somebody first reads it.
    """

    def __init__(self) -> None:
        self._views: dict[Player, LatencyView] = {}
        self._unmade: dict[Player, Callable[[], LatencyView]] = {}  # newer than what stands in `_views`

    def __getitem__(self, player: Player) -> LatencyView:
        if player in self._unmade:
            self._make(player)
        return self._views[player]

    def __iter__(self) -> Iterator[Player]:
        return iter(self._views)

    def __len__(self) -> int:
        return len(self._views)

    def values(self) -> ValuesView[LatencyView]:
        """All views; straight from the dictionary, for those who look at thousands at once."""
        for player in tuple(self._unmade):
            self._make(player)
        return self._views.values()

    def view(self, player: Player) -> LatencyView:
        """The player's view, `UNKNOWN` if there is none."""
        if player in self._unmade:
            self._make(player)
        return self._views.get(player, UNKNOWN)

    def publish(self, player: Player, view: LatencyView) -> None:
        """Put this view in place of the former one."""
        self._unmade.pop(player, None)
        self._views[player] = view

    def publish_later(self, player: Player, make: Callable[[], LatencyView]) -> None:
        """Put what this makes in place of the former view; what it makes it of stays until the next one."""
        self._unmade[player] = make
        self._views.setdefault(player, UNKNOWN)

    def drop(self, player: Player) -> None:
        """Forget a player who left."""
        self._unmade.pop(player, None)
        self._views.pop(player, None)

    def _make(self, player: Player) -> None:
        self._views[player] = self._unmade.pop(player)()
