"""A network between two sockets that behaves as badly as a test asks for."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace

CHUNK_BYTES = 16 * 1024
CHUNKS_IN_FLIGHT = 64  # what the path itself holds; beyond it the sender is pushed back


@dataclass(frozen=True, slots=True)
class Conditions:
    """How one direction carries bytes: always in order, never altered."""

    delay_ms: float = 0.0
    jitter_ms: float = 0.0  # up to this much more, drawn anew for each chunk
    split_bytes: int | None = None  # written in pieces of at most this size
    bytes_per_second: float | None = None  # read no faster than this, so that TCP pushes back


class FaultProxy:
    """Listens on 127.0.0.1 and carries each connection to the target port.

    `up` is the way from the client to the server, `down` the way back; both may be replaced while
    connections live. Chance comes from the seed.
    """

    def __init__(
        self,
        target_port: int,
        *,
        up: Conditions | None = None,
        down: Conditions | None = None,
        seed: int = 0,
        buffer_bytes: int | None = None,
    ) -> None:
        self.up = up or Conditions()
        self.down = down or Conditions()
        self.port = 0
        self._target_port = target_port
        self._random = random.Random(seed)
        self._buffer_bytes = buffer_bytes  # the kernel's receive buffers, small ones push back early
        self._flowing = {"up": asyncio.Event(), "down": asyncio.Event()}
        self._pairs: set[_Pair] = set()
        self._opening: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.thaw()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def connections(self) -> int:
        """How many connections it carries now."""
        return len(self._pairs)

    async def start(self) -> FaultProxy:
        listener = self._socket()
        listener.bind(("127.0.0.1", 0))
        self._server = await asyncio.start_server(self._carry, sock=listener, limit=CHUNK_BYTES)
        self.port = listener.getsockname()[1]
        return self

    async def stop(self) -> None:
        """End all connections and listen no more."""
        if self._server is not None:
            self._server.close()
        for opening in list(self._opening):
            opening.cancel()
        await asyncio.gather(*self._opening, return_exceptions=True)
        for pair in list(self._pairs):
            await pair.end()

    def delay(self, milliseconds: float, *, jitter_ms: float = 0.0) -> None:
        """Let a round trip last this much longer, half of it each way."""
        self.up = replace(self.up, delay_ms=milliseconds / 2, jitter_ms=jitter_ms / 2)
        self.down = replace(self.down, delay_ms=milliseconds / 2, jitter_ms=jitter_ms / 2)

    def freeze(self, *ways: str) -> None:
        """Carry nothing, neither bytes nor ends, on these ways ("up", "down"; both if none is named)."""
        for way in ways or ("up", "down"):
            self._flowing[way].clear()

    def thaw(self, *ways: str) -> None:
        """Carry on with all that was held."""
        for way in ways or ("up", "down"):
            self._flowing[way].set()

    def reset(self) -> None:
        """Break every connection with a TCP RST to both sides."""
        for pair in list(self._pairs):
            pair.reset()

    async def half_open(self) -> None:
        """Take the client away and leave the server's sockets open: it is told nothing, ever."""
        for pair in list(self._pairs):
            await pair.lose_client()

    def _socket(self) -> socket.socket:
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if self._buffer_bytes is not None:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._buffer_bytes)
        return made

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opening = asyncio.ensure_future(self._open(reader, writer))
        self._opening.add(opening)
        try:
            await opening
        except (OSError, asyncio.CancelledError):
            writer.close()
            return
        finally:
            self._opening.discard(opening)

    async def _open(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Reach the target for a client that has come, and start to carry."""
        upstream = self._socket()
        upstream.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(upstream, ("127.0.0.1", self._target_port))
        except BaseException:
            upstream.close()
            raise
        pair = _Pair(self, (reader, writer), await asyncio.open_connection(sock=upstream, limit=CHUNK_BYTES))
        self._pairs.add(pair)
        pair.start(when_over=self._pairs.discard)

    async def _release(self, way: str) -> None:
        await self._flowing[way].wait()

    def _lag(self, path: Conditions) -> float:
        return (path.delay_ms + self._random.uniform(0.0, path.jitter_ms)) / 1000


class _Pair:
    """One connection: two sockets and the two ways between them."""

    def __init__(
        self,
        proxy: FaultProxy,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        server: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self._proxy = proxy
        self._client_reader, self._client_writer = client
        self._server_reader, self._server_writer = server
        for writer in (self._client_writer, self._server_writer):
            writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._tasks: list[asyncio.Task[None]] = []
        self.lost = False  # the client was taken away, the server's socket stays until `end`

    def start(self, when_over: Callable[[_Pair], None]) -> None:
        """Carry both ways until both have ended, then close and tell."""
        queues: dict[str, asyncio.Queue[tuple[float, bytes]]] = {
            way: asyncio.Queue(CHUNKS_IN_FLIGHT) for way in ("up", "down")
        }
        self._tasks = [
            asyncio.create_task(self._take("up", self._client_reader, queues["up"])),
            asyncio.create_task(self._give("up", self._server_writer, queues["up"])),
            asyncio.create_task(self._take("down", self._server_reader, queues["down"])),
            asyncio.create_task(self._give("down", self._client_writer, queues["down"])),
        ]
        self._whole = asyncio.create_task(self._run(when_over))

    async def _run(self, when_over: Callable[[_Pair], None]) -> None:
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if not self.lost:
            await self._close()
            when_over(self)

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, self._whole, return_exceptions=True)
        await self._close()

    def reset(self) -> None:
        for writer in (self._client_writer, self._server_writer):
            # SO_LINGER with a time of zero: close sends RST and drops what was not sent.
            with contextlib.suppress(OSError):
                writer.get_extra_info("socket").setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                )
            writer.transport.abort()
        for task in self._tasks:
            task.cancel()

    async def lose_client(self) -> None:
        self.lost = True
        for task in self._tasks:
            task.cancel()
        self._client_writer.transport.abort()

    async def _close(self) -> None:
        for writer in (self._client_writer, self._server_writer):
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _take(
        self, way: str, reader: asyncio.StreamReader, queue: asyncio.Queue[tuple[float, bytes]]
    ) -> None:
        loop = asyncio.get_running_loop()
        due = 0.0
        while True:
            await self._proxy._release(way)
            path = self._path(way)
            size = CHUNK_BYTES
            if path.bytes_per_second is not None:
                size = max(1, min(CHUNK_BYTES, int(path.bytes_per_second / 20)))
            try:
                chunk = await reader.read(size)
            except OSError:
                chunk = b""
            due = max(due, loop.time() + self._proxy._lag(path))  # a later chunk never overtakes
            await queue.put((due, chunk))
            if not chunk:
                return
            if path.bytes_per_second is not None:
                await asyncio.sleep(len(chunk) / path.bytes_per_second)

    async def _give(
        self, way: str, writer: asyncio.StreamWriter, queue: asyncio.Queue[tuple[float, bytes]]
    ) -> None:
        loop = asyncio.get_running_loop()
        broken = False
        while True:
            due, chunk = await queue.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            await self._proxy._release(way)
            if not chunk:
                with contextlib.suppress(OSError):
                    if not broken:
                        writer.write_eof()
                return
            if broken:
                continue  # nobody listens any more; what still comes is taken, so that its sender can end
            size = self._path(way).split_bytes or len(chunk)
            try:
                for start in range(0, len(chunk), size):
                    writer.write(chunk[start : start + size])
                    await writer.drain()
                    await asyncio.sleep(0)
            except OSError:
                broken = True

    def _path(self, way: str) -> Conditions:
        path: Conditions = getattr(self._proxy, way)
        return path
