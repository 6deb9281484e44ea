"""MessagePack read byte by byte, slowly and by the book: what the fast checks are held against."""

from __future__ import annotations

from dataclasses import dataclass


class Refused(Exception):
    """No value of allowed structure."""


@dataclass
class _Reader:
    data: bytes
    at: int = 0

    def take(self, size: int) -> bytes:
        if self.at + size > len(self.data):
            raise Refused("truncated")
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")


def accepts(data: bytes) -> bool:
    """Whether this is exactly one value: well formed, UTF-8, 32 deep at most, with known extensions only."""
    reader = _Reader(data)
    try:
        _value(reader, 0, key=False)
    except Refused:
        return False
    return reader.at == len(data)


def _value(reader: _Reader, depth: int, *, key: bool) -> None:
    first = reader.number(1)
    if first <= 0x7F or first >= 0xE0 or first in (0xC0, 0xC2, 0xC3):
        return
    if first == 0xC1:
        raise Refused("never used")
    sizes = {0xCA: 4, 0xCB: 8, 0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8}
    if first in sizes:
        reader.take(sizes[first])
    elif first & 0xE0 == 0xA0:
        _text(reader, first & 0x1F)
    elif first in (0xD9, 0xDA, 0xDB):
        _text(reader, reader.number(1 << first - 0xD9))
    elif first in (0xC4, 0xC5, 0xC6):
        reader.take(reader.number(1 << first - 0xC4))
    elif first & 0xF0 == 0x90:
        _items(reader, first & 0x0F, depth, key=key)
    elif first in (0xDC, 0xDD):
        _items(reader, reader.number(2 << first - 0xDC), depth, key=key)
    elif first & 0xF0 == 0x80 or first in (0xDE, 0xDF):
        if key:
            raise Refused("a map in a key")
        _pairs(reader, first & 0x0F if first < 0x90 else reader.number(2 << first - 0xDE), depth)
    elif 0xD4 <= first <= 0xD8:
        _extension(reader, 1 << first - 0xD4)
    else:
        _extension(reader, reader.number(1 << first - 0xC7))


def _text(reader: _Reader, size: int) -> None:
    try:
        reader.take(size).decode("utf-8", "strict")
    except UnicodeDecodeError:
        raise Refused("not UTF-8") from None


def _items(reader: _Reader, count: int, depth: int, *, key: bool) -> None:
    if depth == 32:
        raise Refused("too deep")
    for _ in range(count):
        _value(reader, depth + 1, key=key)


def _pairs(reader: _Reader, count: int, depth: int) -> None:
    if depth == 32:
        raise Refused("too deep")
    for _ in range(count):
        _value(reader, depth + 1, key=True)
        _value(reader, depth + 1, key=False)


def _extension(reader: _Reader, size: int) -> None:
    code = reader.number(1)
    data = reader.take(size)
    if code == 0 and size in (1, 8):
        return
    # The timestamp type (MessagePack, "Timestamp extension type"): 4, 8 or 12 bytes.
    if code != 0xFF or size not in (4, 8, 12):
        raise Refused("unknown extension")
    nanoseconds, seconds = 0, 0
    if size == 8:
        nanoseconds, seconds = int.from_bytes(data, "big") >> 34, int.from_bytes(data, "big") & (1 << 34) - 1
    elif size == 12:
        nanoseconds = int.from_bytes(data[:4], "big")
        seconds = int.from_bytes(data[4:], "big", signed=True)
    if nanoseconds > 999_999_999 or not -62_135_596_800 <= seconds <= 253_402_300_799:
        raise Refused("no moment between the years 1 and 9999")
