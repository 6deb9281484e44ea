"""Check what a payload is made of: well formed, not too deep, valid UTF-8, known extensions only.

A msgpack value is checked by decoding it in C and dropping the result: that is faster than any scan
in Python, and as strict (docs/decisions/0015-structure-check.md). The bytes themselves travel on.
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, Final, NoReturn, cast

import msgspec

from gameserver.protocol.packets.large import check_large
from gameserver.protocol.packets.model import PacketError

MAX_DEPTH: Final = 32  # containers inside each other, the outermost counted
MAX_CONTAINERS: Final = 32_768  # in a payload over 64 KiB: checking more would keep everybody waiting
MAX_ITEMS: Final = 4_096  # items of one container of a decoded request
MAX_ATTACHMENTS: Final = 10  # Socket.IO v5: binary attachments of one packet

# What the decoders raise on bytes that are no value. RecursionError comes far beyond MAX_DEPTH.
DECODE_ERRORS: Final = (msgspec.DecodeError, ValueError, RecursionError)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# MessagePack: the first bytes of arrays and maps. What is left without all others bounds the depth.
_NO_CONTAINER: Final = bytes(b for b in range(256) if not (0x80 <= b <= 0x9F or 0xDC <= b <= 0xDF))
_CONTAINERS: Final = frozenset((list, dict, tuple))
_WALKED: Final = 256  # containers looked at one by one; beyond, all are taken as text
_SMALL: Final = 8 * 1024  # bytes; beyond, the collector is kept out
_LARGE: Final = 64 * 1024  # bytes; beyond, MAX_CONTAINERS holds
_STRINGS: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"')
_NO_BRACKET: Final = bytes(b for b in range(256) if b not in b"[]{}")
_ONE_KIND: Final = bytes.maketrans(b"{}", b"[]")


def check_extension(code: int, data: memoryview) -> None:
    """Let pass what stock JavaScript clients send: type 0 of one byte (undefined) or eight (a date)."""
    if code != 0 or len(data) not in (1, 8):
        raise PacketError(f"msgpack extension {code} of {len(data)} bytes")


def read_extension(code: int, data: memoryview) -> str | None:
    """Read `undefined` as None and a JavaScript date (milliseconds since 1970) as ISO 8601."""
    check_extension(code, data)
    if len(data) == 1:
        return None
    try:
        return iso8601(_EPOCH + timedelta(milliseconds=int.from_bytes(data, "big", signed=True)))
    except OverflowError:
        raise PacketError("a date outside the years 1 to 9999") from None


def iso8601(moment: datetime) -> str:
    """Write a moment as JavaScript's `toISOString` does, in UTC and whole milliseconds."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


_probe_msgpack = msgspec.msgpack.Decoder(ext_hook=check_extension).decode
_read_msgpack = msgspec.msgpack.Decoder(ext_hook=read_extension).decode
_read_json = msgspec.json.Decoder().decode
_write_json = msgspec.json.Encoder().encode


def check_msgpack(data: bytes) -> None:
    """Raise PacketError unless `data` is exactly one value of allowed structure."""
    if len(data) <= _SMALL:
        _check_msgpack(data)
        return
    collecting = gc.isenabled()
    gc.disable()  # thousands of containers come and go: there is nothing to collect among them
    try:
        if len(data) > _LARGE and len(data.translate(None, _NO_CONTAINER)) > MAX_CONTAINERS:
            check_large(data, max_containers=MAX_CONTAINERS, max_depth=MAX_DEPTH, ext_hook=check_extension)
        else:
            _check_msgpack(data)
    finally:
        if collecting:
            gc.enable()


def _check_msgpack(data: bytes) -> None:
    try:
        value = _probe_msgpack(data)
    except DECODE_ERRORS as error:
        raise PacketError(f"msgpack: {error}") from None
    kind = type(value)
    if (
        (kind is dict or kind is list)
        and len(data.translate(None, _NO_CONTAINER)) > MAX_DEPTH
        and deeper_than(value, MAX_DEPTH)
    ):
        raise PacketError(f"nested deeper than {MAX_DEPTH}")


def check_json(data: bytes) -> None:
    """Raise PacketError if `data`, already known to be well-formed JSON, is nested too deep."""
    if data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return
    brackets = _brackets(data)
    if len(data) > _LARGE and len(brackets) > 2 * MAX_CONTAINERS:
        raise PacketError("too many arrays and maps")
    if _nests_deeper_than(brackets, MAX_DEPTH):
        raise PacketError(f"nested deeper than {MAX_DEPTH}")


def load_msgpack(data: bytes) -> Any:
    """Decode one value as a request may hold it. Raises PacketError."""
    try:
        value = _read_msgpack(data)
    except DECODE_ERRORS as error:
        raise PacketError(f"msgpack: {error}") from None
    return bounded(value, len(data), len(data.translate(None, _NO_CONTAINER)))


def load_json_request(data: bytes) -> Any:
    """Decode one JSON value as a request may hold it. Raises PacketError."""
    return bounded(load_json(data), len(data) // 2, data.count(b"[") + data.count(b"{"))


def load_json(data: bytes) -> Any:
    """Decode one JSON value of any size. Raises PacketError."""
    try:
        return _read_json(data)
    except DECODE_ERRORS:
        return _load_json_as_javascript(data)


def bounded(value: Any, items_at_most: int, depth_at_most: int) -> Any:
    """Return `value` if depth and items are in bounds; the two estimates spare most values the walk."""
    if depth_at_most > MAX_DEPTH and deeper_than(value, MAX_DEPTH):
        raise PacketError(f"nested deeper than {MAX_DEPTH}")
    if items_at_most > MAX_ITEMS and wider_than(value, MAX_ITEMS):
        raise PacketError(f"more than {MAX_ITEMS} items in one container")
    return value


def deeper_than(value: object, limit: int) -> bool:
    """Tell whether containers stand inside each other more than `limit` times.

    Raises PacketError on a value of many containers that has keys other than strings, numbers and bytes.
    """
    level: list[Any] = [value] if type(value) in _CONTAINERS else []
    walked = 0
    for _ in range(limit):
        walked += len(level)
        if walked > _WALKED:
            return _nests_deeper_than(_brackets(_as_text(value)), limit)
        children = list(chain.from_iterable(map(_children, level)))
        if _CONTAINERS.isdisjoint(map(type, children)):
            return False
        level = [child for child in children if type(child) in _CONTAINERS]
    return bool(level)


def wider_than(value: object, limit: int) -> bool:
    """Tell whether any container holds more than `limit` items (a map's pair is one item)."""
    level: list[Any] = [value] if type(value) in _CONTAINERS else []
    while level:
        if any(len(container) > limit for container in level):
            return True
        children = chain.from_iterable(map(_children, level))
        level = [child for child in children if type(child) in _CONTAINERS and child]
    return False


def _children(container: Any) -> Iterable[Any]:
    if type(container) is dict:
        return [*container, *container.values()]  # MessagePack: an array may be a key
    return cast("Iterable[Any]", container)


def _as_text(value: object) -> bytes:
    try:
        return _write_json(value)
    except TypeError:
        raise PacketError("a key that is neither string nor number") from None


def _brackets(text: bytes) -> bytes:
    """Return nothing but the brackets of a JSON text, all of one kind."""
    return _STRINGS.sub(b"", text).translate(_ONE_KIND, _NO_BRACKET)


def _nests_deeper_than(brackets: bytes, limit: int) -> bool:
    """Take the innermost ones away, so often: no step of Python for each container."""
    for _ in range(limit):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"")
    return bool(brackets)


def _load_json_as_javascript(data: bytes) -> Any:
    """Decode what JSON.parse takes and the fast decoder does not: lone surrogates, numbers past a double."""
    try:
        return json.loads(data, parse_int=_integer, parse_constant=refuse_constant)
    except PacketError:
        raise
    except (ValueError, RecursionError) as error:
        raise PacketError(f"JSON: {error}") from None


def _integer(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:  # the interpreter bounds them, so that no client keeps it busy with one number
        raise PacketError(f"JSON: an integer of {len(digits)} digits") from None


def refuse_constant(name: str) -> NoReturn:
    """RFC 8259 section 6: NaN and the infinities are no JSON."""
    raise PacketError(f"JSON: {name}")
