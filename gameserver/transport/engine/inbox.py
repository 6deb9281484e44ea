"""The events of one connection on their way to coroutine handlers: in order, one at a time, bounded."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Protocol

log = logging.getLogger(__name__)

_running: set[asyncio.Task[None]] = set()  # the event loop itself holds tasks only weakly


class Holdable(Protocol):
    """A connection that can be told not to be read."""

    def hold(self) -> None:
        """Read nothing until `release`."""

    def release(self) -> None:
        """Read again."""


class Inbox:
    """Runs handlers in the order their events came, the next when the one before is done.

    While more than the bound waits, the connection isn't read: TCP pushes back on the client. There is a
    task only while something is waiting.
    """

    __slots__ = ("_bytes", "_connection", "_held", "_max_bytes", "_max_messages", "_task", "_waiting")

    def __init__(self, connection: Holdable, max_messages: int, max_bytes: int) -> None:
        self._connection = connection
        self._max_messages = max_messages
        self._max_bytes = max_bytes
        self._waiting: deque[tuple[int, Callable[[], Awaitable[object]]]] = deque()
        self._bytes = 0
        self._held = False
        self._task: asyncio.Task[None] | None = None

    def put(self, size: int, run: Callable[[], Awaitable[object]]) -> None:
        """Run this after all that was put before; `size` is what it keeps in memory, in bytes."""
        self._waiting.append((size, run))
        self._bytes += size
        if not self._held and (len(self._waiting) > self._max_messages or self._bytes > self._max_bytes):
            self._held = True
            self._connection.hold()
        if self._task is None:
            self._task = asyncio.ensure_future(self._drain())
            _running.add(self._task)
            self._task.add_done_callback(_running.discard)

    async def _drain(self) -> None:
        try:
            while self._waiting:
                size, run = self._waiting[0]
                try:
                    await run()
                except Exception:
                    log.exception("a handler raised")
                self._waiting.popleft()
                self._bytes -= size
                if self._held and self._is_half_empty():
                    self._held = False
                    self._connection.release()
        finally:
            self._task = None

    def _is_half_empty(self) -> bool:
        return len(self._waiting) <= self._max_messages // 2 and self._bytes <= self._max_bytes // 2
