"""How long slow and wrong clients are borne with."""

from __future__ import annotations

from pydantic_settings import BaseSettings

from gameserver.settings.fields import setting_of

_setting = setting_of("patience")


class PatienceSettings(BaseSettings):
    """How long slow and wrong clients are borne with."""

    header_seconds: float = _setting(10.0, "for the header of a first request", ge=0.1, le=600)
    header_bytes: int = _setting(16_384, "largest header of a request", ge=1024, le=1_048_576)
    body_seconds: float = _setting(10.0, "for the body of a request", ge=0.1, le=600)
    idle_seconds: float = _setting(60.0, "between two requests of a connection", ge=1, le=3600)
    http_connections_per_address: int = _setting(
        400,
        "connections of one address that are no WebSockets: polling, pages, half requests; not of proxies",
        ge=1,
        le=1_000_000,
    )
    connect_seconds: float = _setting(5.0, "from a connection to its Socket.IO CONNECT", ge=0.1, le=60)
    upgrade_seconds: float = _setting(10.0, "from a polling client's WebSocket to its upgrade", ge=0.1, le=60)
    close_seconds: float = _setting(2.0, "for the answer to a close frame", ge=0.1, le=60)
    retry_after_seconds: int = _setting(
        5, "told to who is turned away by the limits of connections", ge=1, le=3600
    )
    newest_bytes: int = _setting(
        1_048_576,
        "newest-wins bytes held for a slow reader before the oldest go",
        ge=65_536,
        le=67_108_864,
    )
    stall_seconds: float = _setting(
        10.0,
        "how long a reader may take no byte of a snapshot, or need for a poll's answer",
        ge=1,
        le=60,
    )
    least_bytes_per_second: int = _setting(
        8_192,
        "so much of a snapshot a reader must take, or it is closed once it is stall_seconds behind",
        ge=1,
        le=1_048_576,
    )
    rate_limited_seconds: float = _setting(
        10.0, "over its rate for so long, a player is closed", ge=1, le=600
    )
    controls_per_second: int = _setting(
        100, "pings, pongs and the like per connection and second", ge=10, le=100_000
    )
    strikes: int = _setting(20, "requests without sense that close a connection", ge=1, le=10_000)
    strike_seconds: float = _setting(10.0, "within this time", ge=0.1, le=600)
