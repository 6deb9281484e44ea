"""Time as the client sees it, so that a test can hold it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Cancellable(Protocol):
    """One call in the future."""

    def cancel(self) -> None: ...


class Timing(Protocol):
    """A monotonic clock in seconds and what is due by it."""

    def time(self) -> float: ...

    def call_later(self, delay: float, callback: Callable[[], None], /) -> Cancellable:
        """Call back once, after at least so many seconds."""


class LoopTiming:
    """The running event loop's own clock."""

    def time(self) -> float:
        return asyncio.get_running_loop().time()

    def call_later(self, delay: float, callback: Callable[[], None], /) -> Cancellable:
        return asyncio.get_running_loop().call_later(delay, callback)


async def pause(timing: Timing, seconds: float) -> None:
    """Wait so many seconds of this clock."""
    woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def wake() -> None:
        if not woken.done():
            woken.set_result(None)

    timer = timing.call_later(max(0.0, seconds), wake)
    try:
        await woken
    finally:
        timer.cancel()


async def within(timing: Timing, seconds: float, answer: asyncio.Future[T]) -> T:
    """Return the future's result. Raises TimeoutError where it takes longer than so many seconds."""

    def late() -> None:
        if not answer.done():
            answer.set_exception(TimeoutError())

    timer = timing.call_later(seconds, late)
    try:
        return await answer
    finally:
        timer.cancel()
