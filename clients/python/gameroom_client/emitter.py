"""Events and who listens to them."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

Off = Callable[[], None]
"""Stops what `on` began."""


class Emitter:
    """Calls handlers in the order of their registration; one that fails hurts no other.

    A handler may be a coroutine function: it is started in order, and not waited for. What a handler raises
    goes to the event loop's exception handler.
    """

    def __init__(self) -> None:
        self._handlers: dict[str, list[Callable[..., Any]]] = {}
        self._running: set[asyncio.Task[Any]] = set()

    def listen(self, event: str, handler: Callable[..., Any]) -> Off:
        """Call the handler for each event of this name, until what is returned is called."""
        handlers = self._handlers.setdefault(event, [])
        handlers.append(handler)

        def off() -> None:
            if handler in handlers:
                handlers.remove(handler)

        return off

    def listened(self, event: str) -> bool:
        """Whether anybody listens to this event."""
        return bool(self._handlers.get(event))

    def tell(self, event: str, *args: Any) -> None:
        """Call who listens to this event."""
        for handler in tuple(self._handlers.get(event, ())):
            self.run(handler, *args)

    def run(self, handler: Callable[..., Any], *args: Any) -> Any:
        """Call one handler and return its answer, None where it failed; a coroutine becomes a task."""
        try:
            answer = handler(*args)
        except Exception as error:
            _report(error, handler)
            return None
        if not inspect.iscoroutine(answer):
            return answer
        task = asyncio.get_running_loop().create_task(answer)
        self._running.add(task)
        task.add_done_callback(lambda done: self._ended(done, handler))
        return task

    def stop(self) -> None:
        """Cancel the handlers that still run and call none any more."""
        self._handlers.clear()
        for task in self._running:
            task.cancel()

    def _ended(self, task: asyncio.Task[Any], handler: Callable[..., Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _report(error, handler)


def _report(error: BaseException, handler: Callable[..., Any]) -> None:
    name = getattr(handler, "__qualname__", repr(handler))
    asyncio.get_running_loop().call_exception_handler(
        {"message": f"the game's handler {name} raised", "exception": error}
    )
