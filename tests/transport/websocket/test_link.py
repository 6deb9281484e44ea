"""The life of one link, from its opening to its one end."""

from __future__ import annotations

import gc
import logging
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from gameserver.transport.websocket.frames import BINARY, TEXT, encode_frame
from gameserver.transport.websocket.link import End, How, Link, LinkSettings
from gameserver.transport.websocket.outbox import OutboxLimits
from tests.transport.websocket.fakes import Echo, Recorder, Wired
from tests.transport.websocket.wire import CLOSE, PING, PONG, close_frame, frame

SETTINGS = LinkSettings(
    max_message_bytes=1000, close_seconds=2.0, outbox=OutboxLimits(backlog_bytes=1000, backlog_seconds=3.0)
)


def recorded(room: int = 1 << 30, early: bytes = b"") -> tuple[Recorder, Wired]:
    owner = Recorder()
    return owner, Wired(owner, SETTINGS, room=room, early=early)


def lose(wired: Wired) -> None:
    """The connection is reset."""
    wired.transport.abort()
    wired.loop.turn()


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


def test_a_flood_of_control_frames_is_refused() -> None:
    owner, wired = recorded()

    for _ in range(5):
        wired.read(frame(PING) * 100)
        wired.loop.advance(1.0)
    assert len(wired.transport.heard) == 500
    wired.read(frame(PING) * 101)

    assert owner.end == End(How.REFUSED, 1008, "too many frames that nobody asked for")


def test_a_client_that_closes_is_answered_and_disconnected() -> None:
    owner, wired = recorded()

    wired.link.data_received(close_frame(1001, "bye"))

    assert owner.end == End(How.CLOSED, 1001, "bye")
    assert [(f.opcode, f.code) for f in wired.transport.heard] == [(CLOSE, 1001)]
    assert wired.transport.closing


def test_a_client_that_closes_and_reads_nothing_is_dropped_at_the_deadline() -> None:
    owner, wired = recorded(room=0)
    wired.link.send(b"never read")
    wired.read(close_frame(1000))
    wired.loop.advance(1.9)
    assert wired.transport.buffered

    wired.loop.advance(0.6)

    assert not wired.transport.buffered
    assert owner.end == End(How.CLOSED, 1000)


def test_closing_sends_what_was_sent_before_and_nothing_behind_it() -> None:
    _, wired = recorded()
    wired.link.send(encode_frame(TEXT, b"one"))
    wired.link.send(encode_frame(TEXT, b"two"))

    wired.link.close(1000, "done")
    wired.link.close(1001, "done twice")
    wired.loop.turn()

    assert [f.payload for f in wired.transport.heard] == [b"one", b"two", b"\x03\xe8done"]


def test_the_owner_that_closed_hears_nothing_more_but_the_end() -> None:
    owner, wired = recorded()
    wired.link.close(1000)
    wired.read(frame(TEXT, "unheard"), frame(PONG, b"unheard"))
    assert (owner.told, owner.end) == ([], None)

    wired.read(close_frame(1000))

    assert (owner.told, owner.end) == ([], End(How.SERVER, 1000))
    assert wired.transport.closing


def test_a_client_that_never_answers_a_close_is_dropped_at_the_deadline() -> None:
    owner, wired = recorded()
    wired.link.close(1000)

    wired.loop.advance(2.5)

    assert wired.transport.closing
    assert owner.end == End(How.SERVER, 1000)
    assert wired.board.close_timeouts == 1


def test_both_sides_may_close_at_once() -> None:
    """The close frame waits for the end of the turn in which the client's own arrives."""
    owner, wired = recorded()
    wired.link.send(encode_frame(TEXT, b"one"))
    wired.link.close(1000)
    wired.link.data_received(close_frame(1001))
    wired.loop.turn()

    assert [f.opcode for f in wired.transport.heard] == [TEXT, CLOSE]
    assert owner.end == End(How.SERVER, 1000)
    wired.loop.advance(2.5)
    assert wired.board.close_timeouts == 0


def test_a_refused_client_is_told_why_and_may_still_read_it() -> None:
    """A socket closed with unread bytes is reset, and a reset overtakes the close frame."""
    owner, wired = recorded()

    wired.read(frame(TEXT, "fine") + frame(TEXT, b"\xff"))
    wired.read(b"whatever", frame(TEXT, "else"))

    assert (owner.told, owner.end) == (["fine"], End(How.REFUSED, 1007, "text is not UTF-8"))
    assert [(f.opcode, f.code) for f in wired.transport.heard] == [(CLOSE, 1007)]
    assert wired.transport.shut_down and not wired.transport.closing
    wired.loop.advance(2.5)
    assert wired.transport.closing


def test_what_a_refused_client_goes_on_to_send_is_not_kept() -> None:
    _, wired = recorded()
    wired.read(b"\xff\xff")

    for _ in range(100):
        wired.read(b"x" * 1000)

    assert wired.link._parser._rest == b""


def test_garbage_after_the_server_closed_drops_the_link() -> None:
    owner, wired = recorded()
    wired.link.close(1000)

    wired.read(b"\xff\xff\xff\xff")

    assert wired.transport.closing
    assert owner.end == End(How.SERVER, 1000)


def test_a_lost_connection_is_told_as_lost() -> None:
    owner, wired = recorded()
    lose(wired)
    assert owner.end == End(How.LOST, 1006)

    owner, wired = recorded()
    wired.link.eof_received()
    assert owner.end == End(How.LOST, 1006)
    wired.loop.turn()


def test_an_abort_is_told_in_a_later_turn_and_nothing_goes_out() -> None:
    owner, wired = recorded(room=0)
    wired.link.send(b"unsent")

    wired.link.abort()
    assert (owner.told, owner.end) == ([], None)
    wired.link.send(b"to nobody")
    wired.link.send_newest("slot", b"to nobody")
    wired.link.close()
    wired.loop.turn()

    assert owner.end == End(How.SERVER, 1006)
    assert wired.transport.taken == b""


def test_nothing_more_is_delivered_of_a_read_in_which_the_owner_aborts() -> None:
    class Once(Recorder):
        def on_text(self, payload: bytes) -> None:
            super().on_text(payload)
            self.link.abort()

    owner = Once()
    wired = Wired(owner, SETTINGS)

    wired.read(frame(TEXT, "one") + frame(TEXT, "two"))

    assert owner.told == ["one"]


def test_a_slow_consumer_is_cut_off_and_told_as_such() -> None:
    owner, wired = recorded(room=0)
    for _ in range(11):
        wired.link.send(b"x" * 100)
        wired.loop.turn()

    assert owner.end == End(How.SLOW, 1006)
    assert wired.transport.closing
    assert wired.link.backlog_bytes == 0


def test_a_slow_consumer_is_also_one_whose_backlog_is_too_old() -> None:
    owner, wired = recorded(room=0)
    wired.link.send(b"x")
    wired.loop.advance(3.5)

    assert owner.end == End(How.SLOW, 1006)


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


@pytest.mark.parametrize("moment", ["on_open", "on_text", "on_binary", "on_pong"])
def test_an_owner_that_raises_loses_its_link_and_nothing_else(
    moment: str, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(Recorder):
        pass

    def fail(*args: object) -> None:
        raise RuntimeError("a fault of ours")

    setattr(Failing, moment, fail)
    owner = Failing()
    with caplog.at_level(logging.CRITICAL):
        wired = Wired(owner, SETTINGS)
        other = Wired(Echo(), SETTINGS, board=wired.board)
        wired.read(frame(TEXT, "x"), frame(BINARY, b"x"), frame(PONG))
    other.read(frame(TEXT, "y"))

    assert owner.end == End(How.FAILED, 1011)
    assert wired.transport.heard[-1].code == 1011
    assert [f.payload for f in other.transport.heard] == [b"y"]


def test_an_owner_that_raises_at_the_end_is_logged_only(caplog: pytest.LogCaptureFixture) -> None:
    class Failing(Recorder):
        def on_end(self, end: End) -> None:
            raise RuntimeError("a fault of ours")

    wired = Wired(Failing(), SETTINGS)
    with caplog.at_level(logging.CRITICAL):
        wired.read(close_frame(1000))

    assert wired.transport.closing


def test_the_ends_are_counted_by_their_kind() -> None:
    _, wired = recorded()
    others = [Wired(Recorder(), board=wired.board) for _ in range(3)]
    wired.read(close_frame(1000))
    for other in others[:2]:
        lose(other)
    others[2].read(b"\xff\xff")

    assert wired.board.ended == Counter({How.CLOSED: 1, How.LOST: 2, How.REFUSED: 1})


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("ending", ["closed", "lost", "refused", "aborted", "slow", "deflating"])
def test_an_ended_link_leaves_nothing_for_the_collector(ending: str) -> None:
    """A thousand leaving at once would otherwise be one long pause for everybody else."""
    board = recorded()[1].board
    before = sum(isinstance(thing, Link) for thing in gc.get_objects())
    for _ in range(3):
        room = 0 if ending == "slow" else 1000
        wired = Wired(Recorder(), board=board, room=room, deflates=ending == "deflating")
        match ending:
            case "closed":
                wired.read(close_frame(1000))
            case "lost" | "deflating":
                lose(wired)
            case "refused":
                wired.read(b"\xff\xff")
                wired.link.eof_received()
            case "aborted":
                wired.link.abort()
            case "slow":
                wired.link.send(b"x")
        wired.loop.advance(10.0)
        del wired

    assert sum(isinstance(thing, Link) for thing in gc.get_objects()) == before


class Looks:
    """Is shown messages first, and takes those that begin with `!`."""

    def __init__(self) -> None:
        self.seen: list[tuple[bytes, float]] = []

    def __call__(self, message: bytes, now: float) -> bool:
        self.seen.append((message, now))
        return message.startswith(b"!")


def looked_at() -> tuple[Recorder, Wired, Looks]:
    owner, wired = recorded()
    looks = Looks()
    wired.link.express = looks
    return owner, wired, looks


def test_a_short_message_is_shown_first_and_what_is_not_taken_reaches_the_owner() -> None:
    owner, wired, looks = looked_at()

    wired.link.data_received(frame(BINARY, b"!taken"))
    wired.link.data_received(frame(BINARY, b"left"))

    assert [message for message, _ in looks.seen] == [b"!taken", b"left"]
    assert owner.told == [b"left"]


@pytest.mark.parametrize("size", [0, 1, 125, 126, 1000])
def test_however_the_bytes_are_cut_each_message_arrives_once_and_in_order(size: int) -> None:
    messages = [b"a" * size, b"!b", b"c" * size, b"d"]
    stream = b"".join(frame(BINARY, message) for message in messages)
    for cut in range(0, len(stream) + 1, 1 + len(stream) // 100):
        owner, wired, looks = looked_at()

        for part in (stream[:cut], stream[cut:]):
            if part:
                wired.link.data_received(part)

        taken = [message for message, _ in looks.seen if message.startswith(b"!")]
        assert [message for message in owner.told if message != b"!b"] == [messages[0], *messages[2:]]
        assert (taken + owner.told).count(b"!b") == 1


def test_messages_of_one_turn_have_one_time_and_those_of_the_next_another() -> None:
    _, wired, looks = looked_at()

    for _ in range(2):
        wired.link.data_received(frame(BINARY, b"!1"))
        wired.loop.now += 0.001  # the turn goes on
        wired.link.data_received(frame(BINARY, b"!2"))
        wired.loop.turn()

    assert [now for _, now in looks.seen] == [1000.0, 1000.0, 1000.001, 1000.001]
    assert wired.link.read_at == 1000.001


def test_nothing_is_shown_while_paused_and_what_waited_comes_first() -> None:
    owner, wired, looks = looked_at()

    wired.link.pause()
    wired.link.data_received(frame(BINARY, b"early"))
    assert looks.seen == []
    wired.link.resume()
    wired.link.data_received(frame(BINARY, b"late"))
    wired.loop.turn()

    assert owner.told == [b"early", b"late"]


@pytest.mark.parametrize("end", [Link.close, Link.abort, lambda link: link.hand_over(Recorder())])
def test_nothing_is_shown_after_the_end_or_to_another_owners_gate(end: Callable[[Link], None]) -> None:
    _, wired, looks = looked_at()

    end(wired.link)
    wired.link.data_received(frame(BINARY, b"!late"))

    assert looks.seen == []


def test_a_look_that_raises_costs_this_link() -> None:
    owner, wired, _ = looked_at()

    def fails(message: bytes, now: float) -> bool:
        raise RuntimeError("trouble")

    wired.link.express = fails
    wired.link.data_received(frame(BINARY, b"!"))

    assert owner.end is not None
    assert owner.end.how is How.FAILED


def test_the_door_is_shut_with_the_close_frame() -> None:
    _, wired = recorded()
    door = wired.link.door
    assert door is not None
    assert door.open

    wired.link.close()

    assert not door.open
