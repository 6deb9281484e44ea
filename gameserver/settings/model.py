"""All settings together, and what the parts of the server take from them."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, Self

from pydantic import create_model, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from gameserver.core.limits import Limits
from gameserver.settings.announced import ANNOUNCED
from gameserver.settings.bans import BansSettings
from gameserver.settings.console import ConsoleSettings
from gameserver.settings.fields import PREFIX, setting_of
from gameserver.settings.guesses import GuessesSettings
from gameserver.settings.hosts import HostsSettings
from gameserver.settings.kept import KeptSettings
from gameserver.settings.lobby import LobbySettings
from gameserver.settings.logins import LoginsSettings
from gameserver.settings.logs import LogsSettings
from gameserver.settings.messages import MessagesSettings
from gameserver.settings.network import NetworkSettings
from gameserver.settings.patience import PatienceSettings
from gameserver.settings.production import missing
from gameserver.settings.recording import RecordingSettings
from gameserver.settings.rooms import RoomsSettings
from gameserver.settings.storage import StorageSettings
from latency.settings import Settings as LatencySettings

_setting = setting_of("latency")


class Settings(
    GuessesSettings,
    RecordingSettings,
    KeptSettings,
    PatienceSettings,
    MessagesSettings,
    HostsSettings,
    LobbySettings,
    StorageSettings,
    RoomsSettings,
    LogsSettings,
    BansSettings,
    ConsoleSettings,
    LoginsSettings,
    NetworkSettings,
):
    """Everything that can be set; the flags of `--help` stand in the reversed order of the bases."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if wanting := missing(self):
            raise ValueError("\n".join(wanting))
        if not self.snapshot_max_bytes <= self.snapshot_bytes_per_address <= self.snapshot_bytes_in_all:
            raise ValueError(
                "snapshot_bytes_per_address must be between snapshot_max_bytes and snapshot_bytes_in_all"
            )
        self.latency()
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = settings_cls.model_config.get("toml_file")
        toml = (TomlConfigSettingsSource(settings_cls, Path(str(file))),) if file else ()
        return (init_settings, env_settings, *toml)

    def limits(self) -> Limits:
        """Return the bounds that the core goes by."""
        names = {name for name in Limits.__dataclass_fields__ if name in type(self).model_fields}
        return Limits(**{name: getattr(self, name) for name in names})

    def latency(self) -> LatencySettings:
        """Return what the latency package goes by. Raises ImpossibleSetting where two contradict."""
        names = (each.name for each in dataclasses.fields(LatencySettings))
        return LatencySettings(
            **{name: value for name in names if (value := getattr(self, f"latency_{name}", None)) is not None}
        )

    def changed_from(self, former: Settings) -> dict[str, tuple[Any, Any]]:
        """Return what differs from former settings: name -> (then, now)."""
        return {
            name: (getattr(former, name), getattr(self, name))
            for name in type(self).model_fields
            if getattr(former, name) != getattr(self, name)
        }

    def announced(self) -> dict[str, float]:
        """Return `welcome.limits`: PROTOCOL's names, in seconds, bytes, characters and counts."""
        return {wire: getattr(self, name) for wire, name in ANNOUNCED.items()}


def _latency_field(each: dataclasses.Field[Any]) -> tuple[type, Any]:
    facts = each.metadata
    text = f"{facts['why']} ({facts['unit']})"
    return type(each.default), _setting(each.default, text, ge=facts["low"], le=facts["high"])


AllSettings = create_model(  # the latency package's settings stand under its name
    "AllSettings",
    __base__=Settings,
    **{f"latency_{each.name}": _latency_field(each) for each in dataclasses.fields(LatencySettings)},  # type: ignore[call-overload]
)
