"""What a payload may be made of."""

from __future__ import annotations

import gc
import json

import msgpack
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gameserver.protocol.packets import PacketError
from gameserver.protocol.packets.large import check_large
from gameserver.protocol.packets.structure import (
    check_extension,
    check_json,
    check_msgpack,
    load_json,
    load_json_request,
    load_msgpack,
)
from tests.protocol.packets import oracle
from tests.protocol.packets.values import JSON_VALUES, damaged


def accepts(data: bytes) -> bool:
    try:
        check_msgpack(data)
    except PacketError:
        return False
    return True


def deep(levels: int) -> bytes:
    """So many arrays and maps inside each other, with a long tail that makes no depth."""
    value: object = [1.5] * 40
    for level in range(levels - 1):
        value = [value] if level % 2 else {"k": value}
    packed: bytes = msgpack.packb(value)
    return packed


@settings(max_examples=800, deadline=None)
@given(damaged())
@example(b"\xa1\xff")
@example(b"\x81\xa1\xff\x01")
@example(b"\xa3\xed\xa0\x80")
@example(b"\xc1")
@example(b"\x81\x80\x01")
@example(b"\x81\x90\x01")
@example(b"\xc7\x00\x00")
@example(b"\xd6\x01\x00\x00\x00\x00")
@example(b"\xd7\xff" + b"\xff" * 8)
@example(b"\xc7\x0c\xff" + b"\x00" * 4 + b"\x7f" + b"\xff" * 7)
@example(b"\xdd\xff\xff\xff\xff")
@example(b"\xdf\xff\xff\xff\xff")
@example(b"\xc6\xff\xff\xff\xff")
@example(b"\xc0\xc0")
@example(b"")
@example(b"\xdc\x01\x00" + b"\x91\x00" * 256)
@example(b"\xdc\x01\x01" + b"\x91\x00" * 256 + b"\x91" * 32 + b"\x00")
def test_the_check_is_as_strict_as_a_reader_by_the_book(data: bytes) -> None:
    assert accepts(data) == oracle.accepts(data)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from([b"\x91", b"\x81\xa1k", b"\xdc\x00\x01", b"\x81\x91", b"\x92\xc0", b"\x91\x91"]),
        max_size=45,
    )
)
def test_depth_is_counted_exactly(containers: list[bytes]) -> None:
    data = b"".join(containers) + b"\xc0" * 60
    while data and not oracle.accepts(data) and data.endswith(b"\xc0"):
        data = data[:-1]
    assert accepts(data) == oracle.accepts(data)


@pytest.mark.parametrize(
    ("levels", "accepted"), [(1, True), (32, True), (33, False), (900, False), (60_000, False)]
)
def test_more_than_32_levels_are_refused(levels: int, accepted: bool) -> None:
    """Stock: 1,024 levels are decoded, and whatever touches the value then raises far from the input."""
    data = b"\x91" * (levels - 1) + b"\x90"
    assert accepts(data) == accepted
    text = b"[" * levels + b"]" * levels
    if accepted:
        check_json(text)
        assert load_json_request(text) is not None
        assert load_msgpack(deep(levels)) is not None
    else:
        for refuse in (check_json, load_json_request):
            with pytest.raises(PacketError):
                refuse(text)
        with pytest.raises(PacketError):
            load_msgpack(data)


def test_depth_in_disguise_is_found() -> None:
    with pytest.raises(PacketError, match="deeper"):
        check_msgpack(deep(33))
    check_msgpack(deep(32))
    with pytest.raises(PacketError, match="deeper"):
        check_msgpack(b"\x81" + b"\x91" * 33 + b"\xc0\xc0")  # in a key
    check_json(json.dumps({"text": "[{" * 1_000}).encode())


@settings(max_examples=300, deadline=None)
@given(damaged())
@example(b"\x81\x80\x01")
@example(b"\xd4\x01\x00")
@example(b"\x91" * 31 + b"\x91\xc0")
@example(b"\x91" * 32 + b"\x91\xc0")
@example(b"\x91" * 2_000)
@example(b"\x81\xc0" * 32 + b"\xc0")
@example(b"\x81\xc0" * 33 + b"\xc0")
def test_large_payloads_are_checked_no_less(data: bytes) -> None:
    try:
        check_large(data, max_containers=1_000, max_depth=32, ext_hook=check_extension)
    except PacketError as refusal:
        assert "neither string nor number" in str(refusal) or not oracle.accepts(data)
    else:
        assert oracle.accepts(data) or b"\xff" in data  # a moment beyond the year 9999 is let through


@pytest.mark.parametrize("item", [b"\x90", b"\x80", b"\x91\x00", b"\x81\xa0\x00", b"\x91" * 31 + b"\x00"])
def test_a_large_payload_of_nothing_but_containers_is_refused(item: bytes) -> None:
    """Stock: 1 MB of empty lists costs 168 ms of everybody's time."""
    count = 200_000 // len(item)
    with pytest.raises(PacketError, match="too many"):
        check_msgpack(b"\xdd" + count.to_bytes(4, "big") + item * count)
    with pytest.raises(PacketError, match="too many"):
        check_json(b"[" + b",".join([b"[]"] * 40_000) + b"]")
    assert gc.isenabled()


def test_a_large_payload_of_a_games_things_is_accepted() -> None:
    things = [
        {"id": n, "x": n / 7, "at": [n, n / 3], "name": f"thing [{n}]", "map": b"\x91\x81" * 9}
        for n in range(4_000)
    ]
    packed = msgpack.packb(things)
    assert len(packed) > 300_000
    check_msgpack(packed)
    check_json(json.dumps([{**thing, "map": None} for thing in things]).encode())
    check_msgpack(msgpack.packb(b"\x91" * 1_000_000))


@pytest.mark.parametrize(("items", "accepted"), [(4_096, True), (4_097, False)])
def test_a_container_of_a_request_is_bounded(items: int, accepted: bool) -> None:
    values = [{"inside": [0] * items}, {"inside": {str(number): 0 for number in range(items)}}]
    for value in values:
        for load, data in (
            (load_msgpack, msgpack.packb(value)),
            (load_json_request, json.dumps(value).encode()),
        ):
            if accepted:
                assert load(data) == value
            else:
                with pytest.raises(PacketError, match="items"):
                    load(data)


def test_what_stock_clients_send_beside_json_is_read() -> None:
    undefined = b"\xd4\x00\x00"
    date = b"\xd7\x00" + (1_600_000_000_123).to_bytes(8, "big")
    before_1970 = b"\xd7\x00" + (-1).to_bytes(8, "big", signed=True)
    assert load_msgpack(b"\x93" + undefined + date + before_1970) == [
        None,
        "2020-09-13T12:26:40.123Z",
        "1969-12-31T23:59:59.999Z",
    ]


@pytest.mark.parametrize("milliseconds", [2**62, -(2**62)])
def test_a_date_beyond_the_year_9999_is_no_request(milliseconds: int) -> None:
    with pytest.raises(PacketError):
        load_msgpack(b"\xd7\x00" + milliseconds.to_bytes(8, "big", signed=True))


@given(JSON_VALUES)
def test_json_is_read_as_it_was_meant(value: object) -> None:
    assert load_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [('"\\ud800"', "\ud800"), ("1e999", float("inf")), ("1" * 30, int("1" * 30)), (" [1 , 2] ", [1, 2])],
)
def test_json_is_read_as_javascript_reads_it(text: str, value: object) -> None:
    assert load_json(text.encode()) == value


@pytest.mark.parametrize(("text", "why"), [("9" * 5000, "an integer of 5000 digits"), ("NaN", "^JSON: NaN$")])
def test_a_number_that_cannot_be_is_refused_in_our_own_words(text: str, why: str) -> None:
    with pytest.raises(PacketError, match=why):
        load_json(text.encode())


@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", "[1,]", "{'a':1}", "01", "", "nul", '"\x01"', "[1] 2", "-"]
)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(PacketError):
        load_json(text.encode())
