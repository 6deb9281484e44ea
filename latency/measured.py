"""What is kept of one connected player, and the view made of it."""

from __future__ import annotations

from dataclasses import dataclass

from latency.estimators import ClientLag, LogDecay, Rto, Window
from latency.sample import Source
from latency.settings import Settings
from latency.tcpinfo import TcpInfo
from latency.view import LatencyView

DEAF_AFTER = 2  # control pings overtaken by a later heartbeat, before they are given up


@dataclass(slots=True)
class Outstanding:
    """The one probe that is unanswered."""

    source: Source
    nonce: bytes
    sent: float


class Measured:
    """Estimates, the outstanding probe, and by what means the player can be measured at all."""

    __slots__ = (
        "_ping_ms",
        "_score_ms",
        "answered",
        "answers",
        "deaf",
        "estimate",
        "heartbeats",
        "hidden",
        "host",
        "lag",
        "outstanding",
        "overtaken",
        "polling",
        "retransmits",
        "rto",
        "window",
    )

    def __init__(self, settings: Settings, *, host: bool, hidden: bool) -> None:
        self.host = host
        self.hidden = hidden
        self.polling = False
        self.deaf = False  # answers no control pings, though it lives
        self.overtaken = 0
        self.heartbeats = 0  # answered since the last slot that would have asked for one
        self.retransmits = 0
        self.outstanding: Outstanding | None = None
        self.answered: float | None = None
        self.clear(settings)

    def clear(self, settings: Settings) -> None:
        """Begin the estimate anew: what was measured until now was measured by other means."""
        self.estimate = LogDecay()
        self.window = Window(settings.window)
        self.rto = Rto()
        self.lag = ClientLag()
        self.answers = 0
        self._ping_ms: float | None = None
        self._score_ms: float | None = None

    def inherit(self, estimate: LogDecay, settings: Settings) -> None:
        """Begin with what was known of this player in its former connection, at half its weight."""
        self.estimate = estimate
        estimate.fade(0.5)
        self._estimated(settings)

    @property
    def by_heartbeat(self) -> bool:
        """Whether heartbeats are all there is, which ranks a tier lower."""
        return self.polling or self.deaf

    def overtake(self, settings: Settings) -> None:
        """A heartbeat sent later was answered first: in a stream that keeps order the pong will not come."""
        self.overtaken += 1
        if self.overtaken == DEAF_AFTER and not self.deaf:
            self.deaf = True
            self.clear(settings)

    def ponged(self, settings: Settings) -> None:
        """A control ping was answered."""
        self.overtaken = 0
        if self.deaf:
            self.deaf = False
            self.clear(settings)

    def learn(self, received: float, rtt_ms: float, settings: Settings) -> float:
        """Count a round trip of the network; the score it leads to, in ms."""
        self.estimate.add(received, rtt_ms, settings)
        self.window.add(rtt_ms)
        self.rto.add(rtt_ms)
        self.answers += 1
        self.answered = received
        return self._estimated(settings)

    def learn_lag(self, rtt_ms: float) -> bool:
        """Count a heartbeat beside the network's estimate; whether the client's lag changed."""
        if self._ping_ms is None or self.hidden:  # a page in the background lags by design
            return False
        return self.lag.add(rtt_ms, self._ping_ms)

    def retransmitted(self, info: TcpInfo) -> int:
        """Segments sent again since the last time this was asked."""
        more = max(0, info.retransmits - self.retransmits)
        self.retransmits = info.retransmits
        return more

    def view(self, interval_s: float) -> LatencyView:
        """What to publish."""
        score, lag, outstanding = self._score_ms, self.lag.ms, self.outstanding
        return LatencyView(
            ping_ms=self._ping_ms,
            score_ms=None if score is None else score + lag,
            jitter_ms=self.window.jitter_ms,
            p95_ms=self.window.quantile(0.95),
            loss=self.window.loss,
            client_lag_ms=lag,
            samples=self.answers,
            last_answered=self.answered,
            oldest_unanswered=None if outstanding is None else outstanding.sent,
            interval_s=interval_s,
            hidden=self.hidden,
            polling=self.by_heartbeat,
            p50_ms=self.window.quantile(0.5),
        )

    def _estimated(self, settings: Settings) -> float:
        self._ping_ms = self.estimate.ping_ms(settings)
        self._score_ms = score = self.estimate.score_ms(settings)
        return score
