"""Read packets of socket.io-msgpack-parser: one msgpack map each, its arguments left as they came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from gameserver.protocol.packets.convert import json_from_msgpack
from gameserver.protocol.packets.model import (
    ACK,
    CONNECT,
    DISCONNECT,
    EVENT,
    MAX_NAME_BYTES,
    Connect,
    Disconnect,
    PacketError,
    clean_ack_id,
    clean_name,
    clean_namespace,
)
from gameserver.protocol.packets.structure import DECODE_ERRORS, check_msgpack, load_msgpack


class _Envelope(msgspec.Struct, gc=False):
    """An EVENT or ACK; keys a client adds (`options`) are passed over."""

    type: int
    nsp: str
    data: list[msgspec.Raw]
    id: int | None = None


class _Other(msgspec.Struct, gc=False):
    """Any packet."""

    type: int
    nsp: str | None = None
    data: msgspec.Raw = msgspec.Raw()
    id: int | None = None


_envelope = msgspec.msgpack.Decoder(_Envelope).decode
_other = msgspec.msgpack.Decoder(_Other).decode
_text = msgspec.msgpack.Decoder(str).decode


# MessagePack: the first bytes of strings, and of the extensions that may be dates, which JSON writes as text.
_TEXTS = frozenset((*range(0xA0, 0xC0), 0xD9, 0xDA, 0xDB, 0xC7, 0xC8, 0xC9, *range(0xD4, 0xD9)))


class MsgpackRaw:
    """One argument of a msgpack packet."""

    __slots__ = ("_attachments", "_json", "_msgpack", "size")

    def __init__(self, data: bytes) -> None:
        self._msgpack = data
        self._json: bytes | None = None
        self._attachments: tuple[bytes, ...] = ()
        self.size = len(data)

    @property
    def is_text(self) -> bool:
        return self._msgpack[0] in _TEXTS

    def msgpack(self) -> bytes:
        return self._msgpack

    def json(self) -> bytes:
        if self._json is None:
            self._json, self._attachments = json_from_msgpack(self._msgpack)
        return self._json

    def attachments(self) -> tuple[bytes, ...]:
        self.json()
        return self._attachments


class MsgpackEvent:
    """An EVENT in msgpack."""

    __slots__ = ("_data", "ack_id", "count", "name", "namespace", "size")

    def __init__(
        self, name: str, namespace: str, ack_id: int | None, data: list[msgspec.Raw], size: int
    ) -> None:
        self.name = name
        self.namespace = namespace
        self.ack_id = ack_id
        self.count = len(data) - 1
        self.size = size
        self._data = data

    def args(self) -> list[Any]:
        return [load_msgpack(bytes(raw)) for raw in self._data[1:]]

    def arg(self, index: int) -> Any:
        return load_msgpack(bytes(self._data[index + 1]))

    def raw(self, index: int) -> MsgpackRaw:
        data = bytes(self._data[index + 1])
        check_msgpack(data)
        return MsgpackRaw(data)


class MsgpackAck:
    """An ACK in msgpack."""

    __slots__ = ("_data", "ack_id", "namespace", "size")

    def __init__(self, namespace: str, ack_id: int, data: list[msgspec.Raw], size: int) -> None:
        self.namespace = namespace
        self.ack_id = ack_id
        self.size = size
        self._data = data

    def args(self) -> list[Any]:
        return [load_msgpack(bytes(raw)) for raw in self._data]


def parse_msgpack(message: bytes) -> MsgpackEvent | MsgpackAck | Connect | Disconnect:
    """Read one binary message as a packet a client may send. Raises PacketError."""
    try:
        envelope = _envelope(message)
    except DECODE_ERRORS:
        return _parse_other(message)
    data = envelope.data
    ack_id = envelope.id
    namespace = envelope.nsp
    if namespace != "/":
        namespace = clean_namespace(namespace)
    if ack_id is not None:
        clean_ack_id(ack_id)
    if envelope.type == EVENT:
        return MsgpackEvent(_name(data), namespace, ack_id, data, len(message))
    if envelope.type == ACK and ack_id is not None:
        return MsgpackAck(namespace, ack_id, data, len(message))
    raise PacketError(f"msgpack packet of type {envelope.type} with a list as data")


def _name(data: list[msgspec.Raw]) -> str:
    try:
        name = _text(data[0])
    except IndexError:
        raise PacketError("event without a name") from None
    except DECODE_ERRORS:
        return clean_name(load_msgpack(bytes(data[0])))
    return name if len(name) <= MAX_NAME_BYTES else clean_name(name)


def _parse_other(message: bytes) -> Connect | Disconnect:
    try:
        packet = _other(message)
    except DECODE_ERRORS as error:
        raise PacketError(f"msgpack packet: {error}") from None
    namespace = clean_namespace(packet.nsp or "/")
    data = load_msgpack(bytes(packet.data)) if bytes(packet.data) else None
    if packet.type == CONNECT and (data is None or isinstance(data, dict)):
        return Connect(namespace, cast("Mapping[str, Any] | None", data))
    if packet.type == DISCONNECT and data is None:
        return Disconnect(namespace)
    raise PacketError(f"msgpack packet of type {packet.type} with wrong data")
