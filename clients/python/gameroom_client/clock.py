"""The server's clock, from exchanges of four times (RFC 5905 section 8), moved without jumps."""

from __future__ import annotations

from collections import deque

SPAN = 16  # exchanges kept
DRIFT = 50e-6  # two clocks may drift apart by this share, so old exchanges count as wider
SLEW = 0.005  # the clock gains or loses at most this share of the time that passes: 5 ms per second
STEP_MS = 50.0  # beyond it slewing would take more than ten seconds
SETTLING = 8  # so many first exchanges set the clock, before anything plays by it


class ServerClock:
    """Tells the server's time from ours, both in milliseconds.

    What delays a message only ever adds, so the least of each direction is closest to the bare path: `offset`
    is half the difference of the fastest way there and the fastest way back, which need not be of one
    exchange. What `to_server` uses moves towards it slowly, so that nothing sounds twice or is passed over.
    """

    def __init__(self) -> None:
        self._exchanges: deque[tuple[float, float, float]] = deque(maxlen=SPAN)
        self._used: float | None = None
        self._moved_at = 0.0
        self._settling = SETTLING

    @property
    def synced(self) -> bool:
        """Whether an exchange has been made."""
        return bool(self._exchanges)

    def forget(self) -> None:
        """Begin anew, as after a reconnect: another way may have another delay. What is used stays."""
        self._exchanges.clear()

    def add(self, asked: float, received: float, sent: float, answered: float) -> None:
        """Count an exchange: asked and answered by our clock, received and sent by the server's."""
        self._exchanges.append((answered, received - asked, answered - sent))
        if self._settling:
            self._settling -= 1
            self._used = None
        self._move(answered)

    def offset(self, now: float) -> float | None:
        """Add this to our clock to get the server's, None before the first exchange."""
        ways = self._ways(now)
        return None if ways is None else (ways[0] - ways[1]) / 2

    def bound(self, now: float) -> float | None:
        """By how much `offset` may be wrong at the very most."""
        ways = self._ways(now)
        return None if ways is None else max(0.0, ways[0] + ways[1]) / 2

    def to_server(self, ours: float) -> float:
        """Return the server's time at this moment of our clock; ours, before the first exchange."""
        self._move(ours)
        return ours + (self._used or 0.0)

    def to_ours(self, server: float, now: float) -> float:
        """Return our clock's time at this moment of the server's."""
        self._move(now)
        return server - (self._used or 0.0)

    def _ways(self, now: float) -> tuple[float, float] | None:
        if not self._exchanges:
            return None
        there = min(way + DRIFT * (now - at) for at, way, _ in self._exchanges)
        back = min(way + DRIFT * (now - at) for at, _, way in self._exchanges)
        return there, back

    def _move(self, now: float) -> None:
        target = self.offset(now)
        if target is None:
            return
        if self._used is None or abs(target - self._used) > STEP_MS:
            self._used, self._moved_at = target, now
            return
        most = SLEW * max(0.0, now - self._moved_at)
        self._used += max(-most, min(most, target - self._used))
        self._moved_at = max(now, self._moved_at)
