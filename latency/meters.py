"""The prober's own figures, each bound to its counter once: probes are too many to look names up."""

from __future__ import annotations

from collections import Counter

from latency.metrics import Histogram, Labels, Metrics
from latency.sample import Result, Source

CONTROL_BYTES = 24  # the WebSocket frames of a control ping of eight bytes and of its pong
HEARTBEAT_BYTES = 10  # of an Engine.IO PING and its PONG


class Meters:
    """Counts into one `Metrics`."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._pings = metrics.counters.setdefault("latency_pings_total", Counter())
        self._bytes = metrics.counters.setdefault("latency_probe_bytes_total", Counter())
        self._ping_labels: dict[tuple[Source, Result], Labels] = {
            (source, result): (("source", source.value), ("result", result.value))
            for source in Source
            for result in Result
        }
        self._rtts: dict[tuple[Source, bool], Histogram] = {}
        self._scores: dict[bool, Histogram] = {}
        self._jitter = metrics.histograms["latency_jitter_seconds"].at()
        self._client_lag = metrics.histograms["latency_client_js_lag_seconds"].at()
        self._read_delay = metrics.histograms["latency_read_delay_seconds"].at()

    def sent(self, source: Source) -> None:
        """A probe went out."""
        self._bytes[()] += CONTROL_BYTES if source is Source.CONTROL else HEARTBEAT_BYTES

    def ended(self, source: Source, result: Result) -> None:
        """A probe was answered, timed out, or its answer was of no use."""
        self._pings[self._ping_labels[source, result]] += 1

    def round_trip(self, source: Source, host: bool, rtt_ms: float) -> None:
        """An answer as it was read."""
        histogram = self._rtts.get((source, host))
        if histogram is None:
            family = self._metrics.histograms["latency_rtt_seconds"]
            histogram = self._rtts[source, host] = family.at(source=source.value, role=_role(host))
        histogram.observe(rtt_ms / 1000)

    def estimated(self, host: bool, score_ms: float, jitter_ms: float) -> None:
        """What the estimate has become."""
        histogram = self._scores.get(host)
        if histogram is None:
            histogram = self._metrics.histograms["latency_score_seconds"].at(role=_role(host))
            self._scores[host] = histogram
        histogram.observe(score_ms / 1000)
        self._jitter.observe(jitter_ms / 1000)

    def client_lag(self, lag_ms: float) -> None:
        """What a client's main thread adds, after one of its heartbeats."""
        self._client_lag.observe(lag_ms / 1000)

    def read_delay(self, delay_ms: float) -> None:
        """How long an answer lay unread."""
        self._read_delay.observe(delay_ms / 1000)

    def retransmitted(self, segments: int) -> None:
        """Segments that were sent again since the last answer."""
        self._metrics.count("latency_tcp_retransmits_total", segments)

    def detected(self, seconds: float) -> None:
        """From a host's last sign of life until it was called silent."""
        self._metrics.observe("latency_detect_seconds", seconds)


def _role(host: bool) -> str:
    return "host" if host else "member"
