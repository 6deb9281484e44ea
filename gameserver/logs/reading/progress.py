"""Show on a terminal how much of large files is read."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

LARGE_BYTES = 64 << 20
WIDTH = 30
AGAIN_AFTER_SECONDS = 0.2


class Progress:
    """A bar on `out`; silent unless that is a terminal and there is much to read."""

    def __init__(self, total: int, out: TextIO, now: Callable[[], float] = time.monotonic) -> None:
        self._total = total
        self._out = out if total >= LARGE_BYTES and out.isatty() else None
        self._now = now
        self._began = self._shown = now()

    def tell(self, done: int) -> None:
        """Show that this many bytes are done, five times a second at most."""
        now = self._now()
        if self._out is None or now - self._shown < AGAIN_AFTER_SECONDS:
            return
        self._shown = now
        share = done / self._total
        bar = "#" * int(WIDTH * share)
        speed = done / 1e6 / (now - self._began)
        self._out.write(f"\r[{bar:<{WIDTH}}] {share:4.0%} {speed:6.0f} MB/s")
        self._out.flush()

    def end(self) -> None:
        """Take the bar away."""
        if self._out is not None:
            self._out.write("\r\x1b[K")
            self._out.flush()
