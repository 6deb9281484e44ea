"""One measured round trip, and where it came from."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TypeAlias

Player: TypeAlias = str


class Source(enum.Enum):
    """What was asked, which says what the answer contains."""

    CONTROL = "ws"  # WebSocket control ping: the network, not the client's JavaScript
    HEARTBEAT = "eio"  # Engine.IO PING: the network and the client's main thread; can be forged


class Result(enum.Enum):
    """What became of a probe."""

    OK = "ok"
    TIMEOUT = "timeout"  # unanswered for the RFC 6298 time-out; its answer may still come
    DISCARDED = "discarded"  # read late by an unknown time, forged, or overtaken


@dataclass(frozen=True, slots=True)
class Sample:
    """One answered or timed-out probe, as the recorder keeps it."""

    sent: float  # seconds, monotonic
    player: Player
    source: Source
    result: Result
    rtt_ms: float | None  # as read, before correction; None if it timed out
    read_delay_ms: float | None  # how long the answer lay unread in the kernel; None if unknown
    lag_ms: float  # how late the loop was when it read the answer
    host: bool
    hidden: bool
    polling: bool

    @property
    def network_ms(self) -> float | None:
        """The round trip without the server's own read delay, in ms."""
        if self.rtt_ms is None:
            return None
        return max(0.0, self.rtt_ms - (self.read_delay_ms or 0.0))
