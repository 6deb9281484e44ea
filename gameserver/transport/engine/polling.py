"""The long-polling transport of one connection: what waits for its next GET."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from typing import Final

from gameserver.transport.engine.payload import join
from gameserver.transport.websocket.board import Switchboard

CLOSED: Final = b"1"  # Engine.IO v4: ends the session
NOTHING: Final = b"6"  # NOOP: answers a poll that must not wait any longer


class Polling:
    """Packets to send, in order and bounded, and the GET that waits for them, if there is one."""

    __slots__ = (
        "_board",
        "_bytes",
        "_idle",
        "_loop",
        "_newest_bytes",
        "_on_slow",
        "_packets",
        "_scheduled",
        "_serial",
        "_since",
        "_undelivered",
        "_waiting",
        "peak_bytes",
    )

    def __init__(
        self, board: Switchboard, loop: asyncio.AbstractEventLoop, on_slow: Callable[[], None]
    ) -> None:
        self._board = board
        self._loop = loop
        self._on_slow = on_slow
        self._packets: dict[Hashable, bytes] = {}  # in order; a newest-wins one under its slot
        self._serial = 0  # names the others
        self._bytes = 0  # of reliable packets
        self.peak_bytes = 0  # the most of them that ever waited for a GET
        self._newest_bytes = 0  # of the others
        self._undelivered = 0  # bytes of answers that the kernel has not taken whole
        self._since = 0.0  # when the oldest of those came
        self._waiting: asyncio.Future[bytes] | None = None
        self._scheduled = False  # whether the answer is due at the end of this turn
        self._idle = 0  # packets that nobody asked for, as the board counts them

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits to be fetched."""
        return not self._packets

    @property
    def is_waiting(self) -> bool:
        """Whether a GET is being held."""
        return self._waiting is not None

    @property
    def backlog_bytes(self) -> int:
        """Bytes of reliable packets that no GET has fetched yet."""
        return self._bytes

    @property
    def is_choked(self) -> bool:
        """Whether earlier polls were answered with more than a client may leave unread."""
        return self._undelivered > self._board.settings.outbox.backlog_bytes

    def delivering(self, size: int) -> None:
        """An answer of so many bytes is on its way; a negative one says that it has arrived."""
        self._undelivered += size

    def send(self, packet: bytes, counts: bool = True) -> None:
        """Send behind everything else, with the next poll. All packets of a turn go together.

        With `counts=False` it is no part of the backlog that is bounded: its sender has a budget for it.
        """
        self._serial += 1
        self._packets[self._serial] = packet
        self._answer_soon()
        if not counts:
            return
        if not self._bytes:
            self._since = self._board.sweeper.clock()
            self._board.sweeper.watch(self)
        self._bytes += len(packet)
        if self._waiting is None and self._bytes > self.peak_bytes:
            self.peak_bytes = self._bytes
        if self._waiting is None and self._bytes > self._board.settings.outbox.backlog_bytes:
            self._on_slow()

    def send_newest(self, slot: Hashable, packet: bytes) -> None:
        """Send behind everything else; an older packet of the slot that still waits goes."""
        older = self._packets.pop((slot,), None)
        if older is not None:
            self._newest_bytes -= len(older)
            self._board.turn.tally.newest_replaced += 1
        self._newest_bytes += len(packet)
        self._packets[(slot,)] = packet
        self._answer_soon()
        while self._newest_bytes > self._board.settings.outbox.newest_bytes:
            oldest = next(key for key in self._packets if isinstance(key, tuple))
            self._newest_bytes -= len(self._packets.pop(oldest))
            self._board.turn.tally.newest_dropped += 1

    def count_idle(self) -> None:
        """Count a packet that nobody asked for like a control frame. Raises FrameError beyond the bound."""
        self._idle = self._board.count_control(self._idle, self._board.clock())

    def poll(self) -> bytes | asyncio.Future[bytes]:
        """Take what there is; if there is nothing, return a future that the next packet completes."""
        if self._packets:
            return self.take()
        self._waiting = self._loop.create_future()
        return self._waiting

    def take(self) -> bytes:
        """Take all packets, as the body of an answer; empty if there is none."""
        body = join(list(self._packets.values()))
        self._packets.clear()
        self._bytes = self._newest_bytes = 0
        self._board.sweeper.unwatch(self)
        return body

    def answer(self, last: bytes = b"") -> None:
        """Answer the waiting GET, if there is one, with what there is and this last packet."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            if last:
                self._packets[None] = last
            if not waiting.done():
                waiting.set_result(self.take())

    def check(self, now: float) -> None:
        """End a connection that leaves its packets unfetched; the sweeper asks while there are some."""
        if now - self._since > self._board.settings.outbox.backlog_seconds:
            self._on_slow()

    def shut(self) -> None:
        """Hold nothing more, nor a GET that waits."""
        self._board.sweeper.unwatch(self)
        self._packets.clear()
        self._bytes = self._newest_bytes = 0
        self.answer()

    def _answer_soon(self) -> None:
        if self._waiting is not None and not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._answer_now)

    def _answer_now(self) -> None:
        self._scheduled = False
        if self._packets:
            self.answer()
