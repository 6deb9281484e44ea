"""How often passwords and session keys may be guessed."""

from __future__ import annotations

from pydantic_settings import BaseSettings

from gameserver.settings.fields import setting_of

_setting = setting_of("tries")


class GuessesSettings(BaseSettings):
    """How often passwords and session keys may be guessed."""

    password_tries: int = _setting(
        5, "wrong room passwords in a row per player before a pause", ge=1, le=1000
    )
    password_pause_seconds: float = _setting(60.0, "that pause", ge=1, le=86_400)
    address_password_tries: int = _setting(
        10, "wrong room passwords per address before a pause", ge=1, le=10_000
    )
    address_password_pause_seconds: float = _setting(600.0, "that pause", ge=1, le=86_400)
    key_tries: int = _setting(10, "wrong session keys per address before a pause", ge=1, le=10_000)
    key_pause_seconds: float = _setting(60.0, "that pause", ge=1, le=86_400)
    key_tries_in_all_per_second: float = _setting(
        100.0, "session keys tried per second in all", gt=0, le=1_000_000
    )
