"""The words every module of the core shares."""

from __future__ import annotations

from typing import Literal, NewType

PlayerId = NewType("PlayerId", str)
RoomId = NewType("RoomId", str)
SessionKey = NewType("SessionKey", str)
Seconds = float
"""Server time: Unix seconds read once at start and advanced monotonically."""

Role = Literal["HOST", "CLIENT"]
UserType = Literal["USER", "HOST", "CLIENT"]
RoomState = Literal["open", "started", "migrating", "waiting"]
OnHostExit = Literal["migrate", "close"]
HostPolicy = Literal["keep", "best"]
LateJoin = Literal["live", "snapshot"]
Control = Literal["anyone", "host"]
SessionType = Literal["default", "single_device"]
LeaveReason = Literal["left", "lost", "kicked", "replaced"]
CloseReason = Literal["host_left", "no_host", "closed", "idle"]
HostChangeReason = Literal[
    "left", "lost", "silent", "transfer", "policy", "timeout", "drain", "returned", "restart"
]
Band = Literal["good", "fair", "poor"]


def to_ms(seconds: Seconds) -> int:
    """Return this server time or duration in whole milliseconds, as the wire wants it."""
    return round(seconds * 1000)
