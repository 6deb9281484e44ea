"""Packets to send: each form of one is built when the first recipient needs it, and then reused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final, cast

from gameserver.protocol.packets.attachments import Attachments
from gameserver.protocol.packets.convert import encode_json, encode_msgpack
from gameserver.protocol.packets.framing import json_frames, json_packets, msgpack_frame, msgpack_packet
from gameserver.protocol.packets.model import (
    ACK,
    BINARY_ACK,
    BINARY_EVENT,
    CONNECT,
    CONNECT_ERROR,
    DISCONNECT,
    EVENT,
    Raw,
)

_BINARY_KIND: Final = {EVENT: BINARY_EVENT, ACK: BINARY_ACK}
_KINDS: Final = tuple(encode_msgpack(kind) for kind in range(7))  # Socket.IO v5: CONNECT to BINARY_ACK
_FIRSTS: Final = tuple(b"\x83\xa4type" + kind + b"\xa4data" for kind in _KINDS)  # of a packet without an id
_HEADS_KEPT: Final = 1_024  # of (event name, arguments); an application has far fewer names


class Literal:
    """A value of the server's own, encoded once per parser however many packets carry it."""

    __slots__ = ("_attachments", "_json", "_msgpack", "_value")

    def __init__(self, value: object) -> None:
        self._value = value
        self._msgpack = encode_msgpack(value)
        self._json: bytes | None = None
        self._attachments: tuple[bytes, ...] = ()

    @property
    def size(self) -> int:
        return len(self._msgpack)

    @property
    def is_text(self) -> bool:
        return isinstance(self._value, str)

    def msgpack(self) -> bytes:
        return self._msgpack

    def json(self) -> bytes:
        if self._json is None:
            self._json, self._attachments = encode_json(self._value, self._msgpack)
        return self._json

    def attachments(self) -> tuple[bytes, ...]:
        self.json()
        return self._attachments


class Outgoing:
    """One packet, whoever receives it. Four forms are built at most: two parsers, two transports.

    Reading a form builds it the first time. That raises PacketError where the packet can't be expressed
    in the parser, which only a relayed payload or more than ten binary parts bring about; `check` finds
    it out beforehand. The values given to a packet must not change afterwards.
    """

    __slots__ = (
        "_id",
        "_kind",
        "_values",
        "json_form",
        "json_frame",
        "msgpack_form",
        "msgpack_frame",
        "namespace",
    )

    msgpack_frame: bytes  # the WebSocket frame of a msgpack client, ready to write
    json_frame: bytes  # the frames of a JSON client: a text and its attachments
    msgpack_form: bytes  # the packet within a polling payload (Engine.IO v4) of a msgpack client
    json_form: bytes  # the same of a JSON client

    def __init__(self, kind: int, namespace: str, values: object = None, ack_id: int | None = None) -> None:
        self.namespace = namespace
        self._kind = kind
        self._values = values
        self._id = ack_id

    def __getattr__(self, form: str) -> bytes:
        """Build a form: Python asks here for a slot that has not been set."""
        build = _FORMS.get(form)
        if build is None:
            raise AttributeError(form)
        built = build(self)
        setattr(self, form, built)
        return built

    @staticmethod
    def event(name: str, *args: object, namespace: str = "/", ack_id: int | None = None) -> Outgoing:
        """Return an EVENT; `ack_id` asks the client for an answer."""
        return Outgoing(EVENT, namespace, [name, *args], ack_id)

    @staticmethod
    def relay(
        name: str,
        payload: Raw,
        *,
        before: Iterable[object] = (),
        after: Iterable[object] = (),
        namespace: str = "/",
    ) -> Outgoing:
        """Return an EVENT that passes a payload on, own arguments (or `Raw` ones) before and after it."""
        return _Relayed(name, (*map(_raw, before), payload, *map(_raw, after)), namespace)

    @staticmethod
    def spliced(name: str, *parts: Raw) -> Outgoing:
        """Return an EVENT at `/` of these arguments: what `relay` does, without a look at each of them."""
        return _Relayed(name, parts, "/")

    @staticmethod
    def ack(ack_id: int, *args: object, namespace: str = "/") -> Outgoing:
        """Return the answer to an event that carried this ack id."""
        return Outgoing(ACK, namespace, list(args), ack_id)

    @staticmethod
    def connect(sid: str, extra: Mapping[str, object] | None = None, *, namespace: str = "/") -> Outgoing:
        """Return the answer to a CONNECT: welcome, as `sid`."""
        return Outgoing(CONNECT, namespace, {"sid": sid, **(extra or {})})

    @staticmethod
    def connect_error(message: str, data: object = None, *, namespace: str = "/") -> Outgoing:
        """Return the answer to a CONNECT: refused. Clients show `message` as their error's."""
        values = {"message": message} if data is None else {"message": message, "data": data}
        return Outgoing(CONNECT_ERROR, namespace, values)

    @staticmethod
    def disconnect(*, namespace: str = "/") -> Outgoing:
        """Return a DISCONNECT: a stock client stays away until it is told to connect again."""
        return Outgoing(DISCONNECT, namespace)

    def check(self) -> None:
        """Raise PacketError unless clients of both parsers can be sent this."""
        self._msgpack_parts()
        self._json_data()

    def _msgpack_parts(self) -> list[bytes]:
        kind = _KINDS[self._kind]
        tail = ROOT_TAIL if self.namespace == "/" else _msgpack_tail(self.namespace)
        if self._values is None:
            # JavaScript clients take `data: nil` of a DISCONNECT for a broken packet, so there is no key.
            return [b"\x82\xa4type", kind, tail]
        data = encode_msgpack(self._values)
        if self._id is None:
            return [b"\x83\xa4type", kind, b"\xa4data", data, tail]
        return [b"\x84\xa4type", kind, b"\xa4data", data, b"\xa2id", encode_msgpack(self._id), tail]

    def _json_data(self) -> tuple[bytes, tuple[bytes, ...]]:
        if self._values is None:
            return b"", ()
        return encode_json(self._values, encode_msgpack(self._values))

    def _json_text(self) -> tuple[bytes, tuple[bytes, ...]]:
        """Engine.IO's `4`, the packet's text, and its attachments."""
        data, attachments = self._json_data()
        if not attachments and self._id is None and self.namespace == "/":
            return b"4%d" % self._kind + data, attachments
        kind = _BINARY_KIND[self._kind] if attachments else self._kind
        count = f"{len(attachments)}-" if attachments else ""
        namespace = "" if self.namespace == "/" else f"{self.namespace},"
        ack_id = "" if self._id is None else self._id
        return f"4{kind}{count}{namespace}{ack_id}".encode() + data, attachments


class _Relayed(Outgoing):
    """An EVENT spliced from bytes."""

    __slots__ = ("_name", "_parts")

    _kind = EVENT
    _id = None

    def __init__(self, name: str, parts: tuple[Raw, ...], namespace: str) -> None:
        self.namespace = namespace
        self._name = name
        self._parts = parts

    def __getattr__(self, form: str) -> bytes:
        if form == "json_frame":
            self.json_frame = frame = json_frames(*self._json_text())
            return frame
        if form != "msgpack_frame" or self.namespace != "/":
            return super().__getattr__(form)
        # The hot path: a payload alone, or behind its sender's id, takes one join and no loop.
        parts = self._parts
        count = len(parts)
        head = msgpack_head(self._name, count)
        if count == 2:
            frame = msgpack_frame((head, parts[0].msgpack(), parts[1].msgpack(), ROOT_TAIL))
        elif count == 1:
            frame = msgpack_frame((head, parts[0].msgpack(), ROOT_TAIL))
        else:
            frame = msgpack_frame((head, *[part.msgpack() for part in parts], ROOT_TAIL))
        self.msgpack_frame = frame
        return frame

    def _msgpack_parts(self) -> list[bytes]:
        parts = self._parts
        return [
            msgpack_head(self._name, len(parts)),
            *[part.msgpack() for part in parts],
            _msgpack_tail(self.namespace),
        ]

    def _json_data(self) -> tuple[bytes, tuple[bytes, ...]]:
        parts = self._parts
        texts = [_json_name(self._name)]
        binary = False
        for part in parts:
            texts.append(part.json())
            binary = binary or part.attachments() != ()
        if not binary:
            return b"[%b]" % b",".join(texts), ()
        gathered = Attachments()
        texts[1:] = [gathered.text_of(part) for part in parts]
        return b"[%b]" % b",".join(texts), gathered.checked()


def _msgpack_frame(packet: Outgoing) -> bytes:
    if packet.namespace != "/" or packet._id is not None or packet._values is None:
        return msgpack_frame(packet._msgpack_parts())
    return msgpack_frame((_FIRSTS[packet._kind], encode_msgpack(packet._values), ROOT_TAIL))


_FORMS: Final[Mapping[str, Callable[[Outgoing], bytes]]] = {
    "msgpack_frame": _msgpack_frame,
    "json_frame": lambda packet: json_frames(*packet._json_text()),
    "msgpack_form": lambda packet: msgpack_packet(packet._msgpack_parts()),
    "json_form": lambda packet: json_packets(*packet._json_text()),
}


def _raw(value: object) -> Raw:
    return cast("Raw", value) if hasattr(value, "msgpack") else Literal(value)


@lru_cache(_HEADS_KEPT)
def msgpack_head(name: str, arguments: int) -> bytes:
    """An EVENT's map up to its first argument."""
    count = arguments + 1
    size = bytes((0x90 | count,)) if count < 16 else b"\xdc" + count.to_bytes(2, "big")
    return b"\x83\xa4type\x02\xa4data" + size + encode_msgpack(name)


@lru_cache(_HEADS_KEPT)
def _msgpack_tail(namespace: str) -> bytes:
    return b"\xa3nsp" + encode_msgpack(namespace)


@lru_cache(_HEADS_KEPT)
def _json_name(name: str) -> bytes:
    return encode_json(name, b"")[0]


ROOT_TAIL: Final = _msgpack_tail("/")
