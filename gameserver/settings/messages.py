"""How much a player may send and owe, and how many connections there are."""

from __future__ import annotations

from pydantic_settings import BaseSettings

from gameserver.settings.fields import setting_of

_setting = setting_of("messages")


class MessagesSettings(BaseSettings):
    """How much a player may send and owe, and how many connections there are."""

    message_bytes: int = _setting(65_536, "largest message", ge=1024, le=16_777_216)
    snapshot_max_bytes: int = _setting(1_048_576, "largest snapshot", ge=1024, le=67_108_864)
    requests_per_second: float = _setting(5.0, "requests per player and second", gt=0, le=1_000_000)
    requests_burst: int = _setting(20, "requests at once", ge=1, le=1_000_000)
    relay_per_second: float = _setting(120.0, "relay messages per player and second", gt=0, le=10_000_000)
    relay_burst: int = _setting(240, "relay messages at once", ge=1, le=10_000_000)
    relay_bytes_per_second: int = _setting(
        262_144, "relay bytes per player and second", ge=1024, le=1_000_000_000
    )
    backlog_bytes: int = _setting(
        524_288,
        "reliable bytes a slow reader may owe before it is closed",
        ge=4096,
        le=67_108_864,
    )
    send_buffer_bytes: int = _setting(
        49_152,
        "the kernel's send buffer: what a stalled reader hides",
        ge=4096,
        le=16_777_216,
    )
    backlog_seconds: float = _setting(3.0, "how old the oldest of them may be", ge=0.1, le=60)
    ping_interval_seconds: float = _setting(5.0, "between two Engine.IO heartbeats", ge=0.1, le=60)
    ping_timeout_seconds: float = _setting(5.0, "wait for any sign of life after a heartbeat", ge=0.1, le=60)
    connections: int = _setting(20_000, "connections in all", ge=1, le=1_000_000)
    connections_per_address: int = _setting(200, "connections per address", ge=1, le=1_000_000)
    connects_per_second_per_address: float = _setting(
        50.0, "new connections per address and second", gt=0, le=1_000_000
    )
    connects_per_second: float = _setting(1000.0, "new connections per second in all", gt=0, le=1_000_000)
    turn_seconds: float = _setting(
        0.003,
        "of each turn of the event loop for newcomers and requests, and as much for players who are gone:"
        " who comes behind them in a crowd waits for the next turn",
        ge=0.0001,
        le=1,
    )
    polling: bool = _setting(True, "serve HTTP long-polling beside WebSocket")
    compression: bool = _setting(
        False, "compress WebSocket messages (permessage-deflate): costs processor time"
    )
