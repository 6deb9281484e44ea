"""How long a lost host, a new host and an empty seat are waited for."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator
from pydantic_settings import BaseSettings

from gameserver.settings.fields import setting_of

_setting = setting_of("hosts")


class HostsSettings(BaseSettings):
    """How long a lost host, a new host and an empty seat are waited for."""

    host_grace_seconds: float = _setting(
        3.0, "how long a lost host that can come back keeps its role", ge=0, le=60
    )
    host_ready_timeout_seconds: float = _setting(
        5.0, "how long a new host may take to restore the game", ge=0.1, le=60
    )
    reconnect_window_seconds: float = _setting(
        60.0,
        "how long an empty seat is kept; a phone changing network needs about ten",
        ge=0,
        le=3600,
    )
    track_lead_seconds: float = _setting(
        0.25, "the least that a tact is announced ahead of its sound", ge=0.01, le=5
    )

    @model_validator(mode="after")
    def _grace_within_the_window(self) -> Self:
        if self.host_grace_seconds > self.reconnect_window_seconds:
            raise ValueError("host_grace_seconds must not be longer than reconnect_window_seconds")
        return self
