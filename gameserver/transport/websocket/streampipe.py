"""TLS terminated by Tornado itself: an IOStream made to look like an asyncio transport.

asyncio takes no SSLSocket, so such a link keeps its stream: a future and a turn of the loop for each
read, and what it writes passes Tornado's buffer. It behaves as any other link, only slower.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import Any, cast

from tornado.iostream import IOStream, StreamClosedError

_READ_BYTES = 64 * 1024
_PIECE_BYTES = 16 * 1024  # written at once: the stream tells only of a whole write that it was taken


class StreamPipe(asyncio.Transport):
    """Serves a protocol from an IOStream; the part of `asyncio.Transport` that a link uses."""

    def __init__(self, stream: IOStream) -> None:
        super().__init__({"socket": stream.socket})
        self._stream = stream
        self._unsent = 0  # bytes of writes that have not been taken whole
        self._paused = False
        self._reading = False
        self._closing = False
        self._eof = False

    def start(self, protocol: asyncio.Protocol) -> None:
        """Tell the protocol and begin to read."""
        self._protocol = protocol
        self._stream.set_close_callback(self._closed)
        self._protocol.connection_made(self)
        self._read()

    def _read(self) -> None:
        if self._reading or self._paused or self._stream.closed():
            return
        self._reading = True
        reading = cast("asyncio.Future[bytes]", self._stream.read_bytes(_READ_BYTES, partial=True))
        reading.add_done_callback(self._received)

    def _received(self, reading: asyncio.Future[bytes]) -> None:
        self._reading = False
        if reading.cancelled() or reading.exception() is not None:
            return
        self._protocol.data_received(reading.result())
        self._read()

    def _closed(self) -> None:
        self._closing = True
        error = self._stream.error
        self._protocol.connection_lost(error if isinstance(error, Exception) else None)

    def send(self, data: bytes) -> int:
        """Stand in for a socket's `send`, but take nothing: all goes by `write`."""
        return 0

    def write(self, data: Any) -> None:
        whole = bytes(data)
        kept_up = not self._unsent
        for start in range(0, len(whole), _PIECE_BYTES):
            self._write(whole[start : start + _PIECE_BYTES])
        if kept_up and self._unsent:
            self._protocol.pause_writing()

    def _write(self, data: bytes) -> None:
        try:
            written = self._stream.write(data)
        except StreamClosedError:
            return
        if written.done():
            return
        self._unsent += len(data)
        written.add_done_callback(lambda future: self._taken(len(data), future))

    def _taken(self, size: int, written: asyncio.Future[None]) -> None:
        self._unsent -= size
        if written.exception() is None and not self._unsent:
            self._protocol.resume_writing()
            if self._closing:
                self._stream.close()
            elif self._eof:
                self._half_close()

    def get_write_buffer_size(self) -> int:
        return self._unsent

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """The only limit there is is the one a link sets: no byte."""

    def is_closing(self) -> bool:
        return self._closing or self._stream.closed()

    def write_eof(self) -> None:
        """End the sending half of TCP; what is still read is not decrypted, so only to be forgotten."""
        self._eof = True
        self._half_close()

    def _half_close(self) -> None:
        if not self._unsent and not self._stream.closed():
            with suppress(OSError):
                self._stream.socket.shutdown(socket.SHUT_WR)

    def pause_reading(self) -> None:
        self._paused = True

    def resume_reading(self) -> None:
        self._paused = False
        self._read()

    def close(self) -> None:
        self._closing = True
        if not self._unsent:
            self._stream.close()

    def abort(self) -> None:
        self._stream.close()
