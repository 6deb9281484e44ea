"""How much the relay takes from one member, and keeps of one room."""

from __future__ import annotations

from dataclasses import dataclass, field

from gameserver.transport.relay.keeper import KeeperLimits
from gameserver.transport.relay.quota import QuotaLimits


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the relay takes and keeps."""

    message_bytes: int = 65_536
    snapshot_bytes: int = 1_048_576
    frame_slack_bytes: int = 4096  # read beyond a bound, so that the refusal can be an answer
    update_keys: int = 16  # of one member in a room
    keeper: KeeperLimits = field(default_factory=KeeperLimits)
    quota: QuotaLimits = field(default_factory=QuotaLimits)
