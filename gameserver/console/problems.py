"""What the API refuses, and how."""

from __future__ import annotations

from typing import ClassVar


class Problem(Exception):
    """A request that is not done; `str(problem)` is shown."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    retry_after: int | None = None  # seconds


class Wrong(Problem):
    """An argument is missing, has the wrong type or is out of bounds."""

    status = 400
    code = "bad_request"


class NotLoggedIn(Problem):
    """There is no login, or it has expired, or the token or password is wrong."""

    status = 401
    code = "not_logged_in"


class Forbidden(Problem):
    """The request comes from another origin, or does not prove that it comes from the console's page."""

    status = 403
    code = "forbidden"


class Missing(Problem):
    """There is no such thing."""

    status = 404
    code = "not_found"


class NotAllowed(Problem):
    """The path has no such method."""

    status = 405
    code = "method_not_allowed"


class Conflict(Problem):
    """The rules do not allow it as things stand."""

    status = 409
    code = "conflict"


class TooManyTries(Problem):
    """Wrong tries came too often, or too many passwords are being checked."""

    status = 429
    code = "rate_limited"

    def __init__(self, text: str, retry_after: int) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class Mistake(Problem):
    """Our fault; the log knows more."""
