"""Carry values from the one parser to the other, and the server's own values to both."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from gameserver.protocol.packets.model import PacketError
from gameserver.protocol.packets.structure import (
    DECODE_ERRORS,
    MAX_ATTACHMENTS,
    load_json,
    read_extension,
)

# MessagePack: the first bytes of bin 8, 16 and 32. All others are deleted; nothing left means nothing binary.
_NO_BINARY: Final = bytes(b for b in range(256) if not 0xC4 <= b <= 0xC6)
_BINARY: Final = (bytes, bytearray, memoryview)

_read_msgpack = msgspec.msgpack.Decoder(ext_hook=read_extension).decode
_write_json = msgspec.json.Encoder().encode
_write_msgpack = msgspec.msgpack.Encoder().encode


def json_from_msgpack(data: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    """Return a checked msgpack value as JSON and the attachments that its placeholders stand for.

    Raises PacketError on what JSON can't express: more than ten binary parts, keys that are neither
    strings nor numbers, dates beyond the year 9999, a map that would pass for a placeholder.
    """
    try:
        return encode_json(_read_msgpack(data), data)
    except (*DECODE_ERRORS, TypeError) as error:
        raise PacketError(f"not expressible in JSON: {error}") from None


def msgpack_from_json(data: bytes, attachments: Sequence[bytes]) -> bytes:
    """Return a checked JSON value in msgpack, its placeholders replaced by what they stand for.

    Raises PacketError on what msgpack can't express: a string with half of a surrogate pair.
    """
    value = load_json(data)
    if attachments:
        value = restore(value, attachments)
    try:
        try:
            return _write_msgpack(value)
        except OverflowError:
            return _write_msgpack(_as_doubles(value))
    except (ValueError, OverflowError) as error:
        raise PacketError(f"not expressible in msgpack: {error}") from None


def encode_msgpack(value: object) -> bytes:
    """Encode a value of the server's own. Raises TypeError, ValueError or OverflowError."""
    return _write_msgpack(value)


def encode_json(value: object, packed: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    """Encode a value whose msgpack form is `packed`, its binary parts taken out as placeholders."""
    if not packed.translate(None, _NO_BINARY):
        return _write_json(value), ()
    attachments: list[bytes] = []
    builtins = msgspec.to_builtins(value, builtin_types=_BINARY)
    plain = _take_out(builtins, attachments)
    if len(attachments) > MAX_ATTACHMENTS:
        raise PacketError(f"more than {MAX_ATTACHMENTS} binary parts")
    if attachments and has_placeholder(builtins):
        raise PacketError("a map that would pass for a placeholder")
    return _write_json(plain), tuple(attachments)


def _take_out(value: Any, attachments: list[bytes]) -> Any:
    if isinstance(value, _BINARY):
        attachments.append(bytes(value))
        return {"_placeholder": True, "num": len(attachments) - 1}
    if isinstance(value, dict):
        if any(isinstance(key, _BINARY) for key in value):
            raise PacketError("not expressible in JSON: a binary key")
        return {key: _take_out(child, attachments) for key, child in value.items()}
    if isinstance(value, (list, tuple)):
        return [_take_out(child, attachments) for child in value]
    return value


def has_placeholder(value: Any) -> bool:
    """Tell whether a client's JSON parser would take anything in this value for a placeholder."""
    if isinstance(value, dict):
        return bool(value.get("_placeholder")) or any(map(has_placeholder, value.values()))
    return isinstance(value, (list, tuple)) and any(map(has_placeholder, value))


def placeholders(value: Any, found: list[int]) -> None:
    """Collect the numbers of all placeholders in a decoded JSON value. Raises PacketError on a false one."""
    if type(value) is dict:
        if value.get("_placeholder"):
            number = value.get("num")
            if value["_placeholder"] is not True or type(number) is not int:
                raise PacketError("a placeholder without its number")
            found.append(number)
        else:
            for child in value.values():
                placeholders(child, found)
    elif type(value) is list:
        for child in value:
            placeholders(child, found)


def restore(value: Any, attachments: Sequence[bytes]) -> Any:
    """Replace the placeholders, known to be right, by the attachments they stand for."""
    if type(value) is dict:
        if value.get("_placeholder"):
            return attachments[value["num"]]
        return {key: restore(child, attachments) for key, child in value.items()}
    if type(value) is list:
        return [restore(child, attachments) for child in value]
    return value


def _as_doubles(value: Any) -> Any:
    """Turn integers beyond 64 bits into doubles, which is what JavaScript takes them for."""
    if type(value) is int:
        try:
            return value if -(2**63) <= value < 2**64 else float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    if type(value) is dict:
        return {key: _as_doubles(child) for key, child in value.items()}
    if type(value) is list:
        return [_as_doubles(child) for child in value]
    return value
