"""Where bans are kept."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings

from gameserver.settings.fields import setting_of

_setting = setting_of("bans")


class BansSettings(BaseSettings):
    """Where bans are kept."""

    bans: Path = _setting(
        Path("bans.json"),
        "file of the bans; `python -m gameserver.bans` changes it, also while the server runs",
    )
