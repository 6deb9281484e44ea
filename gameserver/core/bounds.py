"""The bounds of what a client may say in words and in metadata (PROTOCOL, Figures)."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from gameserver.core.errors import BadRequest, NameInvalid
from gameserver.core.limits import Limits

DEPTH = 32  # the same as for relayed payloads
LEAST_INTEGER, LARGEST_INTEGER = -(2**63), 2**64 - 1  # what msgpack can carry

# Unicode Standard Annex 9: embeddings, overrides and isolates; a name that holds one turns what stands
# behind it in a list. The marks (LRM, RLM) and the joiners of scripts and emoji are welcome.
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def title(text: str, limits: Limits) -> str:
    """Return the title trimmed."""
    return _visible("title", _words("title", text.strip(), 1, limits.title_chars))


def description(text: str, limits: Limits) -> str:
    """Return the description trimmed."""
    return _words("description", text.strip(), 0, limits.description_chars)


def name(text: str, limits: Limits) -> str:
    """Return the login name trimmed."""
    try:
        return _visible("name", _words("name", text.strip(), 1, limits.name_chars))
    except BadRequest as refusal:
        raise NameInvalid(str(refusal)) from None


def reason(text: str | None, limits: Limits) -> str | None:
    """Return the reason of a kick trimmed."""
    return None if text is None else _words("reason", text.strip(), 0, limits.reason_chars)


def password(text: str | None, limits: Limits) -> str | None:
    """Return the password as it is: spaces count."""
    return None if text is None else _words("password", text, 1, limits.password_chars)


def seats(wanted: int | None, limits: Limits, *, taken: int = 1) -> int:
    """Return how many seats the room has: as many as wanted, or the usual number."""
    if wanted is None:
        return max(limits.max_players, taken)
    if not 1 <= wanted <= limits.max_players_bound:
        raise BadRequest(f"max_players must be 1 to {limits.max_players_bound}")
    if wanted < taken:
        raise BadRequest(f"max_players is below the {taken} seats taken")
    return wanted


def milliseconds(name: str, value: float | None) -> float | None:
    """Return a duration that a request may carry."""
    if value is not None and (not math.isfinite(value) or value < 0):
        raise BadRequest(f"{name} must be a number of milliseconds, 0 or more")
    return value


def metadata(value: Any, limits: Limits) -> Any:
    """Return the metadata: what JSON can say, its compact form within the bound."""
    _plain("metadata", value, binary=False)
    size = len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
    if size > limits.metadata_bytes:
        raise BadRequest(f"metadata takes {size} bytes, the bound is {limits.metadata_bytes}")
    return value


def options(value: Any) -> Any:
    """Return what is passed on as it is: anything that both parsers can carry."""
    _plain("options", value, binary=True)
    return value


def _words(field: str, text: str, least: int, most: int) -> str:
    if not least <= len(text) <= most:
        raise BadRequest(f"{field} must be {least} to {most} characters")
    # Cc are the control characters; Cs, lone surrogates, have no UTF-8 form; Zl and Zp break the line.
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in text):
        raise BadRequest(f"{field} holds control characters")
    if not _TURNS.isdisjoint(text):
        raise BadRequest(f"{field} holds characters that turn the direction of text")
    return text


def _visible(field: str, text: str) -> str:
    """Refuse what others would see as nothing at all."""
    if text and all(unicodedata.category(character)[0] in "CZ" for character in text):
        raise BadRequest(f"{field} holds no visible character")
    return text


def _plain(field: str, value: Any, *, binary: bool, depth: int = 0) -> None:
    """Refuse what cannot be written to every client: depth, huge integers, NaN, text that is none."""
    if depth > DEPTH:
        raise BadRequest(f"{field} is nested deeper than {DEPTH}")
    match value:
        case None | bool():
            pass
        case int():
            if not LEAST_INTEGER <= value <= LARGEST_INTEGER:
                raise BadRequest(f"{field} holds an integer of more than 64 bits")
        case float():
            if not math.isfinite(value):
                raise BadRequest(f"{field} holds a number that is not finite")
        case str():
            if any("\ud800" <= character <= "\udfff" for character in value):
                raise BadRequest(f"{field} holds text that is not valid Unicode")
        case bytes() | bytearray() | memoryview() if binary:
            pass
        case Mapping():
            for key, item in value.items():
                if not isinstance(key, str):
                    raise BadRequest(f"{field} holds a key that is not text")
                _plain(field, key, binary=binary, depth=depth + 1)
                _plain(field, item, binary=binary, depth=depth + 1)
        case Sequence() if not isinstance(value, bytes | bytearray | memoryview):
            for item in value:
                _plain(field, item, binary=binary, depth=depth + 1)
        case _:
            raise BadRequest(f"{field} holds what cannot be passed on: {type(value).__name__}")
