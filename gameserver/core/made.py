"""How the core's values are made: by the thousand, when a crowd comes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

T = TypeVar("T")

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(*, frozen: bool = False, slots: bool = False) -> Callable[[type[T]], type[T]]:
        """Do what the standard one does, but freeze for the type checker alone.

        To refuse changes while the program runs as well, the standard one sets each field through a call:
        making a value takes two and a half times as long.
        """
        return dataclasses.dataclass(slots=slots, unsafe_hash=frozen)


def changing(made: type[T]) -> Callable[[T, str, object], T]:
    """Return what does as `replace` does for one field of such values, in a fraction of the time."""
    values = attrgetter(*(each.name for each in dataclasses.fields(made)))  # type: ignore[arg-type]
    make: Callable[..., Any] = made

    def changed(value: T, name: str, field: object) -> T:
        copy: T = make(*values(value))
        object.__setattr__(copy, name, field)
        return copy

    return changed
