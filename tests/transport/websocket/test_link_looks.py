"""What is shown each short message first, before the parser has seen it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gameserver.transport.websocket.ending import How
from gameserver.transport.websocket.frames import BINARY
from gameserver.transport.websocket.link import Link
from tests.transport.websocket.fakes import Recorder, Wired
from tests.transport.websocket.watched import recorded
from tests.transport.websocket.wire import frame


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
