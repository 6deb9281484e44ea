"""Bytes that nobody can guess, a pool at a time: a system call for each id is felt when a crowd comes."""

from __future__ import annotations

import os
import weakref

_POOL_BYTES = 4_096


class Chance:
    """Hands out bytes of the kernel's random source, each of them once. For one thread."""

    __slots__ = ("__weakref__", "_at", "_pool")

    def __init__(self) -> None:
        self._pool = b""
        self._at = 0
        _all.add(self)

    def __call__(self, count: int) -> bytes:
        """Return so many bytes, as `secrets.token_bytes` does."""
        at = self._at
        self._at = end = at + count
        if end <= len(self._pool):
            return self._pool[at:end]
        self._pool = os.urandom(max(count, _POOL_BYTES))
        self._at = count
        return self._pool[:count]

    def forget(self) -> None:
        """Draw anew: a forked process must not hand out what this one does."""
        self._at = len(self._pool)


_all: weakref.WeakSet[Chance] = weakref.WeakSet()


def _forget_all() -> None:
    for chance in _all:
        chance.forget()


os.register_at_fork(after_in_child=_forget_all)
