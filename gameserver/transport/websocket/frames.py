"""RFC 6455 frames without I/O: what a server reads from a client, and how it writes.

The parser is fed bytes and calls its two sinks at once, frame by frame: messages go to the one,
control frames to the other. It never holds more than one unfinished message and one unfinished header.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Final, Protocol

from tornado.util import _websocket_mask

CONTINUATION: Final = 0x0
TEXT: Final = 0x1
BINARY: Final = 0x2
CLOSE: Final = 0x8
PING: Final = 0x9
PONG: Final = 0xA
COMPRESSED: Final = 0x40  # beside the opcode of a message's first frame, RFC 7692 section 6

NORMAL: Final = 1000
PROTOCOL_ERROR: Final = 1002
NO_STATUS: Final = 1005  # never on the wire: the close frame had no code (RFC 6455 section 7.1.5)
INVALID_DATA: Final = 1007
POLICY_VIOLATION: Final = 1008
TOO_BIG: Final = 1009
INTERNAL_ERROR: Final = 1011

CONTROL_MAX: Final = 125  # bytes of payload, RFC 6455 section 5.5
_FRAGMENTS: Final = 256  # of one message, and one more for every so many bytes:
_BYTES_OF_A_FRAGMENT: Final = 16

_FIN: Final = 0x80
_RESERVED: Final = 0x70
_MASKED: Final = 0x80
WHOLE_BINARY: Final = _FIN | BINARY  # the first byte of most frames
_WHOLE: Final = (WHOLE_BINARY, _FIN | TEXT)  # first bytes of unfragmented messages


mask: Final = _websocket_mask  # in C


class FrameError(Exception):
    """The client broke RFC 6455; `code` is the close code that answers it."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class MessageSink(Protocol):
    """Gets every whole message."""

    def on_text(self, payload: bytes) -> None:
        """A text message; its bytes are valid UTF-8."""

    def on_binary(self, payload: bytes) -> None:
        """A binary message."""


class ControlSink(Protocol):
    """Gets every control frame."""

    def on_ping(self, payload: bytes) -> None:
        """A ping, which has to be answered with the same payload."""

    def on_pong(self, payload: bytes) -> None:
        """A pong."""

    def on_close(self, code: int, reason: str) -> None:
        """A valid close frame; 1005 stands for one without a code. The parser has stopped."""


class Deaf:
    """Both sinks, of what nobody wants any more."""

    def on_text(self, payload: bytes) -> None:
        pass

    def on_binary(self, payload: bytes) -> None:
        pass

    def on_ping(self, payload: bytes) -> None:
        pass

    def on_pong(self, payload: bytes) -> None:
        pass

    def on_close(self, code: int, reason: str) -> None:
        pass


DEAF: Final = Deaf()


class FrameParser:
    """Takes masked frames out of a byte stream.

    `max_size` bounds a message in bytes, judged by the frame's header before its payload is read.
    While `stopped` is set nothing more is delivered; what has been read waits for `feed(b"")`.
    `inflate(payload, max_size)` restores a compressed message; without it there must be none.
    """

    __slots__ = (
        "_compressed",
        "_decoder",
        "_final",
        "_fragments",
        "_key",
        "_message",
        "_missing",
        "_rest",
        "_text",
        "controls",
        "inflate",
        "max_size",
        "messages",
        "stopped",
    )

    def __init__(
        self,
        messages: MessageSink,
        controls: ControlSink,
        max_size: int,
        inflate: Callable[[bytes, int], bytes] | None = None,
    ) -> None:
        self.inflate = inflate
        self.messages = messages
        self.controls = controls
        self.max_size = max_size
        self.stopped = False
        self._rest = b""  # an unfinished header or control frame, or what came while stopped
        self._message: bytearray | None = None  # the payload so far of an unfinished message
        self._text = False  # whether that message is text
        self._compressed = False
        self._decoder: codecs.IncrementalDecoder | None = None
        self._fragments = 0  # of that message, but for its last
        self._missing = 0  # bytes of the open frame's payload that have not come yet
        self._key = b""  # the open frame's masking key, turned to its next byte
        self._final = False  # whether the open frame ends its message

    @property
    def is_idle(self) -> bool:
        """Whether nothing is unfinished or waits, so that the next byte begins a message."""
        return self._message is None and not (self._rest or self.stopped)

    def feed(self, data: bytes) -> None:
        """Take bytes as they came from the socket and deliver every frame they complete.

        Raises FrameError at the first byte that breaks the protocol; the parser is then of no more use.
        """
        size = len(data)
        if self._rest:
            data = self._rest + data
            size = len(data)
            self._rest = b""
        at = 0
        while at < size:
            if self.stopped:
                self._rest = data[at:]
                return
            if self._missing:
                at = self._absorb(data, at, size)
                continue
            if size - at < 2:
                self._rest = data[at:]
                return
            # The common case, a whole unfragmented message, is done here without a further call.
            first = data[at]
            if self._message is None and first in _WHOLE:
                second = data[at + 1]
                if 0x80 <= second < 0xFE:
                    body = at + 6
                    end = body + second - 0x80
                elif second == 0xFE and size - at > 8:
                    body = at + 8
                    end = body + (data[at + 2] << 8 | data[at + 3])
                else:
                    end = size + 1
                if end <= size and (second < 0xFE or 126 <= end - body <= self.max_size):
                    payload = mask(data[body - 4 : body], data[body:end])
                    at = end
                    if first == WHOLE_BINARY:
                        self.messages.on_binary(payload)
                    elif payload.isascii() or _is_utf8(payload):
                        self.messages.on_text(payload)
                    continue
            after = self._open(data, at, size)
            if after < 0:
                self._rest = data[at:]
                return
            at = after

    def _open(self, data: bytes, at: int, size: int) -> int:
        """Check the header at `at`, begin its frame, and return where to go on; -1 if bytes are missing."""
        first, second = data[at], data[at + 1]
        opcode = first & 0x0F
        length = second & 0x7F
        reserved = first & _RESERVED
        if reserved and not (reserved == COMPRESSED and self.inflate and opcode in (TEXT, BINARY)):
            raise FrameError(PROTOCOL_ERROR, "reserved bit set")
        if not second & _MASKED:
            raise FrameError(PROTOCOL_ERROR, "frame not masked")
        if opcode >= CLOSE:
            if opcode > PONG:
                raise FrameError(PROTOCOL_ERROR, "reserved opcode")
            if not first & _FIN:
                raise FrameError(PROTOCOL_ERROR, "fragmented control frame")
            if length > CONTROL_MAX:
                raise FrameError(PROTOCOL_ERROR, "control frame too long")
        elif opcode > BINARY:
            raise FrameError(PROTOCOL_ERROR, "reserved opcode")
        elif (opcode == CONTINUATION) != (self._message is not None):
            raise FrameError(PROTOCOL_ERROR, "fragments out of order")

        body = at + 6
        if length == 126:
            body = at + 8
            if size < at + 4:
                return -1
            length = data[at + 2] << 8 | data[at + 3]
            if length < 126:
                raise FrameError(PROTOCOL_ERROR, "length not in its shortest form")
        elif length == 127:
            body = at + 14
            if size < at + 10:
                return -1
            length = int.from_bytes(data[at + 2 : at + 10], "big")
            if length < 0x10000 or length >> 63:
                raise FrameError(PROTOCOL_ERROR, "length not in its shortest form")
        if opcode < CLOSE and length + len(self._message or b"") > self.max_size:
            raise FrameError(TOO_BIG, "message too big")
        if size < body:
            return -1
        key = data[body - 4 : body]
        if opcode >= CLOSE:
            end = body + length
            if size < end:
                return -1
            self._control(opcode, mask(key, data[body:end]))
            return end

        if self._message is None:
            self._message = bytearray()
            self._fragments = 0
            self._text = opcode == TEXT
            self._compressed = bool(reserved)
            if self._text and not self._compressed:
                self._decoder = codecs.getincrementaldecoder("utf-8")()
        if not first & _FIN:
            self._fragments += 1
            if self._fragments > _FRAGMENTS + len(self._message) // _BYTES_OF_A_FRAGMENT:
                raise FrameError(POLICY_VIOLATION, "too many fragments of next to nothing")
        self._key = key
        self._missing = length
        self._final = bool(first & _FIN)
        return self._absorb(data, body, size)

    def _absorb(self, data: bytes, at: int, size: int) -> int:
        """Take what there is of the open frame's payload; deliver the message if it is whole."""
        assert self._message is not None
        end = min(size, at + self._missing)
        part = mask(self._key, data[at:end])
        turned = len(part) % 4
        self._key = self._key[turned:] + self._key[:turned]
        self._missing -= len(part)
        self._message += part
        whole = self._final and not self._missing
        if self._decoder is not None:
            try:
                self._decoder.decode(part, whole)
            except UnicodeDecodeError:
                raise FrameError(INVALID_DATA, "text is not UTF-8") from None
        if whole:
            payload = bytes(self._message)
            self._message = self._decoder = None
            if self._compressed and self.inflate is not None:
                payload = self.inflate(payload, self.max_size)
                if self._text:
                    _is_utf8(payload)
            if self._text:
                self.messages.on_text(payload)
            else:
                self.messages.on_binary(payload)
        return end

    def _control(self, opcode: int, payload: bytes) -> None:
        if opcode == PING:
            self.controls.on_ping(payload)
        elif opcode == PONG:
            self.controls.on_pong(payload)
        else:
            code, reason = _read_close(payload)
            self.stopped = True
            self.controls.on_close(code, reason)


def _is_utf8(payload: bytes) -> bool:
    """True, or a FrameError."""
    try:
        payload.decode()
    except UnicodeDecodeError:
        raise FrameError(INVALID_DATA, "text is not UTF-8") from None
    return True


def _read_close(payload: bytes) -> tuple[int, str]:
    if not payload:
        return NO_STATUS, ""
    code = int.from_bytes(payload[:2], "big")
    if len(payload) < 2 or not is_close_code(code):
        raise FrameError(PROTOCOL_ERROR, "invalid close code")
    try:
        return code, payload[2:].decode()
    except UnicodeDecodeError:
        raise FrameError(INVALID_DATA, "close reason is not UTF-8") from None


def is_close_code(code: int) -> bool:
    """Whether an endpoint may send this code (RFC 6455 section 7.4 and its IANA registry)."""
    return 3000 <= code <= 4999 or (1000 <= code <= 1014 and code not in (1004, 1005, 1006))


def encode_frame(opcode: int, payload: bytes) -> bytes:
    """Build the one unmasked frame a server sends for this payload (RFC 6455 section 5.2)."""
    length = len(payload)
    if length < 126:
        return bytes((_FIN | opcode, length)) + payload
    if length < 0x10000:
        return bytes((_FIN | opcode, 126, length >> 8, length & 0xFF)) + payload
    return bytes((_FIN | opcode, 127)) + length.to_bytes(8, "big") + payload


def split_frame(frame: bytes) -> tuple[int, bytes]:
    """Take a frame of `encode_frame` apart: its opcode and payload."""
    head = {126: 4, 127: 10}.get(frame[1], 2)
    return frame[0] & 0x0F, frame[head:]


def encode_close(code: int, reason: str = "") -> bytes:
    """Build a close frame; the reason is cut to what a control frame holds. 1005 stands for no code."""
    if code == NO_STATUS:
        return encode_frame(CLOSE, b"")
    cut = reason.encode()[: CONTROL_MAX - 2].decode(errors="ignore").encode()
    return encode_frame(CLOSE, code.to_bytes(2, "big") + cut)
