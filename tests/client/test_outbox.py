"""Reliable messages keep their numbers until they are taken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from gameroom_client import GameError
from gameroom_client.outbox import UNANSWERED_MAX, Outbox


class Wire:
    """What was sent, and how to answer it."""

    def __init__(self) -> None:
        self.stands = True
        self.sent: list[tuple[str, tuple[Any, ...]]] = []
        self.answers: list[Callable[[Mapping[str, Any]], None]] = []

    def send(self, event: str, args: tuple[Any, ...], answered: Callable[[Mapping[str, Any]], None]) -> bool:
        if self.stands:
            self.sent.append((event, args))
            self.answers.append(answered)
        return self.stands


def told(story: Callable[[Wire, Outbox], Any]) -> None:
    async def run() -> None:
        wire = Wire()
        await story(wire, Outbox(wire.send))

    asyncio.run(run())


def test_all_kinds_share_one_counter_from_one() -> None:
    async def story(wire: Wire, outbox: Outbox) -> None:
        outbox.say("input", "a")
        outbox.say("broadcast", "b")
        outbox.say("direct", "bo", "c")

        assert wire.sent == [
            ("input", ("a", {"n": 1})),
            ("broadcast", ("b", {"n": 2})),
            ("direct", ("bo", "c", {"n": 3})),
        ]

    told(story)


def test_what_was_not_answered_is_said_again_under_its_number() -> None:
    async def story(wire: Wire, outbox: Outbox) -> None:
        first, second = outbox.say("input", 1), outbox.say("input", 2)
        wire.answers[0]({"ok": True, "n": 1})
        wire.stands = False
        third = outbox.say("input", 3)
        wire.stands = True
        wire.sent.clear()

        outbox.say_again()
        wire.answers[-2]({"ok": True, "n": 2, "repeat": True})
        wire.answers[-1]({"ok": True, "n": 3})

        assert wire.sent == [("input", (2, {"n": 2})), ("input", (3, {"n": 3}))]
        assert [future.done() for future in (first, second, third)] == [True, True, True]
        assert len(outbox) == 0

    told(story)


def test_a_refusal_is_the_futures_error_and_is_not_said_again() -> None:
    async def story(wire: Wire, outbox: Outbox) -> None:
        said = outbox.say("input", 1)
        wire.answers[0]({"ok": False, "error": {"code": "parking_full", "message": "too many"}})
        outbox.say_again()

        with pytest.raises(GameError) as refused:
            await said
        assert refused.value.code == "parking_full"
        assert len(wire.sent) == 1

    told(story)


def test_after_a_restart_only_what_may_have_arrived_is_given_up() -> None:
    async def story(wire: Wire, outbox: Outbox) -> None:
        sent = outbox.say("input", 1)
        wire.stands = False
        unsent = outbox.say("input", 2)

        outbox.forget("unconfirmed", "the server was restarted", only_tried=True)

        assert isinstance(sent.exception(), GameError)
        assert not unsent.done()
        assert len(outbox) == 1

    told(story)


def test_more_than_may_wait_are_refused_at_once() -> None:
    async def story(wire: Wire, outbox: Outbox) -> None:
        wire.stands = False
        for number in range(UNANSWERED_MAX):
            outbox.say("input", number)

        with pytest.raises(GameError) as refused:
            await outbox.say("input", "one more")
        assert refused.value.code == "unsent"
        assert len(outbox) == UNANSWERED_MAX

    told(story)
