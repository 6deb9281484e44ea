"""What an Engine.IO server lets one client, one address, and all of them together cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """Bounds of a server; the WebSocket's own stand in `LinkSettings`."""

    connections: int = 20_000  # in all
    connections_per_address: int = 200
    new_per_second: float = 1_000.0  # handshakes, in all
    new_per_address_per_second: float = 50.0
    retry_after_seconds: int = 5  # told with the 503 that answers what is beyond those four
    upgrade_seconds: float = 10.0  # from the second transport's opening to its UPGRADE packet
    body_seconds: float = 10.0  # for the body of a POST
    body_discard_bytes: int = 1024 * 1024  # of a body over the bound, read and dropped before the 413
    inbox_messages: int = 64  # waiting for an application's handler; beyond, reading stops
    inbox_bytes: int = 256 * 1024
