"""What can go wrong, with the server's stable codes and the client's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

DISCONNECTED: Final = "disconnected"
"""There is no connection, or it broke before the answer came: what was asked may have been done."""
TIMEOUT: Final = "timeout"
"""No answer came in time."""
UNCONFIRMED: Final = "unconfirmed"
"""The server was restarted: a reliable message may have arrived or not."""
UNSENT: Final = "unsent"
"""More reliable messages wait for the connection than may wait."""
LEFT: Final = "left"
"""The room is over for this client."""
TOO_LARGE: Final = "too_large"
"""The server's code, said here already for what it would close the connection for."""
CLOSED: Final = "closed"
"""The client was closed, or the server wants no more of it."""


class GameError(Exception):
    """A request that was not done, or not known to be. `code` is for programs, the text for people."""

    def __init__(self, code: str, message: str, event: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.event = event

    def __repr__(self) -> str:
        return f"GameError({self.code!r}, {str(self)!r}, event={self.event!r})"


def refusal(answer: Mapping[str, Any], event: str) -> GameError:
    """Return the error that an ack with `ok: false` carries."""
    error = answer.get("error") or {}
    return GameError(error.get("code", "internal"), error.get("message", "no reason given"), event)
