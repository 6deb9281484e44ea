"""Every way a link ends: told once, with its first reason, and nothing is left of it."""

from __future__ import annotations

import gc
import logging

import pytest

from gameserver.transport.websocket.ending import End, How
from gameserver.transport.websocket.frames import BINARY, TEXT, encode_frame
from gameserver.transport.websocket.link import Link
from tests.transport.websocket.fakes import Echo, Recorder, Wired
from tests.transport.websocket.watched import SETTINGS, lose, recorded
from tests.transport.websocket.wire import CLOSE, PONG, close_frame, frame


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
