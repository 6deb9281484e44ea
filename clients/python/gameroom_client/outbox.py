"""Reliable messages with their running numbers, until the server has said that it has them.

The server does none twice (its number tells), so what was not answered before a loss is simply sent again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gameroom_client.errors import UNSENT, GameError, refusal

UNANSWERED_MAX = 1024

Send = Callable[[str, tuple[Any, ...], Callable[[Mapping[str, Any]], None]], bool]
"""Sends an event, and calls back with its ack; sends nothing, and returns False, without a connection."""


@dataclass(slots=True)
class Message:
    """One `input`, `broadcast` or `direct` on its way."""

    n: int
    event: str
    args: tuple[Any, ...]
    taken: asyncio.Future[None]
    tried: bool = False  # it was sent over some connection


class Outbox:
    """The messages of one seat, numbered from 1."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._last = 0
        self._unanswered: dict[int, Message] = {}

    def __len__(self) -> int:
        """How many messages wait for the server's word."""
        return len(self._unanswered)

    def say(self, event: str, *args: Any) -> asyncio.Future[None]:
        """Send the next message; the future ends once the server has it, or with a GameError.

        Nobody needs to await it. It fails with `unsent` where too many wait already, with `too_large` where
        it is. Raises TypeError, OverflowError or ValueError for what cannot be packed.
        """
        taken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        taken.add_done_callback(_seen)
        if len(self._unanswered) >= UNANSWERED_MAX:
            taken.set_exception(GameError(UNSENT, f"{UNANSWERED_MAX} messages wait already", event))
            return taken
        message = Message(self._last + 1, event, args, taken)
        try:
            self._post(message)  # before it counts: what cannot be encoded raises here
        except GameError as error:
            taken.set_exception(error)
            return taken
        self._last += 1
        self._unanswered[message.n] = message
        return taken

    def say_again(self) -> None:
        """Send all that is unanswered once more, in its order, after a loss."""
        for message in tuple(self._unanswered.values()):
            self._post(message)

    def forget(self, code: str, reason: str, *, only_tried: bool = False) -> None:
        """Give up what is unanswered, or what of it was sent and may have arrived."""
        for message in tuple(self._unanswered.values()):
            if message.tried or not only_tried:
                del self._unanswered[message.n]
                if not message.taken.done():
                    message.taken.set_exception(GameError(code, reason, message.event))

    def _post(self, message: Message) -> None:
        def answered(body: Mapping[str, Any]) -> None:
            if self._unanswered.pop(message.n, None) is None or message.taken.done():
                return
            if body.get("ok"):
                message.taken.set_result(None)
            else:
                message.taken.set_exception(refusal(body, message.event))

        sent = self._send(message.event, (*message.args, {"n": message.n}), answered)
        message.tried = message.tried or sent


def _seen(taken: asyncio.Future[None]) -> None:
    """Nobody has to await it, so an error that nobody sees is no mistake."""
    if not taken.cancelled():
        taken.exception()
