"""A player as a test tells of it: what it asks, what it is told, and what it never heard."""

from __future__ import annotations

import abc
import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any

from tests.support.patience import PATIENCE_SECONDS


@dataclass(frozen=True, slots=True)
class Heard:
    """One event as a client told its game of it; `@connect` and the like are the client's own."""

    event: str
    args: tuple[Any, ...]
    at: float  # Unix milliseconds, by the client's own process

    @property
    def said(self) -> Any:
        """The only argument, None for none, all of them for more."""
        return self.args[0] if len(self.args) == 1 else self.args or None


class Player(abc.ABC):
    """A stock Socket.IO client in somebody's hands."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.id = ""
        self.story: list[Heard] = []  # all it heard, in order
        self._unread: dict[str, deque[Heard]] = {}
        self._news = asyncio.Event()

    @abc.abstractmethod
    async def emit(self, event: str, *args: Any) -> None:
        """Send an event that asks for no ack."""

    async def ask(self, event: str, *args: Any) -> Any:
        """Send an event and return what its ack says."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._ask(event, *args)
        except TimeoutError:
            raise AssertionError(
                f"{self.name} got no ack for {event!r}; it heard {[heard.event for heard in self.story]}"
            ) from None

    @abc.abstractmethod
    async def _ask(self, event: str, *args: Any) -> Any:
        """Send an event and return what its ack says, whenever it comes."""

    @abc.abstractmethod
    async def disconnect(self) -> None:
        """Say goodbye, as a stock client does."""

    async def told(self, event: str) -> Any:
        """Return what the next event of this name says, waiting for it to come."""
        return (await self.heard(event)).said

    async def heard(self, event: str) -> Heard:
        """Return the next event of this name that was not asked for yet, waiting for it to come."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not self._unread.get(event):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(
                f"{self.name} was never told {event!r}; it heard {[heard.event for heard in self.story]}"
            ) from None
        return self._unread[event].popleft()

    async def refused(self, event: str, *args: Any) -> str:
        """Ask for what must be refused; check that ack and `error` event agree and return the code."""
        answer = await self.ask(event, *args)
        assert answer["ok"] is False, answer
        told = await self.told("error")
        assert told == {**answer["error"], "event": event}
        code: str = told["code"]
        return code

    async def caught_up(self) -> None:
        """Wait until all that was sent to this player before has come."""
        answer = await self.ask("clock", 0)
        assert answer["client"] == 0

    def unread(self, *events: str) -> list[Heard]:
        """Return what came of these events and was not asked for; of all, if none is named."""
        return [
            heard
            for heard in self.story
            if heard in self._unread.get(heard.event, ()) and (not events or heard.event in events)
        ]

    def forget(self) -> None:
        """Take all that came so far as read."""
        self._unread.clear()

    def hear(self, heard: Heard) -> None:
        """Take in what the client reports."""
        self.story.append(heard)
        self._unread.setdefault(heard.event, deque()).append(heard)
        self._news.set()
