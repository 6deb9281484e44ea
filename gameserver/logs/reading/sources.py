"""Read lines from files, compressed files and streams in bounded memory, and only those that may matter."""

from __future__ import annotations

import contextlib
import gzip
import os
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

import msgspec

from gameserver.logs.reading.line import Decoder

BLOCK_BYTES = 1 << 20
LONGEST_LINE_BYTES = 1 << 20  # ours have about 10,000 at most; a longer one is passed over
FIRST_LINES = 100  # looked at for the time of a file's beginning: the first may be cut, or not the server's
BROKEN = (EOFError, zlib.error, gzip.BadGzipFile)

Tell = Callable[[int], None]  # how many bytes of the files have been read, compressed ones as they lie
Doubt = Callable[[str], None]  # what could not be read, and why


def needle(text: str) -> bytes:
    """Return the bytes by which a line that names this id or event is found before it is decoded."""
    return msgspec.json.encode(text)


def blocks(source: IO[bytes]) -> Iterator[bytes]:
    """Return whole lines, about `BLOCK_BYTES` at a time."""
    rest = b""
    while block := source.read1(BLOCK_BYTES):  # type: ignore[attr-defined]  # what a broken file has up to there
        end = block.rfind(b"\n") + 1
        if end:
            yield rest + block[:end]
            rest = block[end:]
        elif len(rest) < LONGEST_LINE_BYTES:
            rest += block
    if rest:
        yield rest


def lines(block: bytes, needles: tuple[bytes, ...] = ()) -> Iterable[bytes]:
    """Return the block's lines in order; with needles only those in which one of them occurs."""
    if not needles:
        return block.split(b"\n")
    starts = set()
    for each in needles:
        at = block.find(each)
        while at >= 0:
            starts.add(block.rfind(b"\n", 0, at) + 1)
            end = block.find(b"\n", at)
            at = -1 if end < 0 else block.find(each, end)
    return (block[start : _end(block, start)] for start in sorted(starts))


def _end(block: bytes, start: int) -> int:
    end = block.find(b"\n", start)
    return len(block) if end < 0 else end


def read(
    files: list[str],
    needles: tuple[bytes, ...],
    tell: Tell = lambda done: None,
    doubt: Doubt = lambda words: None,
) -> Iterator[bytes]:
    """Return the lines of these files, the oldest file first; no files or `-` mean standard input.

    Of a compressed file that is broken or cut those before the fault are returned, and the fault is told.
    Raises OSError for what cannot be read.
    """
    done = 0
    for name in _by_age(files or ["-"]):
        if name == "-":
            for block in blocks(sys.stdin.buffer):
                yield from lines(block, needles)
            continue
        with Path(name).open("rb") as raw:
            try:
                for block in blocks(_plain(raw, name)):
                    yield from lines(block, needles)
                    tell(done + raw.tell())
            except BROKEN as fault:
                doubt(f"{name} is broken or cut, its rest is missing here: {fault}")
            done += os.fstat(raw.fileno()).st_size


def size(files: list[str]) -> int:
    """Return the bytes these files have on the disk; a stream has none."""
    return sum(Path(name).stat().st_size for name in files if name != "-")


def _by_age(files: list[str]) -> list[str]:
    """Order rotated files by the time of their first line, so that a story is told in order."""
    return files if len(files) < 2 else sorted(files, key=_begins)


def _begins(name: str) -> str:
    if name == "-":
        return "~"  # what is written now is the newest
    decode = Decoder()
    with Path(name).open("rb") as raw, contextlib.suppress(*BROKEN):
        source = _plain(raw, name)
        for _ in range(FIRST_LINES):
            line = decode(source.readline(LONGEST_LINE_BYTES))
            if line is not None and line.time:
                return line.time
    return ""


def _plain(raw: IO[bytes], name: str) -> IO[bytes]:
    plain: IO[bytes] = gzip.GzipFile(fileobj=raw) if name.endswith(".gz") else raw  # type: ignore[assignment]
    return plain
