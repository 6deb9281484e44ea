"""Who may use the console: by password and a login, or by token; and what guessing costs."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from gameserver.console.audit import Audit
from gameserver.console.logins import Login, Logins, digest
from gameserver.console.passwords import Busy, PasswordCheck
from gameserver.console.problems import NotLoggedIn, TooManyTries
from gameserver.core.errors import RateLimited
from gameserver.core.guesses import Tries
from gameserver.transport.engine.addresses import network_of

IN_ALL = 60  # wrong tries from all addresses, within the pause, before nobody more may try a password


@dataclass(frozen=True, slots=True)
class Operator:
    """Who asks."""

    name: str  # `token`, or `login` and the login's name
    address: str
    login: Login | None = None


class Guard:
    """Lets operators in. Times are seconds of `now`."""

    def __init__(
        self,
        *,
        password: PasswordCheck | None,
        token_sha256: str | None,
        logins: Logins,
        tries: int,
        pause: float,
        audit: Audit,
        now: Callable[[], float],
    ) -> None:
        self.password = password
        self.logins = logins
        self._token = token_sha256
        self._pause = pause
        self._audit = audit
        self._now = now
        self._addresses = Tries(tries, pause)
        self._all = Tries(IN_ALL, pause)

    def by_token(self, token: str, address: str) -> Operator:
        """Return who has this bearer token. Raises NotLoggedIn, or TooManyTries after wrong ones.

        The right one is let in also during a pause: it is 256 random bits, which no number of tries finds;
        and behind a tunnel all operators come from one address.
        """
        if self._token is not None and hmac.compare_digest(digest(token), self._token):
            return Operator("token", address)
        self._check(address, "token")
        self._wrong(address, "token")
        raise NotLoggedIn("this token is not the console's")

    def by_login(self, token: str | None, address: str) -> Operator:
        """Return who is logged in with this cookie's token. Raises NotLoggedIn."""
        login = None if token is None else self.logins.find(token)
        if login is None:
            raise NotLoggedIn("log in first" if token is None else "the login has ended")
        return Operator(f"login {login.name}", address, login)

    async def log_in(self, password: str, address: str) -> tuple[str, Operator]:
        """Begin a login; return its token. Raises NotLoggedIn, TooManyTries."""
        self._check(address, "password")
        self._check_all()
        if self.password is None:
            raise NotLoggedIn("the console has no password: use its token")
        # Counted before it is known to be wrong: who sends many at once gets no more tries by that.
        self._addresses.wrong(self._now(), network_of(address))
        try:
            fits = await self.password.fits(password)
        except Busy as busy:
            raise TooManyTries(str(busy), 1) from None
        if not fits:
            self._all.wrong(self._now(), "all")
            self._audit.refused(address, "password", "wrong")
            raise NotLoggedIn("this password is not the console's")
        self._addresses.right(network_of(address))
        token, login = self.logins.open(address)
        operator = Operator(f"login {login.name}", address, login)
        self._audit.login(operator.name, address)
        return token, operator

    def _check(self, address: str, means: Literal["token", "password"]) -> None:
        try:
            self._addresses.check(self._now(), network_of(address))
        except RateLimited as limited:
            self._audit.refused(address, means, "rate_limited")
            raise TooManyTries(str(limited), round(self._pause)) from None

    def _check_all(self) -> None:
        """Who guesses from many addresses closes the door for passwords, never for token or login."""
        try:
            self._all.check(self._now(), "all")
        except RateLimited as limited:
            raise TooManyTries(str(limited), round(self._pause)) from None

    def _wrong(self, address: str, means: Literal["token", "password"]) -> None:
        self._addresses.wrong(self._now(), network_of(address))
        self._audit.refused(address, means, "wrong")
