"""How a link ends, as its owner is told and the server counts it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

ABNORMAL: Final = 1006  # never on the wire: there was no close frame (RFC 6455 section 7.1.5)


class How(enum.Enum):
    """What ended a link."""

    CLOSED = "closed"  # the client began the closing handshake
    LOST = "lost"  # reset, or end of stream without a close frame
    REFUSED = "refused"  # the client broke RFC 6455 or sent a message too big
    SLOW = "slow_consumer"  # its backlog passed a bound
    FAILED = "failed"  # the owner raised
    SERVER = "server"  # the owner closed or aborted it


@dataclass(frozen=True, slots=True)
class End:
    """How a link ended; `code` is the close code received or sent, ABNORMAL if there was none."""

    how: How
    code: int
    reason: str = ""
