"""Signed logins: JSON Web Tokens (RFC 7519) checked against a key set (RFC 7517) of the operator's.

The algorithm is the key's, never the token's own claim. A set may hold several keys, so that they can be
changed one by one; it is read again on SIGHUP.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt

from gameserver.core.errors import Unauthorized

ALGORITHMS = frozenset({"HS256", "RS256", "ES256", "EdDSA"})
MAX_TOKEN_CHARS = 4096
MAX_SUBJECT_CHARS = 256
MIN_SECRET_BYTES = 32  # RFC 7518 section 3.2: a key as long as the hash
LEEWAY_SECONDS = 5.0  # between the issuer's clock and ours


class KeysError(ValueError):
    """The key file is no key set; the message names file, key and reason."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a token says its bearer is."""

    subject: str
    name: str | None


@dataclass(frozen=True, slots=True)
class Key:
    """One key, and the one algorithm it is good for."""

    kid: str
    algorithm: str
    key: Any


def load_keys(file: Path) -> dict[str, Key]:
    """Return the keys of this JSON Web Key Set by their `kid`. Raises KeysError."""
    try:
        entries = json.loads(file.read_bytes())["keys"]
        keys = [_key(entry) for entry in entries]
    except OSError as error:
        raise KeysError(f"{file}: cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, jwt.PyJWTError) as error:
        raise KeysError(f"{file}: is no key set: {error}") from error
    if not keys:
        raise KeysError(f"{file}: has no key")
    if len({key.kid for key in keys}) < len(keys):
        raise KeysError(f"{file}: two keys have the same kid")
    return {key.kid: key for key in keys}


def _key(entry: Any) -> Key:
    if not isinstance(entry, dict):
        raise TypeError("a key is an object")
    kid, algorithm = entry.get("kid"), entry.get("alg")
    if not isinstance(kid, str) or not kid:
        raise ValueError("every key needs a kid")
    if algorithm not in ALGORITHMS:
        raise ValueError(f"key {kid!r} needs alg, one of {', '.join(sorted(ALGORITHMS))}")
    key = jwt.PyJWK(entry, algorithm=algorithm).key
    if algorithm == "HS256" and len(key) < MIN_SECRET_BYTES:
        raise ValueError(f"key {kid!r} is shorter than {MIN_SECRET_BYTES} bytes")
    return Key(kid, algorithm, key)


class Tokens:
    """Checks tokens; without keys none is accepted, and none is needed unless `required`."""

    def __init__(
        self, keys: Mapping[str, Key], *, required: bool, audience: str | None, now: Callable[[], float]
    ) -> None:
        self.keys = keys
        self.required = required
        self._audience = audience
        self._now = now

    def identify(self, token: str | None) -> Identity | None:
        """Return whom a token names; None without one. Raises Unauthorized, which never quotes it."""
        if token is None:
            if self.required:
                raise Unauthorized("this server wants a signed login")
            return None
        if len(token) > MAX_TOKEN_CHARS:
            raise Unauthorized("the token is too long")
        try:
            header = jwt.get_unverified_header(token)
            key = self.keys.get(str(header.get("kid")))
            if key is None:
                raise Unauthorized("the token's key is not known")
            claims = jwt.decode(
                token,
                key.key,
                algorithms=[key.algorithm],
                audience=self._audience,
                options={
                    "require": ["sub", "exp"],
                    "verify_exp": False,  # by our own clock, below
                    "verify_nbf": False,
                    "verify_iat": False,
                    "verify_aud": self._audience is not None,
                },
            )
        except jwt.PyJWTError:
            raise Unauthorized("the token is not valid") from None
        return self._identity(claims)

    def _identity(self, claims: dict[str, Any]) -> Identity:
        subject, expires, begins = claims["sub"], claims["exp"], claims.get("nbf", 0)
        if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT_CHARS:
            raise Unauthorized("the token's subject is not valid")
        numbers = (int, float)
        if not isinstance(expires, numbers) or not isinstance(begins, numbers):
            raise Unauthorized("the token's times are not valid")
        if not begins - LEEWAY_SECONDS <= self._now() < expires + LEEWAY_SECONDS:
            raise Unauthorized("the token is not valid at this time")
        name = claims.get("name")
        if name is not None and not isinstance(name, str):
            raise Unauthorized("the token's name is not valid")
        return Identity(subject, name)
