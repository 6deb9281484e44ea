"""What a player may send per second: a token bucket that may go into debt.

A message is never split, so the one that empties the bucket is still done; what follows waits until
the debt is paid. Source: the usual token bucket (RFC 2697 section 3 has its colour-blind form).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Buckets:
    """What every player has."""

    relay: Allowance
    requests: Bucket


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

    def debt_seconds(self, now: float) -> float:
        """How long until nothing is owed."""
        level = self._level + (now - self._at) * self._rate
        return 0.0 if level >= 0.0 else -level / self._rate


class Allowance:
    """Relay messages and their bytes, two buckets in one: each message asks for both in one call."""

    __slots__ = ("_at", "_burst", "_byte_rate", "_bytes", "_bytes_burst", "_messages", "_rate")

    def __init__(
        self, *, rate: float, burst: float, byte_rate: float, bytes_burst: float, now: float
    ) -> None:
        self._rate = rate
        self._burst = burst
        self._byte_rate = byte_rate
        self._bytes_burst = bytes_burst
        self._messages = burst
        self._bytes = bytes_burst
        self._at = now

    def take(self, size: int, now: float) -> bool:
        """Take a message of this size; False once either bucket is in debt."""
        since = now - self._at
        self._at = now
        messages = self._messages + since * self._rate
        if messages > self._burst:
            messages = self._burst
        data = self._bytes + since * self._byte_rate
        if data > self._bytes_burst:
            data = self._bytes_burst
        self._messages = messages = messages - 1.0
        self._bytes = data = data - size
        return messages >= 0.0 and data >= 0.0

    def covers(self, size: int, now: float) -> bool:
        """Say whether a message of this size could be taken, and take nothing."""
        since = now - self._at
        return self._messages + since * self._rate >= 1.0 and (
            self._bytes + since * self._byte_rate >= size <= self._bytes_burst
        )

    def take_if_there(self, size: int, now: float) -> bool:
        """Take a message of this size if neither bucket would be in debt; else nothing, and False."""
        since = now - self._at
        messages = self._messages + since * self._rate
        if messages > self._burst:
            messages = self._burst
        data = self._bytes + since * self._byte_rate
        if data > self._bytes_burst:
            data = self._bytes_burst
        if messages < 1.0 or data < size:
            return False
        self._at = now
        self._messages = messages - 1.0
        self._bytes = data - size
        return True

    def debt_seconds(self, now: float) -> float:
        """How long until nothing is owed."""
        since = now - self._at
        messages = self._messages + since * self._rate
        data = self._bytes + since * self._byte_rate
        return max(0.0, -messages / self._rate, -data / self._byte_rate)
