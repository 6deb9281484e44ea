"""A player's ping: the round trip to the server, as a number that can be shown."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

Band = Literal["good", "fair", "poor"]

GOOD_MS = 60.0  # the server's own bands (docs/latency.md)
FAIR_MS = 150.0
LOG_OFFSET_MS = 5.0  # differences below it matter less
WEIGHT = 0.125  # of a new sample, as in RFC 6298 section 2
JITTER_WEIGHT = 1 / 16  # RFC 3550 section 6.4.1


def band(ms: float) -> Band:
    """Return in which band a ping is shown."""
    return "good" if ms <= GOOD_MS else "fair" if ms <= FAIR_MS else "poor"


@dataclass(slots=True)
class Ping:
    """Measures one player's ping from its own round trips; all in milliseconds.

    The ping is the running mean of ln(round trip + 5 ms), so that one spike moves it little and a lasting
    change moves it within some samples: the server's own rule, without its half-life.
    """

    samples: int = 0
    last_ms: float | None = None
    jitter_ms: float | None = None
    _mean_log: float = field(default=0.0, repr=False)

    def add(self, round_trip_ms: float) -> None:
        """Count one round trip."""
        round_trip_ms = max(0.0, round_trip_ms)
        value = math.log(round_trip_ms + LOG_OFFSET_MS)
        self.samples += 1
        weight = max(WEIGHT, 1 / self.samples)  # the first ones count alike
        self._mean_log += weight * (value - self._mean_log)
        if self.last_ms is not None:
            jitter = self.jitter_ms or 0.0
            self.jitter_ms = jitter + JITTER_WEIGHT * (abs(round_trip_ms - self.last_ms) - jitter)
        self.last_ms = round_trip_ms

    @property
    def ms(self) -> float | None:
        """The ping, None before the first round trip."""
        return None if not self.samples else max(0.0, math.exp(self._mean_log) - LOG_OFFSET_MS)

    @property
    def band(self) -> Band | None:
        """In which band it is shown."""
        return None if self.ms is None else band(self.ms)

    def total(self, host_ms: float | None) -> float | None:
        """What a player would feel in a room whose host has this ping: the sum; None for unknown."""
        return None if self.ms is None or host_ms is None else self.ms + host_ms
