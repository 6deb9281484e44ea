"""How many rooms and players there may be, and how long their texts."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator
from pydantic_settings import BaseSettings

from gameserver.settings.fields import setting_of

_setting = setting_of("rooms")


class RoomsSettings(BaseSettings):
    """How many rooms and players there may be, and how long their texts."""

    max_rooms: int = _setting(10_000, "rooms on this server", ge=1, le=1_000_000)
    max_players: int = _setting(8, "seats of a room that does not say", ge=1, le=64)
    room_idle_seconds: float = _setting(
        86_400.0,
        "a room in which nothing is relayed or asked for ends after so long; 0: never",
        ge=0,
        le=31_536_000,
    )
    room_idle_warning_seconds: float = _setting(
        60.0, "so long before, its members are warned", ge=0, le=86_400
    )
    title_chars: int = _setting(64, "longest title", ge=1, le=1024)
    description_chars: int = _setting(512, "longest description", ge=0, le=8192)
    name_chars: int = _setting(32, "longest login name", ge=1, le=256)
    password_chars: int = _setting(64, "longest room password", ge=1, le=256)
    metadata_bytes: int = _setting(2048, "largest room metadata, as compact JSON", ge=2, le=65536)

    @model_validator(mode="after")
    def _warned_before_the_end(self) -> Self:
        if 0 < self.room_idle_seconds <= self.room_idle_warning_seconds:
            raise ValueError("room_idle_seconds must be longer than room_idle_warning_seconds, or 0")
        return self
