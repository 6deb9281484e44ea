"""What the gate counts of the connections that come and go; read by metrics."""

from __future__ import annotations

from collections import Counter
from typing import Final

TIMED_ONE_IN: Final = 64  # relay messages, a power of two: timing each would cost more than it tells


class Arrivals:
    """Numbers since the start, but for `present`."""

    __slots__ = (
        "closed",
        "malformed",
        "opened",
        "present",
        "recoveries",
        "rejected",
        "relayed",
        "request_bytes",
        "struck",
    )

    def __init__(self) -> None:
        self.opened: Counter[tuple[str, str]] = Counter()  # by transport and parser
        self.closed: Counter[tuple[str, str]] = Counter()  # by ending, and code if the server closed it
        self.present: Counter[str] = Counter()  # connections there are now, by parser
        self.rejected: Counter[str] = Counter()  # CONNECTs that were refused, by code
        self.recoveries: Counter[str] = Counter()  # returns: `filled`, `gap`, or `unknown` to this server
        self.malformed = 0  # connections closed for a frame that is no packet
        self.relayed = 0  # relay messages handled
        self.request_bytes = 0  # of events that are no relay messages
        self.struck = 0  # connections closed for too many requests without sense
