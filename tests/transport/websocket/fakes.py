"""A loop, a kernel and owners for links without a network: time and room are the test's to give."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from itertools import count
from typing import Any

from gameserver.transport.websocket.board import LinkSettings, Switchboard
from gameserver.transport.websocket.ending import End
from gameserver.transport.websocket.frames import BINARY, TEXT, encode_frame
from gameserver.transport.websocket.link import Link, Owner
from tests.transport.websocket.wire import Heard, heard


class FakeLoop:
    """Runs what is due when told; `now` is its clock."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._ready: list[Callable[[], object]] = []
        self._later: list[tuple[float, int, Callable[[], object]]] = []
        self._order = count()

    def time(self) -> float:
        return self.now

    def call_soon(self, callback: Callable[..., object], *args: object) -> None:
        self._ready.append(lambda: callback(*args))

    def call_later(self, delay: float, callback: Callable[[], object]) -> None:
        heapq.heappush(self._later, (self.now + delay, next(self._order), callback))

    def turn(self) -> None:
        """End this turn: run all that was called for soon."""
        while self._ready:
            ready, self._ready = self._ready, []
            for callback in ready:
                callback()

    def advance(self, seconds: float) -> None:
        """Let time pass, timer by timer."""
        self.turn()
        until = self.now + seconds
        while self._later and self._later[0][0] <= until:
            self.now, _, callback = heapq.heappop(self._later)
            callback()
            self.turn()
        self.now = until

    @property
    def timers(self) -> int:
        """How many timers are set."""
        return len(self._later)


class FakeTransport(asyncio.Transport):
    """A socket whose kernel takes `room` bytes and no more, until it is given more."""

    def __init__(self, loop: FakeLoop, room: int = 1 << 30) -> None:
        super().__init__()
        self.room = room
        self.taken = b""  # what the kernel took
        self.writes = 0  # system calls that took something
        self.buffered = b""
        self.reading = True
        self.shut_down = False  # for writing
        self.closing = False
        self._loop = loop
        self._paused = False
        self._protocol: Any = None

    def connect(self, protocol: Any) -> None:
        """What the event loop does with an accepted socket."""
        self._protocol = protocol
        protocol.connection_made(self)

    def send(self, data: bytes) -> int:
        """The socket's own."""
        if self.buffered or not self.room:
            raise BlockingIOError
        sent = min(len(data), self.room)
        self._take(data[:sent])
        return sent

    def _take(self, data: bytes) -> None:
        self.taken += data
        self.room -= len(data)
        self.writes += 1

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        assert not self.closing and not self.shut_down, "written after its end"
        self.buffered += data
        self.give(0)
        if self.buffered and not self._paused:
            self._paused = True
            self._protocol.pause_writing()

    def give(self, room: int) -> None:
        """The client reads: so many more bytes can be taken."""
        self.room += room
        sent = min(len(self.buffered), self.room)
        if sent:
            self._take(self.buffered[:sent])
            self.buffered = self.buffered[sent:]
        if not self.buffered:
            if self._paused:
                self._paused = False
                self._protocol.resume_writing()
            if self.closing:
                self._lose()

    def get_write_buffer_size(self) -> int:
        return len(self.buffered)

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        assert high == 0, "a byte that isn't taken has to be known at once"

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.shut_down = True

    def is_closing(self) -> bool:
        return self.closing

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def close(self) -> None:
        if not self.closing:
            self.closing = True
            if not self.buffered:
                self._lose()

    def abort(self) -> None:
        self.closing = True
        self.buffered = b""
        self._lose()

    def _lose(self) -> None:
        protocol, self._protocol = self._protocol, None
        if protocol is not None:
            self._loop.call_soon(protocol.connection_lost, None)

    @property
    def heard(self) -> list[Heard]:
        """The frames that reached the client."""
        return heard(self.taken)


class Recorder:
    """An owner that notes what it is told."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.end: End | None = None
        self.link: Link

    def on_open(self, link: Link) -> None:
        self.link = link

    def on_text(self, payload: bytes) -> None:
        self.told.append(payload.decode())

    def on_binary(self, payload: bytes) -> None:
        self.told.append(payload)

    def on_pong(self, payload: bytes, received: float) -> None:
        self.told.append(("pong", payload, received))

    def on_end(self, end: End) -> None:
        assert self.end is None, "told the end twice"
        self.end = end


class Echo(Recorder):
    """An owner that sends every message back."""

    def on_text(self, payload: bytes) -> None:
        self.link.send(encode_frame(TEXT, payload))

    def on_binary(self, payload: bytes) -> None:
        self.link.send(encode_frame(BINARY, payload))


class Wired:
    """A link on a fake transport, with all that a server has around it."""

    def __init__(
        self,
        owner: Owner,
        settings: LinkSettings | None = None,
        *,
        room: int = 1 << 30,
        early: bytes = b"",
        board: Switchboard | None = None,
        deflates: bool = False,
    ) -> None:
        if board is None:
            loop = FakeLoop()
            board = Switchboard(loop, settings, clock=loop.time)
        assert isinstance(board.loop, FakeLoop)
        self.board = board
        self.loop = board.loop
        self.transport = FakeTransport(self.loop, room)
        self.link = Link(board, owner, self.transport.send, early, deflates=deflates)
        self.transport.connect(self.link)

    def read(self, *pieces: bytes) -> None:
        """The client's bytes come in, each piece in a turn of its own, until the link wants no more."""
        for piece in pieces:
            if not self.transport.closing:
                self.link.data_received(piece)
            self.loop.turn()
