"""Who is logged in to the console."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

MOST = 100  # logins at once; the oldest ends


@dataclass(frozen=True, slots=True)
class Login:
    """One login; `name` tells logins apart in the log and proves nothing."""

    name: str
    address: str
    csrf: str = field(repr=False)  # what a page must say beside the cookie
    until: float  # Unix seconds


class Logins:
    """Logins by the digest of their token: who reads the memory cannot use what it finds."""

    def __init__(self, seconds: float, now: Callable[[], float]) -> None:
        self.seconds = seconds
        self._now = now
        self._logins: dict[str, Login] = {}

    def open(self, address: str) -> tuple[str, Login]:
        """Begin a login; return its token, which is told once, and what is known of it."""
        self._forget()
        token = secrets.token_urlsafe(32)
        login = Login(secrets.token_hex(3), address, secrets.token_urlsafe(24), self._now() + self.seconds)
        self._logins[digest(token)] = login
        return token, login

    def find(self, token: str) -> Login | None:
        """Return the login with this token, if it has not expired."""
        login = self._logins.get(digest(token))
        return login if login is not None and self._now() < login.until else None

    def end(self, token: str) -> None:
        """End the login with this token, if there is one."""
        self._logins.pop(digest(token), None)

    def _forget(self) -> None:
        now = self._now()
        self._logins = {key: login for key, login in self._logins.items() if now < login.until}
        while len(self._logins) >= MOST:
            del self._logins[next(iter(self._logins))]


def digest(token: str) -> str:
    """Return the SHA-256 of a token, in hexadecimal; it is long and random: nothing slower is needed."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
