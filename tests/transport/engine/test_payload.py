"""Engine.IO v4 packets in the body of a POST, and of a poll's answer."""

from __future__ import annotations

import pytest

from gameserver.transport.engine.payload import PayloadError, join, split


def test_packets_are_taken_apart_text_and_binary() -> None:
    assert list(split(b"4hello\x1eb/wA=\x1e3")) == [(False, b"4hello"), (True, b"\xff\x00"), (False, b"3")]


def test_what_is_joined_is_taken_apart_again() -> None:
    packets = [b"2", "4Вперед".encode(), b"6"]

    assert [packet for _, packet in split(join(packets))] == packets


def test_an_empty_packet_is_passed_on_to_who_reads_its_type() -> None:
    assert list(split(b"4a\x1e\x1e4b")) == [(False, b"4a"), (False, b""), (False, b"4b")]


@pytest.mark.parametrize("body", [b"", b"4\xff", b"bx", b"b!!!!", b"4a\x1eb====="])
def test_what_is_no_payload_is_refused(body: bytes) -> None:
    with pytest.raises(PayloadError):
        list(split(body))
