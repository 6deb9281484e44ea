"""A Socket.IO client that comes back as the stock JavaScript client does: with its pid and last offset."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

import msgpack

from gameserver.drill.wire import GONE, Busy, Wire

CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR = range(5)  # Socket.IO v5, packet types
PATIENCE_SECONDS = 10.0
TRIES = 40
TRY_AGAIN_SECONDS = 0.25

Answered = Callable[[Any], None]


class Refused(ConnectionError):
    """The server did not let the bot in."""


class Bot:
    """One player of the game at namespace `/`, in the msgpack parser, over WebSocket."""

    def __init__(self, url: str, **auth: Any) -> None:
        self._url = url
        self._auth = {"recover": True, "seq": True, **auth}
        self._wire: Wire | None = None
        self._former: Wire | None = None  # frozen, and still open
        self._ids = itertools.count(1)
        self._answers: dict[int, Answered] = {}
        self._waiting: set[asyncio.Future[Any]] = set()
        self._joined: asyncio.Future[None] | None = None
        self.id = ""
        self.pid: str | None = None
        self.offset: str | None = None
        self.recovered = False
        self.frozen = False

    @property
    def connected(self) -> bool:
        """Whether it is let in and can be told something."""
        return self._wire is not None and self._joined is None and not self.frozen

    def heard(self, event: str, args: list[Any]) -> None:
        """An event came; games override this."""

    # -- coming and going --------------------------------------------------------------------------

    async def connect(self) -> None:
        """Come, or come back; a server that is busy is asked again. Raises OSError if it lets nobody in."""
        for _ in range(TRIES):
            try:
                return await self._connect()
            except Busy:
                await asyncio.sleep(TRY_AGAIN_SECONDS)
        raise ConnectionRefusedError("the server was busy all the time")

    async def _connect(self) -> None:
        joined = self._joined = asyncio.get_running_loop().create_future()
        self._answers.clear()
        wire: Wire | None = None

        def lost() -> None:
            if self._wire is wire:
                self._lost()

        def heard(message: str | bytes) -> None:
            if self._wire is wire:
                self._message(message)

        async with asyncio.timeout(PATIENCE_SECONDS):
            wire = await Wire.open(self._url, heard, lost)
            if joined.done():  # killed meanwhile
                wire.kill()
                await joined
            self._wire = wire
            self.frozen = False
            auth = self._auth if self.pid is None else {**self._auth, "pid": self.pid, "offset": self.offset}
            wire.send(_packed({"type": CONNECT, "data": auth, "nsp": "/"}))
            await joined
        if self._former is not None:
            self._former.kill()
            self._former = None

    def kill(self) -> None:
        """Lose the connection without a word."""
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.kill()
        self._lost()

    def freeze(self) -> None:
        """Stand still, with the connection open; `connect` brings the bot back on a new one."""
        self._former, self._wire = self._wire, None
        if self._former is not None:
            self._former.freeze()
        self.frozen = True
        self._lost()

    def leave_page(self) -> None:
        """Close as a browser does whose page is left."""
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.close(GONE)
        self._lost()

    def disconnect(self) -> None:
        """Say goodbye: a Socket.IO DISCONNECT. The next `connect` makes another player of it."""
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.send(_packed({"type": DISCONNECT, "nsp": "/"}))
            wire.close()
        self.pid = self.offset = None
        self._lost()

    # -- talking -----------------------------------------------------------------------------------

    def emit(self, event: str, *args: Any, answered: Answered | None = None) -> bool:
        """Send an event; False, and nothing sent, while it is not connected."""
        if self._wire is None or self._joined is not None:
            return False
        packet: dict[str, Any] = {"type": EVENT, "data": [event, *args], "nsp": "/"}
        if answered is not None:
            packet["id"] = next(self._ids)
            self._answers[packet["id"]] = answered
        self._wire.send(_packed(packet))
        return True

    async def ask(self, event: str, *args: Any) -> Any:
        """Send an event and return what its ack says. Raises ConnectionError where none can come."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.add(answer)

        def answered(body: Any) -> None:
            if not answer.done():
                answer.set_result(body)

        try:
            if not self.emit(event, *args, answered=answered):
                raise ConnectionError("not connected")
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await answer
        finally:
            self._waiting.discard(answer)

    # -- what comes in -----------------------------------------------------------------------------

    def _message(self, message: str | bytes) -> None:
        if isinstance(message, str):
            if message == "2" and self._wire is not None:  # Engine.IO PING
                self._wire.send("3")
            return
        packet = msgpack.unpackb(message, strict_map_key=False)
        kind, data = packet["type"], packet.get("data")
        if kind == EVENT:
            if self.pid is not None and isinstance(data[-1], str):
                self.offset = data[-1]
            self.heard(data[0], data[1:])
        elif kind == ACK:
            answered = self._answers.pop(packet["id"], None)
            if answered is not None:
                answered(data[0])
        elif kind == CONNECT:
            self.id = data["sid"]
            self.recovered = self.pid is not None and data.get("pid") == self.pid
            self.pid = data.get("pid")
            if self._joined is not None and not self._joined.done():
                self._joined.set_result(None)
                self._joined = None
        elif kind == CONNECT_ERROR:
            self._fail(Refused(str(data)))
        elif kind == DISCONNECT:
            self.pid = self.offset = None

    def _lost(self) -> None:
        self._wire = None
        self._answers.clear()
        self._fail(ConnectionResetError("the connection is lost"))

    def _fail(self, error: ConnectionError) -> None:
        if self._joined is not None and not self._joined.done():
            self._joined.set_exception(error)
            self._joined.exception()  # nobody may be waiting for it any more
        for answer in self._waiting:
            if not answer.done():
                answer.set_exception(error)


def _packed(packet: dict[str, Any]) -> bytes:
    packed: bytes = msgpack.packb(packet)
    return packed
