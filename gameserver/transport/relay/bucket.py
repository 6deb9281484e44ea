"""What a player may send per second: a token bucket that may go into debt.

A message is never split, so the one that empties the bucket is still done; what follows waits until
the debt is paid. Source: the usual token bucket (RFC 2697 section 3 has its colour-blind form).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Buckets:
    """One player's buckets."""

    messages: Bucket  # relay messages
    bytes: Bucket  # their bytes
    requests: Bucket
    snapshots: Bucket  # bytes of snapshots, which have a budget of their own


class Bucket:
    """Refills by `rate` per second up to `burst`."""

    __slots__ = ("_at", "_burst", "_level", "_rate")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._at = now

    def take(self, amount: float, now: float) -> bool:
        """Take this much; False once the bucket is in debt."""
        level = self._level + (now - self._at) * self._rate
        if level > self._burst:
            level = self._burst
        self._at = now
        self._level = level = level - amount
        return level >= 0.0

    def has(self, amount: float, now: float) -> bool:
        """Whether this much is there; nothing is taken."""
        return min(self._burst, self._level + (now - self._at) * self._rate) >= amount

    def debt_seconds(self, now: float) -> float:
        """How long until nothing is owed."""
        level = self._level + (now - self._at) * self._rate
        return 0.0 if level >= 0.0 else -level / self._rate
