"""How the core's values are made: by the thousand, when a crowd comes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

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
