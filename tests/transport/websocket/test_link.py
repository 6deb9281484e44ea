"""A link while it lives: what its owner hears, what its client gets, and who may say stop."""

from __future__ import annotations

from gameserver.transport.websocket.ending import End, How
from gameserver.transport.websocket.frames import BINARY, TEXT, encode_frame
from tests.transport.websocket.fakes import Recorder, Wired
from tests.transport.websocket.watched import SETTINGS, recorded
from tests.transport.websocket.wire import PING, PONG, close_frame, frame


def test_messages_reach_the_owner_in_the_call_that_brings_the_bytes() -> None:
    owner, wired = recorded()

    wired.link.data_received(frame(TEXT, "one") + frame(BINARY, b"two"))

    assert owner.told == ["one", b"two"]


def test_what_came_with_the_request_is_heard_after_the_opening() -> None:
    owner, wired = recorded(early=frame(TEXT, "first"))
    wired.read(frame(TEXT, "second"))

    assert owner.told == ["first", "second"]


def test_every_byte_read_is_a_sign_of_life_and_a_pong_says_when_it_was_read() -> None:
    owner, wired = recorded()
    wired.loop.advance(5.0)

    wired.read(frame(PONG, b"nonce"))
    wired.loop.advance(5.0)
    assert owner.told == [("pong", b"nonce", 1005.0)]
    wired.read(frame(TEXT, "whole")[:1])

    assert wired.link.read_at == 1010.0


def test_a_ping_is_written_at_once_unless_something_is_held_back() -> None:
    _, wired = recorded(room=10)

    assert wired.link.ping(b"nonce")
    assert [(f.opcode, f.payload) for f in wired.transport.heard] == [(PING, b"nonce")]
    wired.link.send(b"more than there is room for")
    assert not wired.link.ping(b"nonce")


def test_a_client_that_does_not_read_gets_only_the_newest_pong() -> None:
    _, wired = recorded(room=0)
    wired.link.send(encode_frame(TEXT, b"|"))
    wired.read(*(frame(PING, b"%d" % number) for number in range(100)))

    wired.transport.give(1000)

    assert [f.payload for f in wired.transport.heard] == [b"|", b"99"]


def test_a_paused_link_reads_no_further_message_and_goes_on_where_it_stopped() -> None:
    class Pausing(Recorder):
        def on_text(self, payload: bytes) -> None:
            super().on_text(payload)
            self.link.pause()

    owner = Pausing()
    wired = Wired(owner, SETTINGS)
    wired.read(frame(TEXT, "one") + frame(TEXT, "two") + frame(TEXT, "three"))
    assert (owner.told, wired.transport.reading) == (["one"], False)
    wired.loop.advance(5.0)

    wired.link.resume()
    assert (owner.told, wired.transport.reading) == (["one"], True)
    wired.loop.turn()

    assert owner.told == ["one", "two"]
    assert wired.link.read_at == 1000.0  # nothing new has been read


def test_a_paused_link_that_is_closed_reads_the_answer() -> None:
    owner, wired = recorded()
    wired.link.pause()
    wired.link.close(1000)
    wired.read(close_frame(1000))

    assert owner.end == End(How.SERVER, 1000)


def test_the_size_of_a_message_is_the_owners_to_set() -> None:
    owner, wired = recorded()
    wired.link.max_message_bytes = 5000
    wired.read(frame(BINARY, b"*" * 5000))
    wired.link.max_message_bytes = 1
    wired.read(frame(BINARY, b"*" * wired.link.max_message_bytes))
    assert len(owner.told) == 2

    wired.read(frame(BINARY, b"*" * 200))

    assert owner.end == End(How.REFUSED, 1009, "message too big")


def test_a_link_handed_over_amid_a_read_tells_its_new_owner_the_rest() -> None:
    class Giving(Recorder):
        def on_text(self, payload: bytes) -> None:
            super().on_text(payload)
            self.link.hand_over(heir)

    heir = Recorder()
    owner = Giving()
    wired = Wired(owner, SETTINGS)

    wired.read(frame(TEXT, "mine") + frame(TEXT, "yours") + frame(PONG, b"yours") + close_frame(1000))

    assert (owner.told, owner.end) == (["mine"], None)
    assert heir.told == ["yours", ("pong", b"yours", 1000.0)]
    assert heir.end == End(How.CLOSED, 1000)
