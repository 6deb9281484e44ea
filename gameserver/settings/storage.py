"""Where rooms are kept, and how a planned stop waits for the last of it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic_settings import BaseSettings

from gameserver.settings.fields import setting_of

_setting = setting_of("storage")


class StorageSettings(BaseSettings):
    """Where rooms are kept, and how a planned stop waits for the last of it."""

    storage: Literal["sqlite", "memory"] = _setting(
        "sqlite", "where rooms are kept; memory forgets them with the process"
    )
    database: Path = _setting(Path("gameserver.db"), "file of the sqlite storage")
    synchronous: Literal["normal", "full"] = _setting(
        "normal", "full survives a power cut, normal any end of the process"
    )
    drain_seconds: float = _setting(
        2.0, "how long a planned stop waits for the hosts' last snapshots", ge=0, le=25
    )
