"""Turn frozen values into bytes and back, with a version in front."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import msgspec

from gameserver.ports import StorageError

T = TypeVar("T")
Upgrade = Callable[[dict[str, Any]], dict[str, Any]]


class RecordError(StorageError):
    """Stored bytes that are no value of the kind they are stored under; the text names kind and reason."""


class Codec(Generic[T]):
    """The bytes of one kind of record: one byte of version (1 to 255), then the fields by name in msgpack.

    A field with a default may be added, and any field dropped, without a new version. For any other
    change the version grows by one, and `upgrades` says for each older version that can still be read
    how its fields become those of the next one.
    """

    def __init__(
        self, kind: str, type_: type[T], version: int = 1, upgrades: Mapping[int, Upgrade] | None = None
    ) -> None:
        if not 1 <= version <= 255:
            raise ValueError("a version is a number from 1 to 255")
        self.kind = kind
        self._type = type_
        self._version = version
        self._mark = bytes([version])
        self._upgrades = upgrades or {}
        self._oldest = version
        while self._oldest - 1 in self._upgrades:
            self._oldest -= 1
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(type_)

    def encode(self, value: T) -> bytes:
        """Return the bytes to store."""
        return self._mark + self._encoder.encode(value)

    def decode(self, stored: bytes) -> T:
        """Return the value that was stored. Raises RecordError."""
        if not stored:
            raise RecordError(f"a stored {self.kind} is empty")
        version, body = stored[0], memoryview(stored)[1:]
        if not self._oldest <= version <= self._version:
            raise RecordError(
                f"a stored {self.kind} has version {version}; "
                f"this server reads {self._oldest} to {self._version}"
            )
        try:
            if version == self._version:
                return self._decoder.decode(body)
            fields = msgspec.msgpack.decode(body, type=dict[str, Any])
            for older in range(version, self._version):
                fields = self._upgrades[older](fields)
            return msgspec.convert(fields, self._type)
        except msgspec.DecodeError as error:
            raise RecordError(f"a stored {self.kind} cannot be read: {error}") from None
