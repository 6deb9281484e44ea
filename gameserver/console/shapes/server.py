"""The server as a whole: who is logged in, figures, settings, log lines."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from gameserver.console.shapes.base import Moment, Shape


class Password(Shape):
    """A login."""

    password: str = Field(min_length=1, max_length=1024)


class Session(Shape):
    """Who asks, and by what right."""

    operator: str = Field(description="`token`, or `login` and what tells this login from others")
    means: Literal["token", "login"]
    csrf: str | None = Field(description="to be sent as X-CSRF-Token with every change; null for tokens")
    until: Moment | None = Field(description="when the login ends; null for tokens")


class Overview(Shape):
    """The server now."""

    version: str
    started_at: Moment
    now: Moment
    loop: str = Field(description="`uvloop` or `asyncio`")
    ready: bool
    reasons: list[str] = Field(description="why not ready")
    draining: bool
    connections: int
    players: int
    rooms: int
    max_rooms: int
    max_connections: int
    migrating: int = Field(description="rooms that wait for a new host's word")
    storage_degraded: str | None = Field(description="why nothing can be committed now")
    storage_waiting: int = Field(description="records not committed yet")
    probes_per_s: float = Field(description="latency probes per second")


class HistoryQuery(Shape):
    """Which part of the history is wanted."""

    step: Literal["1s", "10s"] = Field("10s", description="between two rows")
    after: Moment = Field(0, description="only rows younger than this, in Unix milliseconds")


class Series(Shape):
    """One figure over time."""

    name: str
    about: str
    values: list[float | None]


class History(Shape):
    """Rows of figures, oldest first."""

    step: int = Field(description="seconds between two rows")
    at: list[Moment]
    series: list[Series]


class LogQuery(Shape):
    """Which log lines are wanted."""

    after: int | None = Field(None, ge=0, description="the `next` of the answer before; without: the newest")
    event: str | None = Field(
        None, max_length=64, description="exactly this event; a star at the end: any that begin so"
    )
    level: Literal["debug", "info", "warning", "error"] | None = Field(None, description="this and above")
    room: str | None = Field(None, max_length=64)
    player: str | None = Field(None, max_length=64)
    limit: int = Field(200, ge=1, le=500)


class LogLine(Shape):
    """One line."""

    number: int
    time: str = Field(description="ISO 8601, UTC")
    level: str
    event: str
    facts: dict[str, Any] = Field(description="everything else in the line; docs/logs.md has the keys")


class LogLines(Shape):
    """Lines in order."""

    lines: list[LogLine]
    next: int = Field(description="pass it as `after` to go on")
    dropped: int = Field(description="lines since `after` that nobody looked at: too many came at once")


class Setting(Shape):
    """One setting as it is in force."""

    name: str
    group: str
    about: str
    value: str
    default: str
    least: float | None = None
    most: float | None = None
    choices: list[str] | None = None
    takes_effect: Literal["at_once", "new_connections", "next_start"]


class Settings(Shape):
    """All settings."""

    settings: list[Setting]


class NewValue(Shape):
    """A setting is to be changed."""

    value: str = Field(max_length=200, description="as it would stand on the command line")


class Changed(Shape):
    """A setting was changed."""

    name: str
    former: str
    value: str
    takes_effect: Literal["at_once", "new_connections"]


class Drained(Shape):
    """The server opens no more rooms."""

    draining: bool
    told: int = Field(description="players that were told to come back later")
