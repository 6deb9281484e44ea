"""One Engine.IO connection: which transport carries it, whether it lives, and how it ends."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final

from engineio import packet as stock_packet
from engineio.async_socket import AsyncSocket

from gameserver.transport.engine.inbox import Inbox
from gameserver.transport.engine.life import Living
from gameserver.transport.engine.payload import CLOSE, MESSAGE, NOOP, PONG, PayloadError, join, split
from gameserver.transport.engine.polling import CLOSED, NOTHING, Polling
from gameserver.transport.gate import Ending
from gameserver.transport.websocket.ending import End, How
from gameserver.transport.websocket.frames import (
    BINARY,
    NORMAL,
    POLICY_VIOLATION,
    TEXT,
    TOO_BIG,
    FrameError,
    encode_frame,
)
from gameserver.transport.websocket.link import Link

if TYPE_CHECKING:
    from gameserver.transport.engine.probe import Probe
    from gameserver.transport.engine.server import EngineServer

_GONE: Final = 1001  # RFC 6455 section 7.4.1: the page was left

# Why the server ended a connection whose WebSocket failed by itself.
_CODES: Final = {
    How.REFUSED: "bad_request",
    How.SLOW: "slow_consumer",
    How.FAILED: "internal",
    How.SERVER: "internal",
}


class EngineSocket(Living, AsyncSocket):  # type: ignore[misc]  # python-engineio has no types
    """A connection of the Engine.IO server, and the owner of its WebSocket once it has one.

    What comes is handled in the call that read it; what ends it is told by `over`, in a later turn.
    """

    __slots__ = (
        "_released",
        "_session",
        "closed",
        "closed_for",
        "closing",
        "holds",
        "inbox",
        "link",
        "polling",
        "posting",
        "probe",
        "remote_ip",
        "server",
        "sid",
    )

    server: EngineServer

    def __init__(self, server: EngineServer, sid: str, remote_ip: str) -> None:
        # Not the stock constructor's queue and session: they would cost every connection a kilobyte.
        self.server = server
        self.sid = sid
        self.remote_ip = remote_ip
        self.link: Link | None = None
        self.polling: Polling | None = None
        self.probe: Probe | None = None
        self.closing = False  # nothing is read any more; the last packets may still be on their way
        self.closed = False
        self.closed_for: str | None = None  # the server's own reason, if it was the server
        self.posting = False  # whether a POST is being handled
        self.holds = 0  # how many want that nothing is read
        self.inbox: Inbox | None = None
        self._session: dict[str, Any] | None = None
        self._released: asyncio.Future[None] | None = None
        self._begin_life()

    # What the stock server asks of a socket.

    @property
    def upgraded(self) -> bool:
        """Whether a WebSocket carries this connection."""
        return self.link is not None

    @property
    def connected(self) -> bool:
        """Whether the handshake is over."""
        return not self.closing

    @property
    def session(self) -> dict[str, Any]:
        """What the application keeps with this connection."""
        if self._session is None:
            self._session = {}
        return self._session

    @session.setter
    def session(self, session: dict[str, Any]) -> None:
        self._session = session

    async def send(self, pkt: stock_packet.Packet) -> None:
        """Send a packet of python-engineio's."""
        if not self.closing:
            self.send_message(pkt.encode(b64=False))

    async def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """Close, from the server's side."""
        if abort:
            self.abort()
        else:
            self.hang_up("closed")

    # Sending.

    def send_message(self, encoded: str | bytes) -> None:
        """Send one encoded packet: a text with its type in front, or the data of a binary message."""
        binary = isinstance(encoded, bytes)
        data = encoded if isinstance(encoded, bytes) else encoded.encode()
        if self.link is not None:
            self.link.send(encode_frame(BINARY if binary else TEXT, data))
        elif self.polling is not None:
            self.polling.send(b"b" + b64encode(data) if binary else data)

    # Receiving over a WebSocket: what a link calls.

    def on_open(self, link: Link) -> None:
        """A connection that begins with a WebSocket: say so."""
        if self.closing:  # while its handshake was being answered
            link.abort()
            self.forget()
            return
        link.send(encode_frame(TEXT, self.server.handshake(self.sid, upgrades=False)))
        self._move_to(link)
        self.opened()

    def on_text(self, payload: bytes) -> None:
        """A text frame is one packet."""
        self.receive_text(payload)

    def on_binary(self, payload: bytes) -> None:
        """A binary frame is the data of one message."""
        self.receive_binary(payload)

    def on_pong(self, payload: bytes, received: float) -> None:
        """A WebSocket pong, which answers no PING of Engine.IO."""

    def on_end(self, end: End) -> None:
        """The WebSocket is over, and with it the connection."""
        if end.how is How.CLOSED:
            ending = Ending.GONE if end.code == _GONE else Ending.CLOSED
        elif end.how is How.LOST:
            ending = Ending.LOST
        else:
            self.closed_for = self.closed_for or ("too_large" if end.code == TOO_BIG else _CODES[end.how])
            ending = Ending.SERVER
        self.end(ending)
        self.forget()

    # Receiving, whatever the transport.

    async def receive_payload(self, body: bytes) -> None:
        """Handle what a POST brought; while somebody holds, it waits, and with it the client."""
        self.posting = True
        try:
            for binary, packet in split(body):
                if self.holds:
                    await self._until_released()
                if self.closing:
                    break
                if binary:
                    self.receive_binary(packet)
                else:
                    self.receive_text(packet)
        except PayloadError as error:
            self.refuse(str(error))
        finally:
            self.posting = False

    def receive_text(self, packet: bytes) -> None:
        """Handle one packet; it begins with its type."""
        kind = packet[0] if packet else -1
        if kind == MESSAGE:
            self.message_text(packet[1:])
        elif kind == PONG:
            self._receive_pong()
        elif kind == CLOSE:
            self._leave()
        elif kind == NOOP:
            self.count_idle()
        else:
            self.refuse(f"Engine.IO packet of type {packet[:1]!r}")

    def receive_binary(self, data: bytes) -> None:
        """Handle a binary message."""
        self.message_binary(data)

    def count_idle(self) -> None:
        """Something came that nobody asked for: of that a client may send as much as control frames."""
        if self.link is not None:
            self.link.count_control()
        elif self.polling is not None:
            try:
                self.polling.count_idle()
            except FrameError as error:
                self.refuse(error.reason)

    def _leave(self) -> None:
        """The client sent CLOSE: close the transport, and answer a waiting poll with NOOP (Engine.IO v4)."""
        self.end(Ending.DISCONNECT)
        if self.link is not None:
            self.link.close()
        elif self.polling is not None:
            self.polling.answer(NOTHING)
        self.forget()

    # Polling and upgrade.

    def open_polling(self) -> None:
        """Keep what is sent, until it is known which transport the client comes with."""
        self.polling = Polling(self.server.board, self.server.loop, self._left_unfetched)

    def begin_polling(self) -> bytes:
        """A connection that begins with polling; returns the body that answers its handshake."""
        if self.polling is None:
            self.open_polling()
        assert self.polling is not None
        self.opened()
        return join([self.server.handshake(self.sid, upgrades=True), *filter(None, [self.polling.take()])])

    def upgrade(self, link: Link) -> None:
        """The WebSocket is proved: from here on it carries everything, first what waits for a poll."""
        if self.polling is not None:
            self.polling.answer(NOTHING)
        self._move_to(link)
        link.hand_over(self)
        if self.holds:
            link.pause()
        self.moved()

    def _move_to(self, link: Link) -> None:
        polling, self.polling = self.polling, None
        self.link = link
        self.server.on_websocket += 1
        unsent = b"" if polling is None else polling.take()
        if unsent:
            for binary, packet in split(unsent):
                link.send(encode_frame(BINARY if binary else TEXT, packet))

    # Flow control.

    def hold(self) -> None:
        """Read nothing until as many `release` have come: TCP pushes back on the client."""
        self.holds += 1
        if self.holds == 1 and self.link is not None:
            self.link.pause()

    def release(self) -> None:
        """Take back one `hold`."""
        self.holds -= 1
        if self.holds == 0:
            if self.link is not None:
                self.link.resume()
            self._wake()

    async def _until_released(self) -> None:
        while self.holds and not self.closing:
            if self._released is None:
                self._released = self.server.loop.create_future()
            await self._released

    def _wake(self) -> None:
        released, self._released = self._released, None
        if released is not None and not released.done():
            released.set_result(None)

    # Ways to end.

    def refuse(self, reason: str) -> None:
        """The client sent what is no packet: close."""
        self.server.tell_refused(self, reason)
        self.hang_up("bad_request", POLICY_VIOLATION)

    def time_out(self) -> None:
        """Nothing came for too long: close, and don't wait for an answer."""
        self.server.counts["ping_timeout"] += 1
        self._close(Ending.TIMEOUT, NORMAL)
        self.forget()

    def hang_up(self, code: str, close_code: int = NORMAL) -> None:
        """Send what the transport takes, then close; `code` is the server's reason."""
        if not self.closing:
            self.closed_for = code
            self._close(Ending.SERVER, close_code)

    def abort(self, code: str = "aborted") -> None:
        """Drop the connection and everything unsent."""
        if not self.closed:
            self.closed_for = self.closed_for or code
            if self.link is not None:
                self.link.abort()
            elif self.polling is not None:
                self.polling.answer(CLOSED)
            self.end(Ending.SERVER)
            self.forget()

    def lose(self) -> None:
        """The client dropped the poll it was waiting in: nobody can tell what it got."""
        self.end(Ending.LOST)
        self.forget()

    def overlap(self) -> None:
        """The client opened a second poll, or a second POST, beside the first."""
        self.server.tell_refused(self, "overlapping requests")
        self.abort("bad_request")

    def end(self, ending: Ending) -> None:
        """Handle nothing more; tell it in a later turn, once."""
        if not self.closing:
            self.closing = True
            server = self.server
            server.heartbeat.discard(self)
            server.loop.call_soon(self.over, ending)
            self._wake()
            if self.probe is not None:
                self.probe.drop()

    def forget(self) -> None:
        """The session id is nobody's any more."""
        if not self.closed:
            self.closed = True
            if self.polling is not None:
                self.polling.shut()
                self.polling = None
            self.server.forget(self)

    def _close(self, ending: Ending, close_code: int) -> None:
        self.end(ending)
        if self.link is not None:
            self.link.close(close_code)
            self.forget()
        elif self.polling is not None:
            if self.polling.is_waiting or self.polling.is_empty:
                self.polling.answer(CLOSED)
                self.forget()
            else:
                self.polling.send(CLOSED)  # and the next poll fetches it with what was sent before

    def _left_unfetched(self) -> None:
        """A polling client does not come for its packets."""
        if self.closing:
            self.forget()
        else:
            self.server.board.turn.tally.backlogs += 1
            self.abort("slow_consumer")

    # What happens, for a subclass or the application's handlers.

    def opened(self) -> None:
        """The handshake is over."""

    def moved(self) -> None:
        """A WebSocket carries the connection now, instead of polling."""

    def message_text(self, data: bytes) -> None:
        """A text message, valid UTF-8."""
        self.server.dispatch_message(self, data, binary=False)

    def message_binary(self, data: bytes) -> None:
        """A binary message."""
        self.server.dispatch_message(self, data, binary=True)

    def over(self, ending: Ending) -> None:
        """The connection has ended; `closed_for` says why if the server did it."""
        self.server.dispatch_disconnect(self, ending)
