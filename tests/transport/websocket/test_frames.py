"""What the frame parser refuses, keeps and gives away; the order of things is in the conformance cases."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tornado.util import _websocket_mask_python

from gameserver.transport.websocket import frames
from gameserver.transport.websocket.frames import FrameError, FrameParser, encode_close, encode_frame
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
    heard,
)


class Sink:
    """Notes what the parser delivers."""

    def __init__(self) -> None:
        self.got: list[tuple[object, ...]] = []
        self.stop_after = 1 << 30
        self.parser = FrameParser(self, self, 1000)

    def _note(self, *what: object) -> None:
        self.got.append(what)
        if len(self.got) == self.stop_after:
            self.parser.stopped = True

    def on_text(self, payload: bytes) -> None:
        self._note("text", payload)

    def on_binary(self, payload: bytes) -> None:
        self._note("binary", payload)

    def on_ping(self, payload: bytes) -> None:
        self._note("ping", payload)

    def on_pong(self, payload: bytes) -> None:
        self._note("pong", payload)

    def on_close(self, code: int, reason: str) -> None:
        self._note("close", code, reason)


def refused(*pieces: bytes, max_size: int = 1000) -> int:
    """The code with which these bytes are refused."""
    sink = Sink()
    sink.parser.max_size = max_size
    with pytest.raises(FrameError) as error:
        for piece in pieces:
            sink.parser.feed(piece)
    return error.value.code


def test_a_message_too_big_is_refused_by_its_header_alone() -> None:
    """Stock: it is looked at when it is whole and inflated, and the connection ends without a code."""
    for size in (1001, 65536, 1 << 40):
        head = frame(BINARY, b"")[:1] + frame(BINARY, b"*" * min(size, 70000))[1:10]
        if size > 70000:
            head = b"\x82\xff" + size.to_bytes(8, "big")
        assert refused(head) == 1009


def test_the_header_of_a_fragment_that_makes_a_message_too_big_is_enough() -> None:
    begin = frame(TEXT, b"*" * 600, fin=False)
    assert refused(begin, frame(CONTINUATION, b"*" * 401)[:4]) == 1009
    assert refused(fragments(TEXT, b"*" * 1001, 7)) == 1009


def test_a_message_of_exactly_the_limit_is_taken_in_any_form() -> None:
    sink = Sink()
    sink.parser.feed(frame(BINARY, b"*" * 1000) + fragments(BINARY, b"*" * 1000, 300))
    assert sink.got == [("binary", b"*" * 1000)] * 2


def test_a_header_is_judged_before_its_mask_has_come() -> None:
    assert refused(b"\x81\x05") == 1002  # not masked
    assert refused(b"\xf1\x80") == 1002
    assert refused(b"\x82\xfe\x00\x7d") == 1002  # 125 said in two bytes


def test_nothing_comes_out_while_stopped_and_everything_afterwards() -> None:
    sink = Sink()
    sink.stop_after = 1
    sink.parser.feed(frame(TEXT, "one") + frame(TEXT, "two") + frame(BINARY, b"three")[:5])
    sink.parser.feed(frame(BINARY, b"three")[5:])
    assert sink.got == [("text", b"one")]

    sink.parser.stopped = False
    sink.parser.feed(b"")

    assert sink.got == [("text", b"one"), ("text", b"two"), ("binary", b"three")]


def test_nothing_comes_out_after_a_close() -> None:
    sink = Sink()
    sink.parser.feed(close_frame(1001, "going") + frame(TEXT, "too late"))
    sink.parser.feed(frame(TEXT, "far too late"))
    assert sink.got == [("close", 1001, "going")]


def test_a_limit_raised_between_two_frames_holds_for_the_second() -> None:
    sink = Sink()
    sink.parser.feed(frame(BINARY, b"*" * 1000))
    sink.parser.max_size = 2000
    sink.parser.feed(frame(BINARY, b"*" * 2000))
    assert sink.got == [("binary", b"*" * 1000), ("binary", b"*" * 2000)]


def test_many_small_pieces_cost_no_more_memory_than_the_message() -> None:
    """A client that sends byte by byte must not make the server keep an object per byte."""
    sink = Sink()
    sink.parser.max_size = 100_000
    data = frame(BINARY, b"*" * 100_000)
    for at in range(len(data) - 1):
        sink.parser.feed(data[at : at + 1])
    assert sink.parser._message is not None
    assert sink.parser._message.__sizeof__() < 150_000


def test_fragments_of_next_to_nothing_are_bounded() -> None:
    """No rate counts them, and header by header they cost the server more than their message."""
    begin, empty = frame(BINARY, b"*", fin=False), frame(CONTINUATION, b"", fin=False)
    assert refused(begin, empty * 300) == 1008
    assert refused(fragments(BINARY, b"*" * 600, 1)) == 1008

    sink = Sink()
    for _ in range(5):
        sink.parser.feed(begin + empty * 200 + frame(CONTINUATION))
    sink.parser.feed(fragments(BINARY, b"*" * 1000, 4))
    assert sink.got == [("binary", b"*")] * 5 + [("binary", b"*" * 1000)]


def messages() -> st.SearchStrategy[tuple[int, bytes]]:
    return st.one_of(
        st.tuples(st.just(TEXT), st.text(max_size=300).map(str.encode)),
        st.tuples(st.just(BINARY), st.binary(max_size=900)),
        st.tuples(st.sampled_from([PING, PONG]), st.binary(max_size=125)),
    )


NAMES = {TEXT: "text", BINARY: "binary", PING: "ping", PONG: "pong"}


@given(
    sent=st.lists(st.tuples(messages(), st.integers(1, 400), st.binary(min_size=4, max_size=4)), max_size=8),
    cuts=st.lists(st.integers(0, 4000)),
)
def test_whatever_is_sent_arrives_however_it_is_split(
    sent: list[tuple[tuple[int, bytes], int, bytes]], cuts: list[int]
) -> None:
    data = b""
    for (opcode, payload), size, key in sent:
        if opcode in (TEXT, BINARY) and len(payload) > size:
            data += fragments(opcode, payload, max(size, len(payload) // 200))
        else:
            data += frame(opcode, payload, key=key)
    edges = sorted({0, len(data), *(min(cut, len(data)) for cut in cuts)})
    sink = Sink()

    for start, end in pairwise(edges):
        sink.parser.feed(data[start:end])

    assert sink.got == [(NAMES[opcode], payload) for (opcode, payload), _, _ in sent]


@given(pieces=st.lists(st.binary(max_size=200), max_size=6))
def test_noise_comes_to_nothing_but_messages_and_documented_refusals(pieces: list[bytes]) -> None:
    sink = Sink()
    try:
        for piece in pieces:
            sink.parser.feed(piece)
    except FrameError as error:
        assert error.code in (1002, 1007, 1009)


@given(data=st.data(), head=st.sampled_from([0x01, 0x02, 0x81, 0x82, 0x00, 0x80, 0x88, 0x89, 0x8A]))
def test_noise_behind_a_good_first_byte_too(data: st.DataObject, head: int) -> None:
    sink = Sink()
    try:
        for _ in range(4):
            length = data.draw(st.integers(0x80, 0xFF))
            sink.parser.feed(bytes([head, length]) + data.draw(st.binary(max_size=150)))
    except FrameError as error:
        assert error.code in (1002, 1007, 1009)


@given(payload=st.binary(max_size=600), key=st.binary(min_size=4, max_size=4))
def test_without_the_c_function_the_same_comes_out(payload: bytes, key: bytes) -> None:
    sink = Sink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frames, "mask", _websocket_mask_python)
        sink.parser.feed(frame(BINARY, payload, key=key))
    assert sink.got == [("binary", payload)]


@given(payload=st.one_of(st.binary(max_size=200), st.sampled_from([125, 126, 65535, 65536]).map(bytes)))
def test_what_the_server_writes_is_read_as_it_was_meant(payload: bytes) -> None:
    for opcode in (TEXT, BINARY):
        (back,) = heard(encode_frame(opcode, payload))
        assert (back.opcode, back.payload) == (opcode, payload)


def test_a_close_frame_carries_its_code_and_as_much_of_the_reason_as_fits() -> None:
    (back,) = heard(encode_close(1011, "why"))
    assert (back.opcode, back.code, back.payload[2:]) == (CLOSE, 1011, b"why")
    (back,) = heard(encode_close(1008, "я" * 100))
    assert back.payload[2:].decode() == "я" * 61
    (back,) = heard(encode_close(1005))
    assert back.payload == b""
