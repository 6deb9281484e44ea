"""Only messages and documented refusals come out of the frame parser, the same however bytes are split."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports():
    from gameserver.transport.websocket.deflate import inflate
    from gameserver.transport.websocket.frames import FrameError, FrameParser

_MAX_SIZE = 300
_REFUSALS = {1002, 1007, 1008, 1009}


class _Sink:
    def __init__(self) -> None:
        self.got: list[object] = []

    def on_text(self, payload: bytes) -> None:
        assert len(payload) <= _MAX_SIZE
        self.got.append(payload.decode())

    def on_binary(self, payload: bytes) -> None:
        assert len(payload) <= _MAX_SIZE
        self.got.append(payload)

    def on_ping(self, payload: bytes) -> None:
        assert len(payload) <= 125
        self.got.append(("ping", payload))

    def on_pong(self, payload: bytes) -> None:
        assert len(payload) <= 125
        self.got.append(("pong", payload))

    def on_close(self, code: int, reason: str) -> None:
        assert code == 1005 or 1000 <= code <= 4999
        self.got.append(("close", code, reason))


def _parsed(pieces: list[bytes], compressed: bool) -> list[object]:
    sink = _Sink()
    parser = FrameParser(sink, sink, _MAX_SIZE, inflate if compressed else None)
    try:
        for piece in pieces:
            parser.feed(piece)
    except FrameError as error:
        assert error.code in _REFUSALS
        sink.got.append(error.code)
    return sink.got


def one_input(data: bytes) -> None:
    """Parse it at once, byte by byte, and in pieces as its first byte says."""
    if not data:
        return
    step, compressed, data = data[0] // 2 + 1, data[0] % 2 == 1, data[1:]
    whole = _parsed([data], compressed)
    for size in (1, step):
        assert _parsed([data[at : at + size] for at in range(0, len(data), size)], compressed) == whole


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
