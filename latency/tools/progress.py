"""A progress bar on the terminal; silent where nobody watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TextIO, TypeVar

T = TypeVar("T")

_WIDTH = 30
_EVERY_S = 0.1


def progress(items: Iterable[T], total: int, what: str, stream: TextIO | None = None) -> Iterator[T]:
    """The items, while a bar on stderr tells how many of `total` are done and how long the rest will take."""
    out = sys.stderr if stream is None else stream
    if not out.isatty():
        yield from items
        return
    began = shown = time.monotonic()
    for done, item in enumerate(items, 1):
        yield item
        now = time.monotonic()
        if now - shown >= _EVERY_S:
            shown = now
            out.write(_line(what, done, total, now - began))
            out.flush()
    out.write("\r\x1b[K")
    out.flush()


def _line(what: str, done: int, total: int, took_s: float) -> str:
    share = min(1.0, done / total) if total else 1.0
    bar = "#" * round(share * _WIDTH)
    left_s = took_s * (total - done) / done
    return f"\r\x1b[K{what} [{bar:{_WIDTH}}] {done}/{total}, {left_s:.0f} s left"
