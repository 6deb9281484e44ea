"""Which signed logins are taken, and whether one is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import model_validator
from pydantic_settings import BaseSettings

from gameserver.settings.fields import setting_of

_setting = setting_of("logins")


class LoginsSettings(BaseSettings):
    """Which signed logins are taken, and whether one is needed."""

    token_keys: Path | None = _setting(
        None, "JSON Web Key Set that signed logins are checked against; read again on HUP"
    )
    tokens: Literal["optional", "required"] = _setting(
        "optional", "whether every connection needs a signed login"
    )
    token_audience: str | None = _setting(None, "the aud that a token must carry")

    @model_validator(mode="after")
    def _keys_for_required_tokens(self) -> Self:
        if self.tokens == "required" and self.token_keys is None:
            raise ValueError("tokens = required needs token_keys")
        return self
