"""The `auth` of a CONNECT packet."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import msgspec

from gameserver.core.errors import BadRequest


@dataclass(frozen=True, slots=True)
class Auth:
    """What a client says of itself when it connects; everything may be left out."""

    name: str | None = None
    token: str | None = field(default=None, repr=False)
    can_host: bool | None = None
    recover: bool | None = None
    pid: str | None = field(default=None, repr=False)
    offset: str | None = None
    seq: bool | None = None


def to_auth(value: Any) -> Auth:
    """Return the auth; unknown keys are ignored, as pages share it with other namespaces.

    Raises BadRequest where it is no object or one of our keys has the wrong type.
    """
    if value is None or value == {}:
        return _NOTHING
    if not isinstance(value, dict):
        raise BadRequest("auth is an object")
    try:
        return msgspec.convert({key: value[key] for key in _KEYS if key in value}, Auth)
    except msgspec.ValidationError as error:
        raise BadRequest(f"auth: {str(error).replace('`', '')}") from None


def digest(pid: str) -> str:
    """Return what is kept of a pid: who reads the storage cannot come back as another player."""
    return hashlib.sha256(pid.encode()).hexdigest()


_NOTHING = Auth()
_KEYS = tuple(Auth.__dataclass_fields__)
