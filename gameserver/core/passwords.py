"""A room's password, of which only a salted digest is kept."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Digest:
    """What proves a password without being one."""

    salt: bytes = field(repr=False)
    value: bytes = field(repr=False)

    def fits(self, password: str) -> bool:
        """Say whether this is the password, in a time that tells nothing of it."""
        return hmac.compare_digest(self.value, _digest(password, self.salt))


def digest(password: str, salt: bytes) -> Digest:
    """Return what is kept of this password; the salt has 16 bytes."""
    return Digest(salt, _digest(password, salt))


def _digest(password: str, salt: bytes) -> bytes:
    # Fast on purpose: it runs in the loop, guessing is limited, and a room's password is short-lived.
    return hashlib.blake2b(password.encode("utf-8", "surrogatepass"), salt=salt, digest_size=32).digest()
