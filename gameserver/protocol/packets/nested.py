"""A value of the server's own with payloads inside, spliced like a payload itself."""

from __future__ import annotations

from typing import Any, Final

from gameserver.protocol.packets.attachments import Attachments
from gameserver.protocol.packets.convert import encode_json, encode_msgpack
from gameserver.protocol.packets.model import Raw

_SCALARS: Final = (str, int, float, bool, type(None))


class Nested:
    """Dicts with string keys, lists and scalars around `Raw` payloads, which are never decoded for msgpack.

    In JSON the attachments of all payloads are numbered through; only a payload with binary parts that
    isn't the first such is read for it. More than ten attachments raise PacketError.
    """

    __slots__ = ("_attachments", "_json", "_msgpack", "_value")

    def __init__(self, value: object) -> None:
        self._value = value
        self._msgpack: bytes | None = None
        self._json: bytes | None = None
        self._attachments: tuple[bytes, ...] = ()

    @property
    def size(self) -> int:
        return len(self.msgpack())

    @property
    def is_text(self) -> bool:
        return False

    def msgpack(self) -> bytes:
        if self._msgpack is None:
            parts: list[bytes] = []
            _pack(self._value, parts)
            self._msgpack = b"".join(parts)
        return self._msgpack

    def json(self) -> bytes:
        if self._json is None:
            parts: list[bytes] = []
            attachments = Attachments()
            _write(self._value, parts, attachments)
            self._json, self._attachments = b"".join(parts), attachments.checked()
        return self._json

    def attachments(self) -> tuple[bytes, ...]:
        self.json()
        return self._attachments


def _pack(value: Any, parts: list[bytes]) -> None:
    if isinstance(value, dict):
        parts.append(_msgpack_size(len(value), 0x80, b"\xde"))
        for key, child in value.items():
            parts.append(encode_msgpack(key))
            _pack(child, parts)
    elif isinstance(value, (list, tuple)):
        parts.append(_msgpack_size(len(value), 0x90, b"\xdc"))
        for child in value:
            _pack(child, parts)
    elif isinstance(value, _SCALARS):
        parts.append(encode_msgpack(value))
    else:
        raw: Raw = value
        parts.append(raw.msgpack())


def _msgpack_size(count: int, small: int, large: bytes) -> bytes:
    """The head of a map or an array (MessagePack: fix, 16 and 32 forms)."""
    if count < 16:
        return bytes((small | count,))
    if count < 65_536:
        return large + count.to_bytes(2, "big")
    return bytes((large[0] + 1,)) + count.to_bytes(4, "big")


def _write(value: Any, parts: list[bytes], attachments: Attachments) -> None:
    if isinstance(value, dict):
        parts.append(b"{")
        for position, (key, child) in enumerate(value.items()):
            parts.append(b"," if position else b"")
            parts.append(encode_json(key, b"")[0] + b":")
            _write(child, parts, attachments)
        parts.append(b"}")
    elif isinstance(value, (list, tuple)):
        parts.append(b"[")
        for position, child in enumerate(value):
            parts.append(b"," if position else b"")
            _write(child, parts, attachments)
        parts.append(b"]")
    elif isinstance(value, _SCALARS):
        parts.append(encode_json(value, b"")[0])
    else:
        parts.append(attachments.text_of(value))
