"""Where settings come from: defaults, then a TOML file, then the environment, then flags."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsConfigDict

from gameserver.settings.fields import PREFIX, WrongSettings
from gameserver.settings.model import AllSettings, Settings


def load(flags: dict[str, Any], file: Path | None) -> Settings:
    """Return the settings from flags over the environment over the file over the defaults.

    Raises WrongSettings with one readable line per mistake, or if the file cannot be read.
    """

    class FromFile(AllSettings):  # type: ignore[misc]
        model_config = SettingsConfigDict(toml_file=file)

    if file is not None and not file.is_file():
        raise WrongSettings(f"{file}: no such file")
    try:
        return FromFile(**flags)
    except ValidationError as error:
        raise WrongSettings("\n".join(readable(problem) for problem in error.errors())) from None
    except ValueError as error:  # a TOML file that does not parse
        raise WrongSettings(f"{file}: {error}") from None


def misspelt(environment: Mapping[str, str]) -> list[str]:
    """Return the variables with our prefix that name no setting."""
    known = {f"{PREFIX}{name}".upper() for name in (*AllSettings.model_fields, "config", "compiled")}
    return sorted(
        name for name in environment if name.upper().startswith(PREFIX) and name.upper() not in known
    )


def readable(problem: Any) -> str:
    """Return one of a ValidationError's errors as one readable line."""
    where = ".".join(str(part) for part in problem["loc"])
    what = str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        what = "there is no such setting"
    return f"{where}: {what}" if where else what
