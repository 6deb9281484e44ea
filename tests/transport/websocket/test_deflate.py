"""Compressed messages, where a setting asks for them."""

from __future__ import annotations

import zlib

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gameserver.transport.websocket.board import LinkSettings
from gameserver.transport.websocket.deflate import agrees, deflated, inflate
from gameserver.transport.websocket.ending import End, How
from gameserver.transport.websocket.frames import BINARY, TEXT, FrameError, encode_frame, split_frame
from tests.transport.websocket.fakes import Echo, Recorder, Wired
from tests.transport.websocket.network import REQUEST, run, serving
from tests.transport.websocket.wire import CONTINUATION, PING, close_frame, frame

SETTINGS = LinkSettings(max_message_bytes=10_000, deflate=True)


def packed(payload: bytes) -> bytes:
    """As RFC 7692 section 7.2.1 says."""
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (stream.compress(payload) + stream.flush(zlib.Z_SYNC_FLUSH)).removesuffix(b"\0\0\xff\xff")


def agreed(owner: Recorder) -> Wired:
    wired = Wired(Recorder(), SETTINGS)
    return Wired(owner, board=wired.board, deflates=True)


@pytest.mark.parametrize(
    ("offer", "accepted"),
    [
        ("", False),
        ("permessage-deflate", True),
        ("permessage-deflate; client_max_window_bits", True),
        ("permessage-deflate;client_max_window_bits=10 ; server_no_context_takeover", True),
        ('permessage-deflate; client_max_window_bits="12"', True),
        ("x-webkit-deflate-frame, permessage-deflate", True),
        ("permessage-deflate; server_max_window_bits=15", True),
        ("permessage-deflate; server_max_window_bits=10", False),
        ("permessage-deflate; server_max_window_bits=10, permessage-deflate", True),
        ("permessage-deflate; client_max_window_bits=16", False),
        ("permessage-deflate; client_no_context_takeover=1", False),
        ("permessage-deflate; client_max_window_bits; client_max_window_bits", False),
        ("permessage-deflate; unheard_of", False),
        ("x-webkit-deflate-frame", False),
    ],
)
def test_an_offer_is_taken_if_it_can_be_kept(offer: str, accepted: bool) -> None:
    assert agrees(offer) is accepted


def test_compressed_messages_are_heard_in_one_frame_or_in_many() -> None:
    owner = Recorder()
    wired = agreed(owner)
    data = packed(b"state " * 100)

    wired.read(frame(TEXT, data, rsv=4))
    wired.read(
        frame(BINARY, data[:5], fin=False, rsv=4),
        frame(PING),
        frame(CONTINUATION, data[5:]),
        frame(TEXT, "x"),
    )

    assert owner.told == ["state " * 100, b"state " * 100, "x"]


def test_a_small_frame_that_becomes_a_big_message_is_refused_while_inflating() -> None:
    """Stock: the size is checked afterwards, so ten kilobytes on the wire are ten megabytes in memory."""
    bomb = packed(bytes(50_000_000))[:9_000]
    with pytest.raises(FrameError) as refused:
        inflate(bomb, 10_000)
    assert refused.value.code == 1009

    owner = Recorder()
    agreed(owner).read(frame(BINARY, bomb, rsv=4))
    assert owner.end == End(How.REFUSED, 1009, "message too big")


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (frame(TEXT, packed(b"\xff\xfe"), rsv=4), 1007),
        (frame(TEXT, b"\xff\xff\xff\xff", rsv=4), 1007),
        (frame(TEXT, packed(b"x"), rsv=2), 1002),
        (frame(TEXT, packed(b"x"), rsv=6), 1002),
        (frame(PING, b"x", rsv=4), 1002),
        (frame(TEXT, b"x", fin=False, rsv=4) + frame(CONTINUATION, b"x", rsv=4), 1002),
    ],
)
def test_what_is_wrong_with_a_compressed_message_is_refused(sent: bytes, code: int) -> None:
    owner = Recorder()
    agreed(owner).read(sent)

    assert owner.end is not None
    assert (owner.end.how, owner.end.code) == (How.REFUSED, code)


@given(payload=st.one_of(st.binary(max_size=2000), st.binary(max_size=9).map(lambda word: word * 200)))
def test_what_is_compressed_is_restored_and_never_bigger(payload: bytes) -> None:
    plain = encode_frame(BINARY, payload)
    smaller = deflated(plain)
    assert len(smaller) <= len(plain)
    if smaller != plain:
        assert smaller[0] == 0xC2
        assert inflate(split_frame(smaller)[1], len(payload)) == payload


def test_a_message_is_compressed_once_for_all_its_recipients() -> None:
    message = encode_frame(TEXT, b"to all of you " * 50)
    wired = [agreed(Recorder()) for _ in range(3)]
    for each in wired:
        each.link.send(message)
        each.link.send_newest("slot", encode_frame(TEXT, b"short"))
        each.loop.turn()

    taken = {each.transport.taken for each in wired}
    assert len(taken) == 1
    assert taken.pop() == deflated(message) + encode_frame(TEXT, b"short")
    assert deflated(message) is deflated(message)


def test_a_stock_client_and_the_server_understand_each_other() -> None:
    async def story() -> None:
        async with (
            serving("uvloop", Echo, SETTINGS) as server,
            aiohttp.ClientSession() as session,
            session.ws_connect(f"http://127.0.0.1:{server.port}/", compress=15) as client,
        ):
            assert client.compress == 15
            for size in (1, 100, 1000, 5000):
                for _ in range(3):
                    await client.send_str("ab" * size)
                    assert await client.receive_str() == "ab" * size

    run("uvloop", story())


@pytest.mark.parametrize("deflate", [True, False])
def test_it_is_agreed_upon_only_where_the_setting_asks_for_it(deflate: bool) -> None:
    async def story() -> None:
        offer = REQUEST[:-2] + b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
        settings = LinkSettings(deflate=deflate)
        async with serving("asyncio", Recorder, settings) as server, await server.open() as client:
            client.send(offer)
            head = await client.reader.readuntil(b"\r\n\r\n")
            assert (b"permessage-deflate" in head) is deflate
            client.send(close_frame(1000))
            assert await client.reader.read()

    run("asyncio", story())
