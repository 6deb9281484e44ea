"""Read packets of Socket.IO's default parser: a text with JSON in it, then its binary attachments."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from gameserver.protocol.packets.convert import msgpack_from_json, placeholders, restore
from gameserver.protocol.packets.model import (
    ACK,
    BINARY_ACK,
    BINARY_EVENT,
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
from gameserver.protocol.packets.structure import (
    DECODE_ERRORS,
    MAX_ATTACHMENTS,
    bounded,
    check_json,
    load_json,
    load_json_request,
    refuse_constant,
)

# Socket.IO v5: <type>[<attachments>-][<namespace>,][<ack id>][<JSON>]; at the end a namespace needs no comma.
_HEADER: Final = re.compile(rb"([0-6])(?:(\d{1,10})-)?(?:(/[^,]*)(?:,|\Z))?(\d{1,16})?")

_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_text = msgspec.json.Decoder(str).decode
_whole = json.JSONDecoder(parse_constant=refuse_constant)
_NOTHING: Final[tuple[bytes, ...]] = ()


class JsonRaw:
    """One argument of a JSON packet and the attachments that belong to it."""

    __slots__ = ("_attachments", "_json", "_msgpack", "size")

    def __init__(self, data: bytes, attachments: tuple[bytes, ...] = ()) -> None:
        self._json = data
        self._attachments = attachments
        self._msgpack: bytes | None = None
        self.size = len(data) + sum(map(len, attachments)) if attachments else len(data)

    @property
    def is_text(self) -> bool:
        return self._json.lstrip()[:1] == b'"'

    def msgpack(self) -> bytes:
        if self._msgpack is None:
            self._msgpack = msgpack_from_json(self._json, self._attachments)
        return self._msgpack

    def json(self) -> bytes:
        return self._json

    def attachments(self) -> tuple[bytes, ...]:
        return self._attachments


class _Arguments:
    """A list of JSON values and the attachments all of them share."""

    __slots__ = ("_attachments", "_checked", "_data", "size")

    def __init__(self, data: list[bytes], attachments: tuple[bytes, ...], size: int) -> None:
        self.size = size
        self._data = data
        self._attachments = attachments
        self._checked = not attachments

    def _load(self, index: int) -> Any:
        value = load_json_request(self._data[index])
        if not self._attachments:
            return value
        self._check_placeholders()
        return restore(value, self._attachments)

    def _check_placeholders(self) -> None:
        """Every attachment has its one placeholder, as in whatever a stock encoder takes apart."""
        if not self._checked:
            found: list[int] = []
            for data in self._data:
                placeholders(bounded(load_json(data), 0, len(data)), found)
            if sorted(found) != list(range(len(self._attachments))):
                raise PacketError("placeholders and attachments don't match")
            self._checked = True


class JsonEvent(_Arguments):
    """An EVENT or BINARY_EVENT in JSON."""

    __slots__ = ("ack_id", "count", "name", "namespace")

    def __init__(
        self,
        namespace: str,
        ack_id: int | None,
        data: list[bytes],
        attachments: tuple[bytes, ...],
        size: int,
    ) -> None:
        super().__init__(data, attachments, size)
        self.name = _name(data)
        self.namespace = namespace
        self.ack_id = ack_id
        self.count = len(data) - 1

    def args(self) -> list[Any]:
        return [self._load(index) for index in range(1, self.count + 1)]

    def arg(self, index: int) -> Any:
        return self._load(index + 1)

    def raw(self, index: int) -> JsonRaw:
        data = self._data[index + 1]
        check_json(data)
        if not self._attachments:
            return JsonRaw(data)
        self._check_placeholders()
        own: list[int] = []
        value = load_json(data)
        placeholders(value, own)
        if own == list(range(len(own))):
            return JsonRaw(data, self._attachments[: len(own)])
        order = {number: position for position, number in enumerate(own)}
        return JsonRaw(renumbered(value, order), tuple(self._attachments[number] for number in own))


class JsonAck(_Arguments):
    """An ACK or BINARY_ACK in JSON."""

    __slots__ = ("ack_id", "namespace")

    def __init__(
        self, namespace: str, ack_id: int, data: list[bytes], attachments: tuple[bytes, ...], size: int
    ) -> None:
        super().__init__(data, attachments, size)
        self.namespace = namespace
        self.ack_id = ack_id

    def args(self) -> list[Any]:
        return [self._load(index) for index in range(len(self._data))]


class Incomplete:
    """A BINARY_EVENT or BINARY_ACK whose attachments are still to come."""

    __slots__ = ("_ack_id", "_attachments", "_data", "_event", "_missing", "_namespace", "_size")

    def __init__(
        self, event: bool, count: int, namespace: str, ack_id: int | None, data: list[bytes], size: int
    ) -> None:
        if not 1 <= count <= MAX_ATTACHMENTS:
            raise PacketError(f"{count} attachments announced")
        if event:
            _name(data)
        self._event = event
        self._missing = count
        self._namespace = namespace
        self._ack_id = ack_id
        self._data = data
        self._size = size
        self._attachments: list[bytes] = []

    @property
    def size(self) -> int:
        """Bytes held so far."""
        return self._size

    def add(self, attachment: bytes) -> JsonEvent | JsonAck | None:
        """Take the next attachment; returns the packet with the last one."""
        self._attachments.append(attachment)
        self._size += len(attachment)
        if len(self._attachments) < self._missing:
            return None
        attachments = tuple(self._attachments)
        if self._event:
            return JsonEvent(self._namespace, self._ack_id, self._data, attachments, self._size)
        assert self._ack_id is not None
        return JsonAck(self._namespace, self._ack_id, self._data, attachments, self._size)


def parse_json(message: bytes) -> JsonEvent | JsonAck | Connect | Disconnect | Incomplete:
    """Read one text message, UTF-8 and without Engine.IO's `4`, as a packet a client may send.

    Raises PacketError.
    """
    if message[:2] == b"2[":
        return JsonEvent("/", None, _split(message[1:]), _NOTHING, len(message))
    header = _HEADER.match(message)
    if header is None:
        raise PacketError("no packet type")
    kind = message[0] - 0x30
    count, nsp, id_text = header.group(2, 3, 4)
    namespace = clean_namespace(nsp.decode()) if nsp else "/"
    ack_id = clean_ack_id(int(id_text)) if id_text else None
    body = message[header.end() :]
    if (count is not None) != (kind in (BINARY_EVENT, BINARY_ACK)):
        raise PacketError("attachments announced for a packet that has none, or not announced")
    if kind == EVENT:
        return JsonEvent(namespace, ack_id, _split(body), _NOTHING, len(message))
    if kind == ACK and ack_id is not None:
        return JsonAck(namespace, ack_id, _split(body), _NOTHING, len(message))
    if kind == BINARY_EVENT or (kind == BINARY_ACK and ack_id is not None):
        return Incomplete(kind == BINARY_EVENT, int(count), namespace, ack_id, _split(body), len(message))
    if kind == CONNECT and ack_id is None:
        auth = load_json_request(body) if body else None
        if not body or isinstance(auth, dict):
            return Connect(namespace, auth)
    if kind == DISCONNECT and ack_id is None and not body:
        return Disconnect(namespace)
    raise PacketError(f"packet of type {kind} with wrong data")


def _split(body: bytes) -> list[bytes]:
    """Take a JSON list apart without decoding its items."""
    try:
        return [bytes(item) for item in _list(body)]
    except DECODE_ERRORS:
        return _split_as_javascript(body)


def _split_as_javascript(body: bytes) -> list[bytes]:
    """Take a list apart that JSON.parse accepts and the fast decoder does not: lone surrogates."""
    try:
        text = body.decode()
        if type(_whole.decode(text)) is not list:
            raise PacketError("the data of an event or ack must be a list")
        items: list[bytes] = []
        at = _skip_space(text, text.index("[") + 1)
        while text[at] != "]":
            _, end = _whole.raw_decode(text, at)
            items.append(text[at:end].encode())
            at = _skip_space(text, end)
            if text[at] == ",":
                at = _skip_space(text, at + 1)
    except (ValueError, RecursionError) as error:
        raise PacketError(f"JSON: {error}") from None
    return items


def _skip_space(text: str, at: int) -> int:
    while text[at] in " \t\n\r":
        at += 1
    return at


def _name(data: Sequence[bytes]) -> str:
    try:
        name = _text(data[0])
    except IndexError:
        raise PacketError("event without a name") from None
    except DECODE_ERRORS:
        return clean_name(load_json(data[0]))
    return name if len(name) <= MAX_NAME_BYTES else clean_name(name)


def renumbered(value: Any, order: Mapping[int, int]) -> bytes:
    """Encode a value anew with its placeholders numbered otherwise: it came with others beside it."""

    def renumber(child: Any) -> Any:
        if type(child) is dict:
            if child.get("_placeholder"):
                return {"_placeholder": True, "num": order[child["num"]]}
            return {key: renumber(inner) for key, inner in child.items()}
        if type(child) is list:
            return [renumber(inner) for inner in child]
        return child

    return json.dumps(renumber(value), separators=(",", ":")).encode()
