"""How often and how much of the lobby is sent."""

from __future__ import annotations

from pydantic_settings import BaseSettings

from gameserver.settings.fields import setting_of

_setting = setting_of("lobby")


class LobbySettings(BaseSettings):
    """How often and how much of the lobby is sent."""

    lobby_interval_seconds: float = _setting(
        2.0, "how often lists go to those who watch the lobby", ge=0.1, le=60
    )
    lobby_page: int = _setting(100, "most rooms in one list", ge=1, le=1000)
