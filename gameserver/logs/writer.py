"""Write lines so that no log stops the games: neither a pipe that nobody reads nor a disk that is full."""

from __future__ import annotations

import fcntl
import os
import select
import threading
import time
from collections.abc import Callable

MOST_BYTES = 4 * 1024 * 1024  # that wait; beyond, lines are dropped and counted
TOGETHER_S = 0.02  # lines of so long go in one write: each wakes the thread, and that costs the loop
CLOSE_S = 2.0  # for what waits at the end
AGAIN_S = 1.0  # between two tries to write to a file that takes nothing more

Later = Callable[[Callable[[], None]], object]
"""Calls back at the end of this turn of the event loop, as `call_soon` does."""


class _Lossy:
    """Counts the lines that are lost, and has `tell` called with their count before the next that is kept."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        self.dropped = 0  # lines, since the start
        self._lock = threading.RLock()
        self._tell = tell
        self._untold = 0
        self._telling = False
        self._being_told = 0

    def _lose(self, lines: int) -> None:
        """Count these; if they are what tells the count, that is to be told again."""
        with self._lock:
            self.dropped += lines
            self._untold += lines + self._being_told
            self._being_told = 0

    def _tell_dropped(self) -> None:
        self._telling = True
        with self._lock:
            lines = self._being_told = self._untold
            self._untold = 0
        try:
            self._tell(lines)
        finally:
            self._being_told = 0
            self._telling = False


class Writer(_Lossy):
    """A text stream that never blocks. Lines keep their order; those it cannot keep are counted and told."""

    def __init__(
        self,
        descriptor: int,
        *,
        most_bytes: int = MOST_BYTES,
        tell: Callable[[int], None] = lambda lines: None,
    ) -> None:
        super().__init__(tell)
        self._descriptor = descriptor
        self._most_bytes = most_bytes
        self._awake = threading.Event()
        self._closing = threading.Event()
        self._lines: list[str] = []
        self._bytes = 0  # that wait, those being written included; a character counts as one
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    def write(self, text: str) -> int:
        """Have this written soon, or dropped; whole lines only."""
        if self._untold and not self._telling and self._has_room(len(text)):
            self._tell_dropped()
        with self._lock:
            kept = self._has_room(len(text))
            if kept:
                self._bytes += len(text)
                self._lines.append(text)
        if not kept:
            self._lose(text.count("\n"))
        elif not self._awake.is_set():
            self._awake.set()
        return len(text)

    def flush(self) -> None:
        """Does nothing: what waits is on its way."""

    def close(self) -> None:
        """Wait until all is written, but not for long: nobody may be reading."""
        if self._untold:
            self._tell_dropped()
        self._closing.set()
        self._awake.set()
        self._thread.join(CLOSE_S)

    def _has_room(self, length: int) -> bool:
        return self._bytes + length <= self._most_bytes

    def _run(self) -> None:
        while True:
            self._awake.wait()
            closing = self._closing.is_set()  # looked at first: what was written before it is among the lines
            self._awake.clear()
            with self._lock:
                lines, self._lines = self._lines, []
            text = "".join(lines)
            if not self._write(memoryview(text.encode(errors="backslashreplace"))):
                self._lose(text.count("\n"))
            with self._lock:
                self._bytes -= len(text)
            if closing:
                return
            self._closing.wait(TOGETHER_S)

    def _write(self, data: memoryview) -> bool:
        """Write all of it, however long it takes; False if that cannot be done."""
        while data:
            try:
                data = data[os.write(self._descriptor, data) :]
            except BlockingIOError:
                select.select([], [self._descriptor], [])
            except OSError:  # the reader is gone, or the disk is full
                return False
        return True


class FileWriter(_Lossy):
    """A text stream to a file. It never raises: lines that cannot be written, as on a full disk, are counted.

    The file is tried again every `AGAIN_S`; then the count is told in their place, as `Writer` does, after
    the end of the line that was cut. It is always written at its end, also after somebody has cut it to
    nothing to rotate it, and even if the shell opened it otherwise (`>`).

    Lines are written as they come, or, between `join` and `part`, at the end of the turn in which they came
    if nobody flushes them before.
    """

    def __init__(
        self,
        descriptor: int,
        *,
        tell: Callable[[int], None] = lambda lines: None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_APPEND)
        super().__init__(tell)
        self._descriptor = descriptor
        self._now = now
        self._again = 0.0
        self._later: Later | None = None
        self._thread = 0  # whose turns are meant
        self._joined: list[str] = []

    def join(self, later: Later) -> None:
        """Write what this thread says in one turn in one write: `later` calls back at its end."""
        self._thread = threading.get_ident()
        self._later = later

    def part(self) -> None:
        """Write each line as it comes again."""
        self._later = None
        self.flush()

    def write(self, text: str) -> int:
        """Write this now, or soon, or drop it; whole lines only."""
        with self._lock:
            if self._later is None or self._telling or self._thread != threading.get_ident():
                self.flush()
                self._put_or_lose(text)
            else:
                if not self._joined:
                    self._later(self.flush)
                self._joined.append(text)
        return len(text)

    def flush(self) -> None:
        """Write what waits for the end of the turn."""
        with self._lock:
            joined, self._joined = self._joined, []
            if joined:
                self._put_or_lose("".join(joined))

    def _put_or_lose(self, text: str) -> None:
        if self._untold and not self._telling:
            if self._now() >= self._again and not self._put(b"\n"):
                self._tell_dropped()
            if self._untold:
                self._lose(text.count("\n"))
                return
        if rest := self._put(text.encode(errors="backslashreplace")):
            self._lose(bytes(rest).count(b"\n"))

    def _put(self, data: bytes) -> memoryview:
        """Return what could not be written."""
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            self._again = self._now() + AGAIN_S
        return rest
