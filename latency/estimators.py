"""Turn round trips into what to show, what to elect by, and when to call a probe timed out."""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from statistics import median

from latency.settings import Settings

_LAG_SPAN = 5  # heartbeats: one or two minutes of them
_LAG_LEAST = 3


class LogDecay:
    """Mean and spread of ln(rtt + offset), older samples counting less by the time between samples.

    Decay goes by time and not by sample, so that the interval can change without changing the
    estimate. The spread starts from a prior: one lucky ping does not make a steady player.
    """

    __slots__ = ("_mean", "_s0", "_s2", "_squares", "at")

    def __init__(self) -> None:
        self.at: float | None = None  # seconds, of the last sample
        self._s0 = 0.0  # sum of weights
        self._mean = 0.0
        self._s2 = 0.0  # weighted sum of squared distances from the mean
        self._squares = 0.0  # sum of squared weights: s0^2 over it is the effective number of samples

    def add(self, at: float, rtt_ms: float, settings: Settings) -> None:
        """Count a round trip that ended at `at` (seconds, never earlier than the one before)."""
        y = math.log(max(0.0, rtt_ms) + max(settings.log_offset_ms, 1e-3))
        if self.at is not None:
            kept = 0.5 ** (max(0.0, at - self.at) / settings.half_life_s)
            self._s0 *= kept
            self._s2 *= kept
            self._squares *= kept * kept
        self.at = at
        self._s0 += 1.0
        self._squares += 1.0
        step = y - self._mean  # West's update: no difference of two large sums
        self._mean += step / self._s0
        self._s2 += step * (y - self._mean)

    def fade(self, factor: float) -> None:
        """Keep the estimate but count it less: what a reconnect does to it."""
        self._s0 *= factor
        self._s2 *= factor
        self._squares *= factor * factor

    @property
    def known(self) -> bool:
        """Whether anything was ever counted."""
        return self.at is not None

    def ping_ms(self, settings: Settings) -> float:
        """The round trip to show, in ms: what the next half minute is expected to be."""
        return max(0.0, math.exp(self._mean) - max(settings.log_offset_ms, 1e-3))

    def sigma(self, settings: Settings) -> float:
        """The spread of ln(rtt + offset), prior included."""
        n = self._s0 * self._s0 / self._squares if self._squares else 0.0
        if n + settings.prior_n == 0.0:
            return 0.0
        variance = max(0.0, self._s2 / self._s0) if self._s0 else 0.0
        return math.sqrt((n * variance + settings.prior_n * settings.prior_sigma**2) / (n + settings.prior_n))

    def score_ms(self, settings: Settings) -> float:
        """The round trip to elect by, in ms: the shown one, raised by `score_k` spreads."""
        raised = math.exp(self._mean + settings.score_k * self.sigma(settings))
        return max(0.0, raised - max(settings.log_offset_ms, 1e-3))


class Window:
    """The last samples of a player, with exact quantiles, RFC 3550 jitter and loss."""

    __slots__ = ("_lost", "_order", "_results", "_sorted", "_span", "jitter_ms", "last_ms")

    def __init__(self, span: int) -> None:
        self._span = span
        # Lists, though they lose at their front: so short it costs nothing; an empty deque takes 760 bytes.
        self._order: list[float] = []
        self._sorted: list[float] = []
        self._results: list[bool] = []  # True: timed out
        self._lost = 0
        self.jitter_ms = 0.0
        self.last_ms: float | None = None

    def __len__(self) -> int:
        return len(self._order)

    def add(self, rtt_ms: float) -> None:
        """Count an answered probe."""
        if self.last_ms is not None:
            # RFC 3550 section 6.4.1: J += (|D| - J) / 16, here of whole round trips.
            self.jitter_ms += (abs(rtt_ms - self.last_ms) - self.jitter_ms) / 16
        self.last_ms = rtt_ms
        if len(self._order) == self._span:
            del self._sorted[bisect_left(self._sorted, self._order.pop(0))]
        self._order.append(rtt_ms)
        insort(self._sorted, rtt_ms)
        self._end(timed_out=False)

    def lose(self) -> None:
        """Count a probe that timed out."""
        self._end(timed_out=True)

    def _end(self, *, timed_out: bool) -> None:
        if len(self._results) == self._span:
            self._lost -= self._results.pop(0)
        self._results.append(timed_out)
        self._lost += timed_out

    def quantile(self, q: float) -> float | None:
        """The smallest sample that at least the share `q` of them does not exceed; None without samples."""
        if not self._sorted:
            return None
        return self._sorted[max(0, math.ceil(q * len(self._sorted)) - 1)]

    @property
    def loss(self) -> float:
        """The share of probes in the window that timed out."""
        return self._lost / len(self._results) if self._results else 0.0


class Rto:
    """The retransmission time-out of RFC 6298 section 2: how long to wait, never how good a player is."""

    __slots__ = ("_srtt", "_var")

    def __init__(self) -> None:
        self._srtt: float | None = None
        self._var = 0.0

    def add(self, rtt_ms: float) -> None:
        """Count a round trip in ms."""
        if self._srtt is None:
            self._srtt, self._var = rtt_ms, rtt_ms / 2
        else:
            self._var += (abs(self._srtt - rtt_ms) - self._var) / 4
            self._srtt += (rtt_ms - self._srtt) / 8

    def timeout_s(self, settings: Settings) -> float:
        """Seconds until a probe counts as timed out; the longest before the first answer."""
        if self._srtt is None:
            return settings.timeout_max_s
        wanted = (self._srtt + 4 * self._var) / 1000
        return min(max(wanted, settings.timeout_min_s), settings.timeout_max_s)


class ClientLag:
    """What the client's main thread adds: the median by which heartbeats exceed the network's estimate.

    A busy main thread is slow again and again; one late heartbeat is more likely the network's jitter,
    which the score counts already. So nothing is charged before the third heartbeat, and a single one
    never. The result is not negative: a heartbeat answered early gains nothing.
    """

    __slots__ = ("_excess", "ms")

    def __init__(self) -> None:
        self._excess: list[float] = []
        self.ms = 0.0  # never negative

    def add(self, heartbeat_ms: float, network_ms: float) -> bool:
        """Count a heartbeat beside the network's estimate of that moment; whether `ms` changed."""
        if len(self._excess) == _LAG_SPAN:
            del self._excess[0]
        self._excess.append(heartbeat_ms - network_ms)
        before = self.ms
        if len(self._excess) >= _LAG_LEAST:
            self.ms = max(0.0, median(self._excess))
        return self.ms != before
