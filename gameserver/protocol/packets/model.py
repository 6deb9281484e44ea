"""Packets as the rest of the server holds them: decoded late, encoded once."""

from __future__ import annotations

from typing import Any, Protocol


class PacketError(ValueError):
    """The bytes are no valid packet, or their structure is refused; `str(error)` is fit for a log line."""


class Event(Protocol):
    """An EVENT or BINARY_EVENT as it came: name and ack id known, the arguments still raw."""

    name: str
    ack_id: int | None
    count: int  # how many arguments follow the name
    size: int  # bytes of the whole packet, attachments included

    def args(self) -> list[Any]:
        """Return all arguments decoded. Raises PacketError on what a request may not hold."""

    def arg(self, index: int) -> Any:
        """Return one argument decoded."""

    def raw(self, index: int) -> Raw:
        """Return one argument's bytes, structure checked. Raises PacketError."""


class Raw(Protocol):
    """One argument's bytes in the sender's parser; converted to the other parser at most once."""

    size: int


class Outgoing(Protocol):
    """A packet to send, encoded at most once per parser and transport, whoever receives it."""
