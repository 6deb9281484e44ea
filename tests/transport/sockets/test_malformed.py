"""What is no packet closes the connection, told by a DISCONNECT, and leaves the server as it was.

Stock: of 35 malformed frames 31 leave the connection open, 22 write a traceback of 8 to 25 lines, some end
the task that reads while its queue goes on growing, some wedge the connection for ever.
"""

from __future__ import annotations

from collections.abc import Callable

import msgpack
import pytest

from gameserver.transport.sockets import AsyncServer
from tests.transport.engine.wire import Wire
from tests.transport.sockets.speakers import DISCONNECT, JsonSpeaker, MsgpackSpeaker, Packet, Speaker

pytestmark = pytest.mark.gen_test
Client = Callable[[], Wire]


def packed(**fields: object) -> bytes:
    data: bytes = msgpack.packb(fields)
    return data


def _shown(value: type[Speaker] | str | bytes) -> str:
    return value.name if isinstance(value, type) else repr(value)[:30]


MALFORMED_JSON = [
    "", "z", "4", "4abc", "47", "49[]", "42", "42{}", "42[]", "42[null]", "42[{}]", "42[true]", "42[[]]",
    '42abc["message-with-ack",1]', '42["message"', '42["message",]', '42["message",NaN]', '42["message"]x',
    '42["message",1e]', '42-1["message"]', '42/custom["message"]', '42/nowhere,["message"]',
    '4299999999999999999["m"]', "43", "43[]", "430", "430{}", '43x["a"]', "44", '44{"message":"x"}', "40",
    '40{"again":1}', "40[]", "41{}", '45["message"]', '450-["message"]', '4511-["message"]',
    '459999999999-["message"]', '45-1-["message"]', "451-", "451-{}", "451-[]", '4599["message"]',
    "460-5[]", "461-[]", '421-["message"]', '440-["message"]', b"\x01", b"", "0", "2", "2probe", "5", "7",
    "-1", '42["message","\x01"]', "42" + "[" * 2_000, '42["m",' + "[" * 70_000 + "]" * 70_000 + "]",
]  # fmt: skip

MALFORMED_MSGPACK = [
    "", "z", "4", '42["message"]', "0", "2", "5", "b", b"", b"\xc1", b"\xc0", b"\x80", b"\x90", b"\x01",
    b"\x84", packed(type=2, data=["message"]), packed(type=2, nsp="/"), packed(type=2, data=[], nsp="/"),
    packed(type=2, data={}, nsp="/"), packed(type=2, data=None, nsp="/"),
    packed(type=2, data=[None], nsp="/"), packed(type=2, data=[[]], nsp="/"),
    packed(type=2, data=[{}], nsp="/"), packed(type=2, data=[b"message"], nsp="/"),
    packed(type="2", data=["message"], nsp="/"), packed(type=2.5, data=["message"], nsp="/"),
    packed(type=7, data=["message"], nsp="/"), packed(type=-1, data=["message"], nsp="/"),
    packed(type=4, data={"message": "x"}, nsp="/"), packed(type=5, data=["message"], nsp="/"),
    packed(type=2, data=["message"], nsp="/", id="1"), packed(type=2, data=["message"], nsp="/", id=-1),
    packed(type=2, data=["message"], nsp="/", id=2**53), packed(type=2, data=["message"], nsp="/", id=1.5),
    packed(type=2, data=["message"], nsp=1), packed(type=2, data=["message"], nsp="/nowhere"),
    packed(type=3, data=["message"], nsp="/"), packed(type=3, data={}, nsp="/", id=1),
    packed(type=1, data=[], nsp="/"), packed(type=0, nsp="/"), packed(type=0, data=[], nsp="/x"),
    packed(type=0, data="x", nsp="/x"), packed(type=0, nsp="/" + "x" * 300),
    packed(type=2, data=["message"], nsp="/") + b"\xc0", packed(type=2, data=["message"], nsp="/")[:-1],
    b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\x83\xa4type\x02\xa4data\x91\xa1\xff\xa3nsp\xa1/",
    b"\x91" * 5_000, b"\x81" * 5_000,
]  # fmt: skip

MALFORMED = [
    (speaker, message)
    for speaker, messages in ((JsonSpeaker, MALFORMED_JSON), (MsgpackSpeaker, MALFORMED_MSGPACK))
    for message in messages
]


@pytest.mark.parametrize(("speaker", "message"), MALFORMED, ids=_shown)
async def test_who_sends_what_is_no_packet_is_closed(
    wire: Client,
    server: AsyncServer,
    speaker: type[Speaker],
    message: str | bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with wire() as client:
        me = await speaker.join(client)
        await me.receive()
        await me.socket.send(message)
        assert await me.receive() == Packet(DISCONNECT)
        assert await me.receive() == 1008
    assert server.eio.counts["bad_packet"] == 1
    assert [record for record in caplog.records if record.exc_info] == []


@pytest.mark.parametrize(
    "message",
    ["4", "4abc", "42", '42["message"]', "43", b"", b"\xc1", b"\x80", "41", packed(type=1, nsp="/")],
)
async def test_who_has_not_joined_is_closed_too(
    wire: Client, server: AsyncServer, message: str | bytes
) -> None:
    async with wire() as client:
        me = await JsonSpeaker.open(client)
        await me.socket.send(message)
        assert await me.receive() == 1008
    assert server.eio.counts["bad_packet"] == 1


@pytest.mark.parametrize("late", ['42["message"]', "3"])
async def test_a_text_where_an_attachment_is_due_is_no_attachment(wire: Client, late: str) -> None:
    """Stock: the text is taken for the attachment."""
    async with wire() as client:
        me = await JsonSpeaker.join(client)
        await me.receive()
        await me.socket.send('451-["message",{"_placeholder":true,"num":0}]', late)
        if late == "3":  # a PONG may come between
            await me.socket.send(b"\x01")
            assert (await me.receive()).data == ["message-back", b"\x01"]
        else:
            assert await me.receive() == Packet(DISCONNECT)


@pytest.mark.parametrize(
    "data",
    [
        '["message-with-ack",1]',
        '["message-with-ack",{"_placeholder":true,"num":1}]',
        '["message-with-ack",{"_placeholder":true,"num":-1}]',
        '["message-with-ack",{"_placeholder":true}]',
        '["message-with-ack",{"_placeholder":1,"num":0}]',
        '["message-with-ack",{"_placeholder":true,"num":"0"}]',
        '["message-with-ack",{"_placeholder":true,"num":0.5}]',
        '["message-with-ack",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}]',
    ],
)
async def test_placeholders_that_match_no_attachment_are_a_bad_request(wire: Client, data: str) -> None:
    async with wire() as client:
        me = await JsonSpeaker.join(client)
        await me.receive()
        await me.socket.send("451-7" + data, b"\x01")
        answer = await me.receive()
        assert answer.data[0]["error"]["code"] == "bad_request"
