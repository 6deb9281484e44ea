"""Hash and check the console's password, away from the event loop."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

LONGEST = 256  # characters; nobody's password, and little work
LEAST = 12  # of a new password
WAITING = 4  # checks that may wait for the one under way


class Busy(Exception):
    """Too many passwords wait to be checked."""


def hash_password(password: str) -> str:
    """Return the argon2id hash (RFC 9106, section 4: the low-memory choice). Raises ValueError."""
    if not LEAST <= len(password) <= LONGEST:
        raise ValueError(f"the password must have {LEAST} to {LONGEST} characters")
    return PasswordHasher().hash(password)


class PasswordCheck:
    """Checks passwords one at a time in a thread: guessing costs one core at most, and never the loop."""

    def __init__(self, hash: str, waiting: int = WAITING) -> None:
        self._hash = hash
        self._hasher = PasswordHasher()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="console-password")
        self._most = 1 + waiting
        self._checks = 0

    async def fits(self, password: str) -> bool:
        """Whether this is the password. Raises Busy instead of letting checks pile up."""
        if len(password) > LONGEST:
            return False
        if self._checks >= self._most:
            raise Busy("too many passwords are being checked")
        self._checks += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._verify, password)
        finally:
            self._checks -= 1

    def _verify(self, password: str) -> bool:
        try:
            return self._hasher.verify(self._hash, password)
        except (VerificationError, UnicodeEncodeError):
            return False

    def close(self) -> None:
        """Let the thread end once its check is done."""
        self._thread.shutdown(wait=False, cancel_futures=True)
