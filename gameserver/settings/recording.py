"""Whether samples and elections are written down for `python -m latency`."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings

from gameserver.settings.fields import setting_of

_setting = setting_of("latency")


class RecordingSettings(BaseSettings):
    """Whether samples and elections are written down for `python -m latency`."""

    latency_record: Path | None = _setting(
        None,
        "write down samples and elections, without names or addresses, for `python -m latency`",
    )
    latency_record_one_in: int = _setting(1, "one room in so many is recorded", ge=1, le=1_000_000)
