"""What an RFC 6455 server is told and must answer, along the sections of Autobahn's case list 1 to 7 and 9.

The server echoes every message. A case says what the client sends, and which frames come back in order;
of a close frame only the code is judged. A case that ends in a close must also end the TCP connection.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.transport.websocket.wire import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    close_frame,
    fragments,
    frame,
)

Answer = tuple[int, bytes | int]


@dataclass(frozen=True, slots=True)
class Case:
    """One conversation: all that the client sends, cut into pieces of `chop` bytes if that is given."""

    name: str
    sent: bytes
    answers: tuple[Answer, ...]
    chop: int | None = None

    @property
    def section(self) -> str:
        """The first number of Autobahn's."""
        return self.name.partition(".")[0]

    def pieces(self) -> list[bytes]:
        """What is written, in order."""
        step = self.chop or len(self.sent)
        return [self.sent[at : at + step] for at in range(0, len(self.sent), step)]


def closing(code: int) -> Answer:
    """A close frame with this code."""
    return CLOSE, code


def text(payload: str) -> Answer:
    """The echo of a text."""
    return TEXT, payload.encode()


REFUSED = closing(1002)
BYE = close_frame(1000)
GOODBYE = closing(1000)


def framing() -> Iterator[Case]:
    """1: messages of every length form."""
    for number, size in enumerate((0, 125, 126, 127, 128, 65535, 65536), start=1):
        yield Case(f"1.1.{number} text", frame(TEXT, b"*" * size) + BYE, ((TEXT, b"*" * size), GOODBYE))
        payload = b"\xfe" * size
        yield Case(f"1.2.{number} binary", frame(BINARY, payload) + BYE, ((BINARY, payload), GOODBYE))
    for number, (opcode, payload) in enumerate(((TEXT, b"*" * 65536), (BINARY, b"\xfe" * 65536)), start=1):
        sent = frame(opcode, payload) + BYE
        yield Case(f"1.{number}.8 in pieces of 997", sent, ((opcode, payload), GOODBYE), chop=997)
    for opcode in (TEXT, BINARY):
        for size, form in ((0, 2), (125, 2), (0, 8), (125, 8), (65535, 8)):
            sent = frame(opcode, b"*" * size, form=form)
            yield Case(f"1.x {size} bytes said in {form}, op {opcode}", sent, (REFUSED,))
        sent = frame(opcode, b"*", form=8)[:2] + b"\x80" + b"\0" * 7 + b"\0" * 4
        yield Case(f"1.x length with its highest bit set, op {opcode}", sent, (REFUSED,))
    for payload in (b"", b"unmasked", b"*" * 126, b"*" * 65536):
        yield Case(f"1.x unmasked, {len(payload)} bytes", frame(TEXT, payload, key=None), (REFUSED,))
    yield Case("1.x unmasked ping", frame(PING, b"", key=None), (REFUSED,))


def pings() -> Iterator[Case]:
    """2: pings and pongs."""
    binary = bytes.fromhex("00fffefdfcfb00ff")
    full = b"\xfe" * 125
    for number, payload in ((1, b""), (2, b"Hello, world!"), (3, binary), (4, full)):
        yield Case(f"2.{number} ping", frame(PING, payload) + BYE, ((PONG, payload), GOODBYE))
    yield Case("2.5 ping too long", frame(PING, b"\xfe" * 126), (REFUSED,))
    yield Case("2.6 ping in single bytes", frame(PING, full) + BYE, ((PONG, full), GOODBYE), chop=1)
    yield Case("2.7 unasked pong", frame(PONG) + BYE, (GOODBYE,))
    yield Case("2.8 unasked pong with payload", frame(PONG, b"unasked") + BYE, (GOODBYE,))
    sent = frame(PONG, b"unasked") + frame(PING, b"asked") + BYE
    yield Case("2.9 unasked pong, then ping", sent, ((PONG, b"asked"), GOODBYE))
    ten = [b"payload-%d" % number for number in range(10)]
    sent = b"".join(frame(PING, payload) for payload in ten) + BYE
    answers = (*((PONG, payload) for payload in ten), GOODBYE)
    yield Case("2.10 ten pings", sent, answers)
    yield Case("2.11 ten pings in single bytes", sent, answers, chop=1)


def reserved_bits() -> Iterator[Case]:
    """3: reserved bits, none of which was agreed upon."""
    for rsv in range(1, 8):
        for opcode in (TEXT, BINARY, PING, PONG, CLOSE):
            sent = frame(opcode, b"", rsv=rsv) + frame(PING)
            yield Case(f"3.{rsv} reserved bits in op {opcode}", sent, (REFUSED,))
        sent = frame(TEXT, "Hello") + frame(TEXT, "Hello", rsv=rsv) + frame(PING)
        yield Case(f"3.{rsv} reserved bits after a message", sent, (text("Hello"), REFUSED))
        sent = frame(TEXT, "Hel", fin=False) + frame(CONTINUATION, "lo", rsv=rsv)
        yield Case(f"3.{rsv} reserved bits in a continuation", sent, (REFUSED,), chop=1)


def opcodes() -> Iterator[Case]:
    """4: opcodes that mean nothing."""
    for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
        section = 1 if opcode < 8 else 2
        yield Case(f"4.{section} op {opcode}", frame(opcode), (REFUSED,))
        yield Case(f"4.{section} op {opcode} with payload", frame(opcode, b"reserved"), (REFUSED,))
        sent = frame(TEXT, "Hello") + frame(opcode, b"reserved") + frame(PING)
        yield Case(f"4.{section} op {opcode} after a message", sent, (text("Hello"), REFUSED), chop=1)


def fragmentation() -> Iterator[Case]:
    """5: fragments, and control frames between them."""
    for number, opcode in ((1, PING), (2, PONG)):
        sent = frame(opcode, b"frag", fin=False) + frame(CONTINUATION, b"ment")
        yield Case(f"5.{number} fragmented control frame", sent, (REFUSED,))
    yield Case("5.2 fragmented close", frame(CLOSE, b"\x03\xe8", fin=False), (REFUSED,))
    begin, end = frame(TEXT, "frag", fin=False), frame(CONTINUATION, "ment")
    whole = text("fragment")
    for chop in (None, 7, 1):
        how = f"in pieces of {chop}" if chop else "at once"
        yield Case(f"5.3 two fragments {how}", begin + end + BYE, (whole, GOODBYE), chop)
        sent = begin + frame(PING, b"between") + end + BYE
        yield Case(f"5.6 a ping between {how}", sent, ((PONG, b"between"), whole, GOODBYE), chop)
        yield Case(f"5.x a pong between {how}", begin + frame(PONG) + end + BYE, (whole, GOODBYE), chop)
    for fin in (True, False):
        sent = frame(CONTINUATION, b"nothing to continue", fin=fin) + frame(TEXT, "Hello")
        for chop in (None, 1):
            yield Case(f"5.9 nothing to continue, fin {fin}, chop {chop}", sent, (REFUSED,), chop)
        sent = begin + end + frame(CONTINUATION, b"over", fin=fin) + frame(TEXT, "Hello")
        yield Case(f"5.15 a continuation after the end, fin {fin}", sent, (whole, REFUSED))
    for opcode in (TEXT, BINARY):
        sent = begin + frame(opcode, b"another") + end
        yield Case(f"5.18 a message before the end of another, op {opcode}", sent, (REFUSED,))
        yield Case(f"5.18 the same in fragments, op {opcode}", begin + begin, (REFUSED,))
    sent = (
        frame(TEXT, "1", fin=False)
        + frame(CONTINUATION, "2", fin=False)
        + frame(PING, b"first")
        + frame(CONTINUATION, "3", fin=False)
        + frame(CONTINUATION, "4", fin=False)
        + frame(PING, b"second")
        + frame(CONTINUATION, "5")
        + BYE
    )
    answers = ((PONG, b"first"), (PONG, b"second"), text("12345"), GOODBYE)
    yield Case("5.19 pings between five fragments", sent, answers)
    yield Case("5.20 the same in single bytes", sent, answers, chop=1)
    for opcode in (TEXT, BINARY):
        sent = frame(opcode, b"", fin=False) + frame(CONTINUATION, b"", fin=False) + frame(CONTINUATION)
        yield Case(f"5.x only empty fragments, op {opcode}", sent + BYE, ((opcode, b""), GOODBYE))


VALID = {
    "6.2 text": "Hello-µ@ßöäüàá-UTF-8!!",
    "6.5 kosme": "κόσμε",
    "6.6 smallest of each length": "\x00\x7f\u0080\u07ff\u0800\uffff\U00010000\U0010ffff",
    "6.7 around the surrogates": "\ud7ff\ue000\ufffd",
    "6.9 non-characters": "\ufffe\uffff\U0001fffe\U0001ffff\U0010fffe\U0010ffff",
}
INVALID = {
    "6.3 surrogate in a text": "κόσμε".encode() + b"\xed\xa0\x80edited",
    "6.8 beyond U+10FFFF": b"\xf4\x90\x80\x80",
    "6.8 five bytes": b"\xf8\x88\x80\x80\x80",
    "6.8 six bytes": b"\xfc\x84\x80\x80\x80\x80",
    "6.10 first continuation": b"\x80",
    "6.10 last continuation": b"\xbf",
    "6.11 all continuations": bytes(range(0x80, 0xC0)),
    "6.12 lonely start of two": b"\xc2 ",
    "6.12 lonely start of three": b"\xe0 ",
    "6.12 lonely start of four": b"\xf0 ",
    "6.13 three bytes less one": b"\xe2\x82",
    "6.13 four bytes less one": b"\xf0\x9f\x98",
    "6.14 cut ones in a row": b"\xc3\xe2\x82\xf0\x9f\x98",
    "6.15 impossible": b"\xfe",
    "6.15 impossible too": b"\xff",
    "6.16 overlong slash in two": b"\xc0\xaf",
    "6.16 overlong slash in three": b"\xe0\x80\xaf",
    "6.16 overlong slash in four": b"\xf0\x80\x80\xaf",
    "6.17 largest overlong in two": b"\xc1\xbf",
    "6.17 largest overlong in three": b"\xe0\x9f\xbf",
    "6.17 largest overlong in four": b"\xf0\x8f\xbf\xbf",
    "6.18 overlong NUL": b"\xc0\x80",
    "6.20 first surrogate": b"\xed\xa0\x80",
    "6.20 last surrogate": b"\xed\xbf\xbf",
    "6.21 paired surrogates": b"\xed\xa0\xbd\xed\xb8\x80",
}
BAD_TEXT = closing(1007)


def utf8() -> Iterator[Case]:
    """6: what text must be."""
    yield Case("6.1.1 empty", frame(TEXT) + BYE, (text(""), GOODBYE))
    sent = frame(TEXT, fin=False) + frame(CONTINUATION, "middle", fin=False) + frame(CONTINUATION) + BYE
    yield Case("6.1.3 empty around", sent, (text("middle"), GOODBYE))
    for name, string in VALID.items():
        yield Case(name, frame(TEXT, string) + BYE, (text(string), GOODBYE))
        yield Case(f"{name}, in single bytes", frame(TEXT, string) + BYE, (text(string), GOODBYE), chop=1)
        yield Case(f"{name}, in fragments of 1", fragments(TEXT, string, 1) + BYE, (text(string), GOODBYE))
    for name, payload in INVALID.items():
        yield Case(name, frame(TEXT, payload), (BAD_TEXT,))
        yield Case(f"{name}, in single bytes", frame(TEXT, payload), (BAD_TEXT,), chop=1)
        yield Case(f"{name}, at the end of 200 letters", frame(TEXT, b"a" * 200 + payload), (BAD_TEXT,))
        if len(payload) > 1:
            yield Case(f"{name}, in fragments of 1", fragments(TEXT, payload, 1), (BAD_TEXT,))
        yield Case(f"{name}, as binary", frame(BINARY, payload) + BYE, ((BINARY, payload), GOODBYE))
    # 6.4: refused as soon as it is seen, long before the message ends.
    valid, invalid = "κόσμε".encode(), b"\xf4\x90\x80\x80"
    sent = frame(TEXT, valid, fin=False) + frame(CONTINUATION, invalid, fin=False)
    yield Case("6.4.1 in a fragment that isn't the last", sent, (BAD_TEXT,))
    unfinished = frame(TEXT, valid + invalid + b"a" * 100)[: 6 + len(valid) + len(invalid)]
    yield Case("6.4.3 in a frame that isn't whole", unfinished, (BAD_TEXT,))
    yield Case("6.4.4 the same in single bytes", unfinished, (BAD_TEXT,), chop=1)


GOOD_CODES = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999)
BAD_CODES = (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535)


def closes() -> Iterator[Case]:
    """7: the closing handshake."""
    yield Case("7.1.1 message, then close", frame(TEXT, "Hello") + BYE, (text("Hello"), GOODBYE))
    yield Case("7.1.2 two closes", BYE + BYE, (GOODBYE,))
    yield Case("7.1.3 ping after close", BYE + frame(PING), (GOODBYE,))
    yield Case("7.1.4 message after close", BYE + frame(TEXT, "Hello"), (GOODBYE,))
    yield Case("7.1.5 close amid fragments", frame(TEXT, "frag", fin=False) + BYE, (GOODBYE,))
    big = b"*" * 262144
    yield Case(
        "7.1.6 256 KiB, then close, then ping", frame(TEXT, big) + BYE + frame(PING), ((TEXT, big), GOODBYE)
    )
    yield Case("7.3.1 no code", frame(CLOSE), (closing(1005),))
    yield Case("7.3.2 half a code", frame(CLOSE, b"\x03"), (REFUSED,))
    yield Case("7.3.4 a reason", close_frame(1000, "Hello"), (GOODBYE,))
    yield Case("7.3.5 the longest reason", close_frame(1000, b"*" * 123), (GOODBYE,))
    yield Case("7.3.6 a reason too long", close_frame(1000, b"*" * 124), (REFUSED,))
    yield Case(
        "7.5.1 a reason that isn't text", close_frame(1000, INVALID["6.3 surrogate in a text"]), (BAD_TEXT,)
    )
    for code in GOOD_CODES:
        yield Case(f"7.7 code {code}", close_frame(code), (closing(code),))
        yield Case(f"7.7 code {code}, single bytes", close_frame(code, "why"), (closing(code),), chop=1)
    for code in BAD_CODES:
        yield Case(f"7.9 code {code}", close_frame(code), (REFUSED,))
        yield Case(f"7.9 code {code} with reason", close_frame(code, "why"), (REFUSED,))


def big_messages() -> Iterator[Case]:
    """9: much of everything; the size limit is raised for it."""
    mebi = 1 << 20
    for opcode, letter in ((TEXT, b"*"), (BINARY, b"\xfe")):
        for size in (mebi // 16, mebi // 4, mebi, 4 * mebi):
            answers = ((opcode, letter * size), GOODBYE)
            yield Case(f"9.1 {size} bytes, op {opcode}", frame(opcode, letter * size) + BYE, answers)
        answers = ((opcode, letter * mebi), GOODBYE)
        for size in (64, 256, 1024, 65536):
            sent = fragments(opcode, letter * mebi, size) + BYE
            yield Case(f"9.3 1 MiB in fragments of {size}, op {opcode}", sent, answers)
        for chop in (64, 512, 2048):
            sent = frame(opcode, letter * mebi) + BYE
            yield Case(f"9.5 1 MiB in pieces of {chop}, op {opcode}", sent, answers, chop)
        for size in (0, 16, 64, 256, 1024, 4096):
            sent = frame(opcode, letter * size) * 200 + BYE
            yield Case(
                f"9.7 200 messages of {size}, op {opcode}",
                sent,
                ((opcode, letter * size),) * 200 + (GOODBYE,),
            )


CASES = [
    *framing(),
    *pings(),
    *reserved_bits(),
    *opcodes(),
    *fragmentation(),
    *utf8(),
    *closes(),
    *big_messages(),
]
SECTIONS = sorted({case.section for case in CASES})
