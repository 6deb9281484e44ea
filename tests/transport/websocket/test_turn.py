"""One turn of the event loop: what is joined in it is written at its end, once for each recipient."""

from __future__ import annotations

from gameserver.transport.websocket.turn import Turn
from tests.transport.websocket.fakes import FakeLoop


class Waiting:
    """A recipient for which frames were joined."""

    def __init__(self, frames: int) -> None:
        self.frames = frames
        self.flushed = 0

    def flush(self) -> int:
        self.flushed += 1
        return self.frames


def test_a_turn_has_one_time_and_ends_once() -> None:
    loop = FakeLoop()
    turn = Turn(loop.call_soon, loop.time)

    began = turn.begin()
    loop.now += 1.0
    assert (turn.ending, turn.now) == (True, began)

    loop.turn()
    assert (turn.ending, turn.number) == (False, 1)
    assert turn.begin() == began + 1.0


def test_every_recipient_is_written_to_once_at_the_end() -> None:
    loop = FakeLoop()
    turn = Turn(loop.call_soon, loop.time)
    waiting = [Waiting(3), Waiting(2)]
    turn.begin()
    turn.dirty += waiting
    turn.direct += 4
    assert [each.flushed for each in waiting] == [0, 0]

    loop.turn()

    assert [each.flushed for each in waiting] == [1, 1]
    tally = turn.tally
    assert (tally.direct_writes, tally.joined_writes, tally.joined_frames) == (4, 2, 5)
    assert (turn.direct, turn.dirty) == (0, [])


def test_what_is_joined_while_a_turn_is_written_belongs_to_the_next() -> None:
    loop = FakeLoop()
    turn = Turn(loop.call_soon, loop.time)
    late = Waiting(1)

    class Chain(Waiting):
        def flush(self) -> int:
            turn.begin()
            turn.dirty.append(late)
            return super().flush()

    turn.begin()
    turn.dirty.append(Chain(1))
    turn.end()
    assert (late.flushed, turn.ending) == (0, True)

    turn.end()
    assert late.flushed == 1
