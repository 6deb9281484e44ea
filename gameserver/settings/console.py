"""Who may open the console, and for how long."""

from __future__ import annotations

from typing import Annotated

from argon2 import Type, extract_parameters
from argon2.exceptions import InvalidHashError
from pydantic import AfterValidator
from pydantic_settings import BaseSettings

from gameserver.outside import web_origin
from gameserver.settings.fields import setting_of

_setting = setting_of("console")


def _argon2id(text: str) -> str:
    try:
        kind = extract_parameters(text).type
    except InvalidHashError:
        kind = None
    if kind is not Type.ID:
        raise ValueError("this is no argon2id hash: run_server.py hash-password makes one")
    return text


class ConsoleSettings(BaseSettings):
    """Who may open the console, and for how long."""

    console_password_hash: Annotated[str, AfterValidator(_argon2id)] | None = _setting(
        None,
        "argon2id hash of the console's password (run_server.py hash-password makes it); "
        "without it and console_token_sha256 there is no console",
        hidden=True,
    )
    console_token_sha256: str | None = _setting(
        None,
        "SHA-256, in hexadecimal, of the token for /api (run_server.py make-token makes both)",
        hidden=True,
        pattern="^[0-9a-f]{64}$",
    )
    console_origin: Annotated[str, AfterValidator(web_origin)] | None = _setting(
        None, "web origin of the console, where a proxy does not pass the Host on; empty: as the Host says"
    )
    console_session_seconds: float = _setting(
        43_200.0, "after so long a login to the console ends", ge=1, le=604_800
    )
    console_tries: int = _setting(
        5, "wrong passwords or tokens of the console per address before a pause", ge=1, le=1000
    )
    console_pause_seconds: float = _setting(60.0, "that pause", ge=1, le=86_400)
