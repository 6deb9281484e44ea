"""Read a file on as it grows, through rotations and truncations."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import BinaryIO

from gameserver.logs.reading.sources import LONGEST_LINE_BYTES

BEFORE = 10  # lines shown from before the start
LOOKED_BACK_BYTES = 64 << 10
PAUSE_SECONDS = 0.25


def grown(name: str, pause: Callable[[float], None] = time.sleep) -> Generator[bytes, None, None]:
    """Return the file's last lines and then, without end, those that are written to it.

    A file that was renamed away is read to its end, and then the new one of that name from its beginning.
    Raises OSError if there is no such file at the start.
    """
    source: BinaryIO = Path(name).open("rb")  # noqa: SIM115  # closed below; it is another one after a rotation
    try:
        yield from _last(source)
        rest = b""
        while True:
            rest += source.readline(LONGEST_LINE_BYTES)
            if rest.endswith(b"\n") or len(rest) >= LONGEST_LINE_BYTES:
                yield rest
                rest = b""
                continue
            if (newer := _newer(source, name)) is not None:
                if late := source.readline():  # written between the last look and the rotation
                    rest += late
                    if late.endswith(b"\n"):
                        newer.close()
                        continue
                source.close()
                source = newer
                if rest:
                    yield rest
                rest = b""
                continue
            pause(PAUSE_SECONDS)
    finally:
        source.close()


def _last(source: BinaryIO) -> Iterator[bytes]:
    size = os.fstat(source.fileno()).st_size
    start = max(0, size - LOOKED_BACK_BYTES)
    source.seek(start)
    if start:
        source.readline()  # the end of a line
    recent: deque[tuple[int, bytes]] = deque(maxlen=BEFORE)
    end = source.tell()
    while (line := source.readline()).endswith(b"\n"):
        recent.append((end, line))
        end = source.tell()
    source.seek(end)
    for _, line in recent:
        yield line


def _newer(source: BinaryIO, name: str) -> BinaryIO | None:
    """Return the file that bears the name now if it is another one, or was emptied."""
    try:
        there = Path(name).stat()
    except FileNotFoundError:
        return None  # between the two steps of a rotation
    mine = os.fstat(source.fileno())
    if (there.st_ino, there.st_dev) == (mine.st_ino, mine.st_dev) and there.st_size >= source.tell():
        return None
    return Path(name).open("rb")
