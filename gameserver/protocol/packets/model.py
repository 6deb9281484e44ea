"""Packets as the rest of the server holds them: decoded late, encoded once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

# Socket.IO v5, packet types. Those with attachments exist in the JSON parser only.
CONNECT: Final = 0
DISCONNECT: Final = 1
EVENT: Final = 2
ACK: Final = 3
CONNECT_ERROR: Final = 4
BINARY_EVENT: Final = 5
BINARY_ACK: Final = 6

MAX_NAME_BYTES: Final = 64  # of an event; a longer one is cut, so that it is no event's name
MAX_NAMESPACE_BYTES: Final = 255
MAX_ACK_ID: Final = 2**53 - 1  # JavaScript's largest safe integer
RESERVED: Final = frozenset(
    ("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener")
)


class PacketError(ValueError):
    """The bytes are no valid packet, or their structure is refused; `str(error)` is fit for a log line."""


class Raw(Protocol):
    """One argument's bytes in the sender's parser; converted to the other parser at most once."""

    @property
    def size(self) -> int:
        """Bytes as they came, attachments included."""

    @property
    def is_text(self) -> bool:
        """Whether a client of either parser reads it as a string."""

    def msgpack(self) -> bytes:
        """Return the value in msgpack. Raises PacketError if it can't be expressed."""

    def json(self) -> bytes:
        """Return the value in JSON, its binary parts as placeholders. Raises PacketError likewise."""

    def attachments(self) -> tuple[bytes, ...]:
        """Return the binary parts that the placeholders of `json` stand for, numbered from 0."""


class Event(Protocol):
    """An EVENT or BINARY_EVENT as it came: name and ack id known, the arguments still raw.

    The name is the client's: it may be reserved or unknown. A number sent as a name is its digits,
    and a name longer than 64 bytes is cut and ends in an ellipsis.
    """

    name: str
    namespace: str
    ack_id: int | None
    count: int  # how many arguments follow the name
    size: int  # bytes of the whole packet, attachments included

    def args(self) -> list[Any]:
        """Return all arguments decoded, dates as ISO 8601. Raises PacketError past a request's bounds."""

    def arg(self, index: int) -> Any:
        """Return one argument decoded. Raises PacketError, and IndexError beyond `count`."""

    def raw(self, index: int) -> Raw:
        """Return one argument's bytes, checked. Raises PacketError, and IndexError beyond `count`."""


class Ack(Protocol):
    """An ACK or BINARY_ACK: the answer to an event that carried `ack_id`."""

    namespace: str
    ack_id: int
    size: int

    def args(self) -> list[Any]:
        """Return all arguments decoded. Raises PacketError."""


@dataclass(frozen=True, slots=True)
class Connect:
    """A client asks to join a namespace."""

    namespace: str
    auth: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Disconnect:
    """A client leaves a namespace."""

    namespace: str


def clean_namespace(text: str) -> str:
    """Return a namespace as the application knows it: without the query that old clients append."""
    if len(text) > MAX_NAMESPACE_BYTES:
        raise PacketError("namespace too long")
    name = text.partition("?")[0]
    return name if name.startswith("/") else "/" + name


def clean_name(name: object) -> str:
    """Return the name of an event; Socket.IO v5 allows strings and, for its own use, numbers."""
    if type(name) is str:
        return name if len(name) <= MAX_NAME_BYTES else name[: MAX_NAME_BYTES - 1] + "…"
    if isinstance(name, (int, float)) and not isinstance(name, bool):
        return repr(name)[:MAX_NAME_BYTES]
    raise PacketError("an event's name must be a string")


def clean_ack_id(ack_id: int) -> int:
    """Return an ack id that both kinds of client can hold."""
    if not 0 <= ack_id <= MAX_ACK_ID:
        raise PacketError("ack id out of range")
    return ack_id
