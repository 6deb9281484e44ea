"""Write down who logs in to the console, who fails to, and what is done there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from gameserver.logs import Log

REFUSALS_PER_SECOND = 10  # that leave a line; the next line counts the others


class Audit:
    """The console's lines in the log."""

    def __init__(self, log: Log, now: Callable[[], float]) -> None:
        self._log = log
        self._now = now
        self._second = 0
        self._refusals = 0
        self._unlogged = 0

    def login(self, by: str, address: str) -> None:
        """A password was right."""
        self._log.info("console.login", by=by, address=address)

    def logout(self, by: str, address: str) -> None:
        """A login was ended by its operator."""
        self._log.info("console.logout", by=by, address=address)

    def refused(self, address: str, means: Literal["token", "password", "origin"], why: str) -> None:
        """Somebody was not let in; a flood of it leaves few lines."""
        second = int(self._now())
        if second != self._second:
            self._second, self._refusals = second, 0
        self._refusals += 1
        if self._refusals > REFUSALS_PER_SECOND:
            self._unlogged += 1
            return
        unlogged, self._unlogged = self._unlogged, 0
        self._log.warning("console.refused", address=address, means=means, why=why, unlogged=unlogged)

    def done(self, by: str, address: str, action: str, target: str, result: str, detail: str = "") -> None:
        """An operator asked for a change; `result` is `ok` or the refusal's code."""
        self._log.info(
            "console.action",
            by=by,
            address=address,
            action=action,
            target=target,
            result=result,
            detail=detail,
        )

    def failed(self, error: BaseException | None) -> None:
        """A request met a mistake of ours."""
        self._log.error(
            "command.failed", name="console", player=None, error=type(error).__name__, exc_info=error
        )
