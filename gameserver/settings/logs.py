"""How much is written to the log, and how."""

from __future__ import annotations

from typing import Literal

from pydantic_settings import BaseSettings

from gameserver.settings.fields import setting_of

_setting = setting_of("logs")


class LogsSettings(BaseSettings):
    """How much is written to the log, and how."""

    log_level: Literal["debug", "info", "warning", "error"] = _setting("info", "least level that is written")
    log_format: Literal["auto", "console", "json"] = _setting(
        "auto", "auto: console on a terminal, JSON lines otherwise"
    )
