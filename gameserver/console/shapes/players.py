"""Players and their round trips."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gameserver.console.shapes.base import Milliseconds, Moment, Page, PageQuery, Shape


class PlayerRow(Shape):
    """A player in a list."""

    id: str
    name: str | None
    room: str | None
    host: bool
    connected: bool
    address: str
    ping_ms: Milliseconds | None
    jitter_ms: Milliseconds | None
    loss: float


class PlayersQuery(PageQuery):
    """Which players are wanted; the search goes over ids, names, rooms and addresses."""

    sort: Literal["id", "name", "room", "ping", "jitter", "loss"] = "id"
    away: bool | None = Field(None, description="only those that are away, or only those that are here")


class Players(Page):
    """Players."""

    players: list[PlayerRow]


class Connection(Shape):
    """A player's connection."""

    transport: str
    parser: str
    address: str
    opened_s: float = Field(description="how long ago, in seconds")
    messages: int = Field(description="that came in")
    backlog_bytes: int = Field(description="that wait to be read by the player")


class Latency(Shape):
    """What is known of a player's latency."""

    ping_ms: Milliseconds | None
    score: float | None
    jitter_ms: Milliseconds
    p95_ms: Milliseconds | None
    loss: float
    client_lag_ms: Milliseconds = Field(description="what the client's main thread adds, in milliseconds")
    samples: int
    age_s: float | None = Field(description="since the last answer, in seconds")
    interval_s: float = Field(description="between two probes, in seconds")
    by_heartbeat_alone: bool


class PlayerView(Shape):
    """One player."""

    id: str
    name: str | None
    room: str | None
    room_title: str | None
    host: bool
    connected: bool
    away_until: Moment | None
    can_host: bool
    hidden: bool
    signed_login: bool
    connection: Connection | None
    latency: Latency


class Trips(Shape):
    """Round trips by one source."""

    source: Literal["probe", "heartbeat"] = Field(
        description="`probe`: WebSocket control ping, the network alone; "
        "`heartbeat`: Engine.IO PING, the network and the client's main thread"
    )
    at: list[Moment]
    network_ms: list[Milliseconds] = Field(
        description="without the time an answer lay unread, in milliseconds"
    )
    rtt_ms: list[Milliseconds] = Field(description="as read, in milliseconds")
    discarded: list[bool] = Field(description="whether the answer counted for nothing: read late, or forged")
    timeouts: list[Moment]


class Kernel(Shape):
    """What the kernel says of the connection now (TCP_INFO): of the next hop only."""

    min_rtt_ms: Milliseconds | None
    retransmits: int


class PlayerPings(Shape):
    """One player's ping history by source."""

    player: str
    trips: list[Trips]
    kernel: Kernel | None
