"""A bot's own way to the server: a TCP relay on loopback that is long, breaks, stands still or reads slowly.

It is beneath the WebSocket, so what it does befalls the server's own pings too, as a real network's faults.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import random
import socket
import struct
import sys
from collections import deque
from typing import cast

HELD_MAX_BYTES = 1 << 20  # on a way in one direction; beyond it the sender is pushed back
RESET = struct.pack("ii", 1, 0)  # SO_LINGER with a time of zero: close sends RST and drops what was not sent


def source_of(number: int, host: str) -> str | None:
    """Return a loopback address of this bot's own, so that a server on this machine tells bots apart.

    None where that cannot be: on other systems than Linux, and to other machines.
    """
    if not sys.platform.startswith("linux") or not _is_loopback(host):
        return None
    subnet, last = divmod(number, 254)
    return f"127.{16 + subnet // 256 % 64}.{subnet % 256}.{last + 1}"


def _is_loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host) in ipaddress.ip_network("127.0.0.0/8")
    return host == "localhost"


class Way:
    """Carries every connection to its `url` on to the server, in order and unaltered."""

    def __init__(
        self, host: str, port: int, *, source: str | None = None, chance: random.Random | None = None
    ) -> None:
        self.delay_s = 0.0  # one way
        self.jitter_s = 0.0  # up to so much more
        self.read_bytes_per_s: float | None = None  # how fast the bot reads
        self.frozen = False
        self.url = ""
        self.chance = chance or random.Random()
        self._target = ("127.0.0.1" if source is not None else host, port)
        self._source = source
        self._listener: asyncio.Server | None = None
        self._pairs: set[_Pair] = set()

    async def start(self) -> Way:
        """Listen on a free port of loopback."""
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(lambda: _Pair(self).bot, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._listener.sockets[0].getsockname()[1]}"
        return self

    def stop(self) -> None:
        """End all connections and listen no more."""
        if self._listener is not None:
            self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Break every connection with a TCP RST to both sides."""
        for pair in tuple(self._pairs):
            pair.reset()

    def freeze(self) -> None:
        """Carry nothing until `thaw`; the connections stay open."""
        self.frozen = True
        for pair in self._pairs:
            pair.bot.hold()
            pair.server.hold()

    def thaw(self) -> None:
        """Carry on, with all that was held."""
        self.frozen = False
        for pair in tuple(self._pairs):
            pair.bot.go_on()
            pair.server.go_on()

    async def reach(self, pair: _Pair) -> None:
        """Connect a pair to the server."""
        local = None if self._source is None else (self._source, 0)
        host, port = self._target
        try:
            await asyncio.get_running_loop().create_connection(
                lambda: pair.server, host, port, local_addr=local
            )
        except OSError:
            pair.reset()

    def hold_pair(self, pair: _Pair) -> None:
        self._pairs.add(pair)

    def drop_pair(self, pair: _Pair) -> None:
        self._pairs.discard(pair)


class _Pair:
    """The two ends of one connection."""

    def __init__(self, way: Way) -> None:
        self.way = way
        self.bot = _End(self)
        self.server = _End(self)
        self.bot.other, self.server.other = self.server, self.bot
        self.reaching: asyncio.Task[None] | None = None

    def opened(self, end: _End) -> None:
        if end is self.bot:
            self.way.hold_pair(self)
            self.reaching = asyncio.get_running_loop().create_task(self.way.reach(self))
        else:
            self.bot.flush()
        if self.way.frozen:
            end.hold()

    def lost(self, end: _End) -> None:
        if end.other.over:
            self.way.drop_pair(self)
        end.other.end_after_all()

    def reset(self) -> None:
        self.way.drop_pair(self)
        for end in (self.bot, self.server):
            end.reset()


class _End(asyncio.Protocol):
    """One socket; what it reads is written to the other after its time."""

    other: _End

    def __init__(self, pair: _Pair) -> None:
        self._pair = pair
        self._transport: asyncio.Transport | None = None
        self._held: deque[tuple[float, bytes]] = deque()
        self._bytes = 0
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.over = False
        self._ending = False  # close once what is held was written
        self._full = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by name
        if self.over:
            self._transport.abort()
            return
        tcp = self._transport.get_extra_info("socket")
        tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._pair.opened(self)

    def data_received(self, data: bytes) -> None:
        way, loop = self._pair.way, asyncio.get_running_loop()
        lag = way.delay_s + way.chance.uniform(0.0, way.jitter_s)
        self._due = max(self._due, loop.time() + lag)  # a later chunk never overtakes
        if self is self._pair.server and way.read_bytes_per_s is not None:
            self._due += len(data) / way.read_bytes_per_s
        self._held.append((self._due, data))
        self._bytes += len(data)
        if self._bytes > HELD_MAX_BYTES:
            self._full = True
            self._pause(True)
        self.flush()

    def connection_lost(self, error: Exception | None) -> None:
        self.over = True
        self._pair.lost(self)

    def pause_writing(self) -> None:
        self.other._pause(True)

    def resume_writing(self) -> None:
        self.other._pause(self.other._full or self._pair.way.frozen)

    # -- what the way does -------------------------------------------------------------------------

    def flush(self) -> None:
        """Write to the other end what is due, and come again for the rest."""
        if self._pair.way.frozen or self._timer is not None:
            return
        target = self.other._transport
        if target is None:
            return
        now = asyncio.get_running_loop().time()
        while self._held and self._held[0][0] <= now:
            _, data = self._held.popleft()
            self._bytes -= len(data)
            if not target.is_closing():
                target.write(data)
        if self._full and self._bytes < HELD_MAX_BYTES / 2:
            self._full = False
            self._pause(False)
        if self._held:
            self._timer = asyncio.get_running_loop().call_later(self._held[0][0] - now, self._again)
        elif self.other._ending:
            target.close()

    def hold(self) -> None:
        self._pause(True)

    def go_on(self) -> None:
        self._pause(self._full)
        self.flush()

    def end_after_all(self) -> None:
        """The other end is gone: close once all it had said is written."""
        self._ending = True
        self.other.flush()

    def reset(self) -> None:
        self.over = True
        if self._timer is not None:
            self._timer.cancel()
        self._held.clear()
        if self._transport is not None:
            with contextlib.suppress(OSError, ValueError):  # closed meanwhile; uvloop says it the second way
                tcp = self._transport.get_extra_info("socket")
                tcp.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self._transport.abort()

    def _again(self) -> None:
        self._timer = None
        self.flush()

    def _pause(self, wanted: bool) -> None:
        transport = self._transport
        if transport is None or transport.is_closing() or transport.is_reading() is not wanted:
            return
        if wanted:
            transport.pause_reading()
        else:
            transport.resume_reading()
