"""One upgraded socket: bytes in, messages to its owner in the same call, frames out through its outbox."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Hashable
from typing import Any, Protocol, cast

from gameserver.transport.websocket.board import Switchboard
from gameserver.transport.websocket.deflate import deflated, inflate
from gameserver.transport.websocket.ending import ABNORMAL, End, How
from gameserver.transport.websocket.frames import (
    CONTROL_MAX,
    DEAF,
    INTERNAL_ERROR,
    NORMAL,
    PING,
    PONG,
    WHOLE_BINARY,
    FrameError,
    FrameParser,
    encode_close,
    encode_frame,
    mask,
)
from gameserver.transport.websocket.outbox import Outbox
from gameserver.transport.websocket.sweeper import Deadline

log = logging.getLogger(__name__)


class Owner(Protocol):
    """Whom a link belongs to. Every call is synchronous; what it raises is logged and costs this link."""

    def on_open(self, link: Link) -> None:
        """The link can send; nothing was received yet."""

    def on_text(self, payload: bytes) -> None:
        """A text message; its bytes are valid UTF-8."""

    def on_binary(self, payload: bytes) -> None:
        """A binary message."""

    def on_pong(self, payload: bytes, received: float) -> None:
        """A pong, read at `received` (time.monotonic(), which is the base of loop.time())."""

    def on_end(self, end: End) -> None:
        """The link is over; called once for each `on_open`, and nothing is called after it."""


Express = Callable[[bytes, float], bool]


class Link:
    """One WebSocket, from the upgrade on. Made by `upgrade`; its owner is told of all that happens.

    `send` is the outbox's own method: a fan-out calls it once per recipient.
    """

    __slots__ = (
        "_answer",
        "_board",
        "_clock",
        "_close_due",
        "_controls",
        "_deflates",
        "_early",
        "_end",
        "_express",
        "_owner",
        "_parser",
        "_paused",
        "_quick",
        "_receiving",
        "_send_to_kernel",
        "_tcp",
        "_turn",
        "outbox",
        "read_at",
        "send",
        "send_newest",
        "transport",
    )

    transport: asyncio.Transport
    outbox: Outbox
    send: Callable[..., None]
    send_newest: Callable[[Hashable, bytes], None]
    """Send this frame; an older one of the same slot that is still held back goes."""

    def __init__(
        self,
        board: Switchboard,
        owner: Owner,
        send: Callable[[bytes], int],
        early: bytes = b"",
        *,
        answer: bytes = b"",
        deflates: bool = False,
        tcp: socket.socket | None = None,
    ) -> None:
        """`send` is the socket's own; `early` is what was read of the stream before this link had it.

        `answer` is the 101, if it has not been sent yet; `deflates` says that permessage-deflate was agreed
        upon.
        """
        self._clock = board.clock
        self.read_at = self._clock()  # of the last byte read; by default the base is that of loop.time()
        self._owner: Owner | None = owner  # until it was told the end
        self._board = board
        self._turn = board.turn
        self._send_to_kernel = send
        self._tcp = tcp  # the transport's own would make a new object for each look at it
        self._answer = answer
        self._early = early
        self._deflates = deflates
        self._parser = FrameParser(
            owner, self, board.settings.max_message_bytes, inflate if deflates else None
        )
        self._express: Express | None = None
        self._quick: Express | None = None  # that, while the next byte begins a message and all are heard
        self._end: End | None = None  # as soon as it is known how the link ends
        self._receiving = True
        self._paused = False
        self._controls = 0  # as the board counts them
        self._close_due: Deadline | None = None

    # What the transport calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast("asyncio.Transport", transport)  # uvloop has a class of its own
        transport.set_write_buffer_limits(high=0)
        board = self._board
        self.transport = transport
        self.outbox = Outbox(
            transport, self._send_to_kernel, board.turn, board.sweeper, board.settings.outbox, self._slow
        )
        if self._deflates:
            self.send, self.send_newest = self._send_deflated, self._send_newest_deflated
        else:
            self.send, self.send_newest = self.outbox.send, self.outbox.send_newest
        answer, self._answer = self._answer, b""
        if answer:
            self.outbox.joins = 1  # the owner's first frame comes along
            self.outbox.send(answer)
        try:
            if self._owner is not None:
                self._owner.on_open(self)
        except Exception:
            self._failed()
        early, self._early = self._early, b""
        if early:
            self.data_received(early)

    def data_received(self, data: bytes) -> None:
        quick = self._quick
        size = len(data)
        try:
            # The most frequent read is one short binary message, all of it (RFC 6455 section 5.2).
            if (
                quick is not None
                and 6 < size < 132
                and data[0] == WHOLE_BINARY
                and data[1] == size + 122  # 0x80, and six bytes less
            ):
                turn = self._turn
                self.read_at = now = turn.now if turn.ending else turn.begin()
                message = mask(data[2:6], data[6:])
                if not quick(message, now):
                    self._parser.messages.on_binary(message)
                return
            if size:  # and not again what a pause had left unparsed
                self.read_at = self._clock()
            if self._receiving:
                self._parser.feed(data)
                self._quick = self._express if self._parser.is_idle else None
        except FrameError as error:
            self._fail(End(How.REFUSED, error.code, error.reason))
        except Exception:
            self._failed()

    def eof_received(self) -> None:
        self._drop(End(How.LOST, ABNORMAL))

    def pause_writing(self) -> None:
        self.outbox.block()

    def resume_writing(self) -> None:
        self.outbox.unblock()

    def connection_lost(self, exc: Exception | None) -> None:
        self._deafen()
        self._parser.controls = DEAF  # nothing leads back here: no cycle is left for the collector
        self.outbox.shut()
        self.send, self.send_newest = self.outbox.send, self.outbox.send_newest
        if self._close_due is not None:
            self._close_due.cancel()
        self._tell(End(How.LOST, ABNORMAL))

    # What the parser calls.

    def on_ping(self, payload: bytes) -> None:
        """Answer it; while the client doesn't read, only the newest (RFC 6455 section 5.5.3)."""
        self.count_control()
        self.outbox.send_newest(PONG, encode_frame(PONG, payload))

    def on_pong(self, payload: bytes) -> None:
        self.count_control()
        if self._end is None and self._owner is not None:
            self._owner.on_pong(payload, self.read_at)

    def on_close(self, code: int, reason: str) -> None:
        """Echo the close frame, unless it is the answer to ours; then TCP is for the server to close."""
        self._deafen()
        self._await_close()
        self.outbox.close(encode_close(code) if self._end is None else b"")
        self.transport.close()
        self._tell(End(How.CLOSED, code, reason))

    # What the owner calls.

    def _send_deflated(self, frame: bytes, counts: bool = True) -> None:
        self.outbox.send(deflated(frame), counts)

    def _send_newest_deflated(self, slot: Hashable, frame: bytes) -> None:
        self.outbox.send_newest(slot, deflated(frame))

    def ping(self, payload: bytes) -> bool:
        """Send a control ping at once; False, and none sent, while earlier bytes are held back."""
        return self.outbox.send_now(encode_frame(PING, payload))

    def tcp_socket(self) -> Any:
        """Return the socket, to read the kernel's figures from."""
        return self.transport.get_extra_info("socket") if self._tcp is None else self._tcp

    def close(self, code: int = NORMAL, reason: str = "") -> None:
        """Send what the pipe takes and a close frame; hear nothing more; drop the socket at the deadline.

        The owner is told when the client has answered, or is gone. Again has no effect.
        """
        if self._end is not None:
            return
        self._end = End(How.SERVER, code, reason)
        self._parser.messages = DEAF
        self.express = None
        self.outbox.send(encode_close(code, reason))
        self.outbox.open = False
        self._read_again()
        self._await_close()

    def abort(self) -> None:
        """Drop the socket and all that is unsent. The owner is told in a later turn."""
        self._end = self._end or End(How.SERVER, ABNORMAL)
        self._deafen()
        self.outbox.shut()
        self.transport.abort()

    def pause(self) -> None:
        """Read no more, from the next message on; what has been read already is kept."""
        if not self._paused and self._end is None:
            self._paused = self._parser.stopped = True
            self._quick = None
            self.transport.pause_reading()

    def resume(self) -> None:
        """Read again, from the next turn on."""
        if self._end is None:
            self._read_again()

    def hand_over(self, owner: Owner) -> None:
        """Belong to another owner from the next message on; it isn't told `on_open`."""
        if self._owner is not None:
            self._owner = owner
        if self._end is None:
            self._parser.messages = owner
            self.express = None

    @property
    def door(self) -> Outbox | None:
        """What takes ready frames with the fewest calls; None if they have to be compressed."""
        return None if self._deflates else self.outbox

    @property
    def express(self) -> Express | None:
        """What is shown each short binary message first, with the time of its turn of the loop.

        It returns whether the message is done with; what is not comes to the owner. It goes with an owner.
        """
        return self._express

    @express.setter
    def express(self, express: Express | None) -> None:
        self._express = express
        self._quick = express if self._end is None and self._parser.is_idle else None

    @property
    def max_message_bytes(self) -> int:
        """The largest message read from this client, judged by its header; 125 at least."""
        return self._parser.max_size

    @max_message_bytes.setter
    def max_message_bytes(self, size: int) -> None:
        self._parser.max_size = max(size, CONTROL_MAX)

    @property
    def backlog_bytes(self) -> int:
        """Bytes of reliable frames that the kernel has not taken yet."""
        return self.outbox.backlog_bytes

    @property
    def peak_backlog_bytes(self) -> int:
        """The most that this ever was."""
        return self.outbox.peak_bytes

    # The ways to end.

    def _slow(self) -> None:
        self._end = self._end or End(How.SLOW, ABNORMAL)
        self.abort()

    def _failed(self) -> None:
        log.exception("the owner of a link raised")
        self._fail(End(How.FAILED, INTERNAL_ERROR))

    def _fail(self, end: End) -> None:
        """Say why, then read and forget what is on its way: a reset would overtake the close frame."""
        if self._end is not None:
            self._drop(end)
            return
        self._end = end
        self._deafen()
        self.outbox.close(encode_close(end.code, end.reason))
        self.transport.write_eof()
        self._await_close()
        self._read_again()
        self._tell(end)

    def _drop(self, end: End) -> None:
        self._end = self._end or end
        self.abort()
        self._tell(end)

    def _deafen(self) -> None:
        self._receiving = False
        self._parser.stopped = True
        self._parser.messages = DEAF
        self._express = self._quick = None

    def _parse_on(self) -> None:
        self.data_received(b"")

    def _await_close(self) -> None:
        if self._close_due is None:
            self._close_due = self._board.sweeper.after(self._board.settings.close_seconds, self._give_up)

    def _give_up(self) -> None:
        self._board.close_timeouts += 1
        self.abort()

    def _read_again(self) -> None:
        if self._paused:
            self._paused = False
            self._parser.stopped = not self._receiving
            self.transport.resume_reading()
            self._board.loop.call_soon(self._parse_on)

    def count_control(self) -> None:
        """Count a frame that only keeps the server busy; beyond the bound raises FrameError to its parser."""
        self._controls = self._board.count_control(self._controls, self.read_at)

    def _tell(self, end: End) -> None:
        """Tell the owner, once, the first reason there was."""
        self._end = self._end or end
        owner, self._owner = self._owner, None
        if owner is not None:
            self._board.ended[self._end.how] += 1
            try:
                owner.on_end(self._end)
            except Exception:
                log.exception("the owner of a link raised")
