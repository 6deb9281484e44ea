"""Find the offset between two clocks from exchanges of four times (RFC 5905 section 8)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClockAnswer:
    """What the server answers to `clock`, all in ms: `client` as it came, the rest by the server's clock."""

    client: float | int | None
    received: float
    sent: float


def answer(
    client: float | int | None, received_s: float, sent_s: float, read_delay_ms: float = 0.0
) -> ClockAnswer:
    """The answer to a `clock` request read at `received_s` and answered at `sent_s` (server time, s)."""
    return ClockAnswer(client, 1000 * received_s - read_delay_ms, 1000 * sent_s)


@dataclass(frozen=True, slots=True)
class Offset:
    """Add `ms` to the client's clock to get the server's; wrong by `bound_ms` at the very most."""

    ms: float
    bound_ms: float


class ClockFilter:
    """The offset from the fastest way there and the fastest way back, which need not be of one exchange.

    What delays a message only ever adds, so the least of each direction lies closest to the bare path.
    Taking the two apart finds a pair of undelayed ways long before one exchange happens to have both,
    which the filter of RFC 5905 section 10 waits for. Old exchanges count as wider by the drift that
    may have happened since. An asymmetric path is invisible to any such method; `bound_ms` covers it.
    """

    def __init__(self, span: int = 16, drift_ppm: float = 50.0) -> None:
        self._exchanges: deque[tuple[float, float, float]] = deque(maxlen=span)
        self._drift = drift_ppm * 1e-6

    def add(self, asked: float, received: float, sent: float, answered: float) -> None:
        """Count an exchange, in ms: asked and answered by the client's clock, the rest by the server's."""
        self._exchanges.append((answered, received - asked, answered - sent))

    def offset(self, now: float) -> Offset | None:
        """The offset at `now` (client clock, ms); None before the first exchange."""
        if not self._exchanges:
            return None
        there = min(way + self._drift * (now - at) for at, way, _ in self._exchanges)
        back = min(way + self._drift * (now - at) for at, _, way in self._exchanges)
        return Offset((there - back) / 2, max(0.0, there + back) / 2)
