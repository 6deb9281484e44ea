"""What the links of a server have in common: what is counted of all of them, and by which rule."""

from __future__ import annotations

from collections import Counter

from gameserver.transport.websocket.ending import End, How
from tests.transport.websocket.fakes import Recorder, Wired
from tests.transport.websocket.watched import lose, recorded
from tests.transport.websocket.wire import PING, close_frame, frame


def test_a_flood_of_control_frames_is_refused() -> None:
    owner, wired = recorded()

    for _ in range(5):
        wired.read(frame(PING) * 100)
        wired.loop.advance(1.0)
    assert len(wired.transport.heard) == 500
    wired.read(frame(PING) * 101)

    assert owner.end == End(How.REFUSED, 1008, "too many frames that nobody asked for")
    assert wired.board.floods == 1


def test_the_ends_are_counted_by_their_kind() -> None:
    _, wired = recorded()
    others = [Wired(Recorder(), board=wired.board) for _ in range(3)]
    wired.read(close_frame(1000))
    for other in others[:2]:
        lose(other)
    others[2].read(b"\xff\xff")

    assert wired.board.ended == Counter({How.CLOSED: 1, How.LOST: 2, How.REFUSED: 1})
