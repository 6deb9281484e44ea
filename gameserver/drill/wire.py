"""One WebSocket connection that can be broken in every way a player's can."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable
from urllib.parse import urlsplit

from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Ping,
    RejectConnection,
    Request,
    TextMessage,
)
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

GONE = 1001  # RFC 6455 section 7.4.1: the page was left
PATH = "/socket.io/?EIO=4&transport=websocket"
RESET = struct.pack("ii", 1, 0)  # SO_LINGER with a time of zero: close sends RST and drops what was not sent


class Busy(ConnectionRefusedError):
    """The server takes no more connections for the moment."""


class Wire(asyncio.Protocol):
    """Calls `heard` with each whole message and `lost` once at its end, whoever ended it."""

    def __init__(self, host: str, heard: Callable[[str | bytes], None], lost: Callable[[], None]) -> None:
        self._host = host
        self._heard = heard
        self._lost = lost
        self._protocol = WSConnection(ConnectionType.CLIENT)
        self._parts: list[str | bytes | bytearray] = []
        self._transport: asyncio.Transport | None = None
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._frozen = False

    @classmethod
    async def open(cls, url: str, heard: Callable[[str | bytes], None], lost: Callable[[], None]) -> Wire:
        """Return a connection that stands. Raises OSError if there is none to be had."""
        parts = urlsplit(url)
        host, port = parts.hostname or "localhost", parts.port or (443 if parts.scheme == "https" else 80)
        tls = True if parts.scheme == "https" else None
        _, wire = await asyncio.get_running_loop().create_connection(
            lambda: cls(host, heard, lost), host, port, ssl=tls
        )
        await wire._opened
        return wire

    # -- what a player does ------------------------------------------------------------------------

    def send(self, message: str | bytes) -> None:
        """Send a message, unless the connection is frozen or over."""
        if isinstance(message, str):
            self._write(TextMessage(message))
        else:
            self._write(BytesMessage(message))

    def close(self, code: int = 1000) -> None:
        """Say goodbye on the WebSocket's level, and go."""
        self._write(CloseConnection(code))
        if self._transport is not None:
            self._transport.close()

    def kill(self) -> None:
        """Break the connection with a TCP RST, as the end of a process does; unsent bytes are lost."""
        if self._transport is None:
            return
        raw: socket.socket = self._transport.get_extra_info("socket")
        with contextlib.suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self._transport.abort()

    def freeze(self) -> None:
        """Neither read nor answer nor send from now on; the socket stays open."""
        self._frozen = True
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    # -- what the loop calls -----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._write(Request(host=self._host, target=PATH))

    def data_received(self, data: bytes) -> None:
        try:
            self._protocol.receive_data(data)
            for event in self._protocol.events():
                if self._frozen:
                    return
                self._take(event)
        except RemoteProtocolError:
            self.kill()

    def connection_lost(self, error: Exception | None) -> None:
        if not self._opened.done():
            self._opened.set_exception(error or ConnectionResetError("closed before it was open"))
        self._lost()

    def _take(self, event: object) -> None:
        match event:
            case TextMessage() | BytesMessage():
                self._parts.append(event.data)
                if event.message_finished:
                    whole = _joined(self._parts)
                    self._parts.clear()
                    self._heard(whole)
            case Ping():
                self._write(event.response())
            case AcceptConnection():
                if not self._opened.done():  # whoever waited may have given up
                    self._opened.set_result(None)
            case RejectConnection():
                kind = Busy if event.status_code in (429, 503) else ConnectionRefusedError
                self._opened.set_exception(kind(f"HTTP status {event.status_code}"))
                self.kill()
            case CloseConnection():
                self._write(event.response())
                if self._transport is not None:
                    self._transport.close()

    def _write(self, event: Request | TextMessage | BytesMessage | CloseConnection | object) -> None:
        transport = self._transport
        if transport is None or transport.is_closing() or self._frozen:
            return
        with contextlib.suppress(LocalProtocolError):  # the connection is being closed
            transport.write(self._protocol.send(event))  # type: ignore[arg-type]


def _joined(parts: list[str | bytes | bytearray]) -> str | bytes:
    if isinstance(parts[0], str):
        return "".join(str(part) for part in parts)
    return b"".join(bytes(part) for part in parts if not isinstance(part, str))
