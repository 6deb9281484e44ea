"""All rooms or all players as rows to be searched and sorted, made anew in small pieces when asked for.

With ten thousand rooms one pass takes tens of milliseconds: it is cut into slices between which the
loop turns, is shared by everybody who asks, and is not repeated while what it found is fresh.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

FRESH_SECONDS = 1.0
SLICE_SECONDS = 0.001
PIECE = 32  # rows between two looks at the clock


class HasText(Protocol):
    """A row with the text it is found by, in lower case."""

    @property
    def text(self) -> str: ...


R = TypeVar("R", bound=HasText)


@dataclass(frozen=True, slots=True)
class Found(Generic[R]):
    """One page of rows, how many match, and when they were read (Unix seconds)."""

    rows: list[R]
    total: int
    at: float


class Rows(Generic[R]):
    """Rows made by `build`, which yields one after the other and copies what it goes over first."""

    def __init__(
        self,
        build: Callable[[], Iterator[R]],
        columns: dict[str, Callable[[R], Any]],
        now: Callable[[], float],
    ) -> None:
        self._build = build
        self._columns = columns
        self._now = now
        self._rows: list[R] = []
        self._at: float | None = None
        self._orders: dict[str, list[R]] = {}
        self._under_way: asyncio.Task[None] | None = None
        self._spoilt = 0

    def spoil(self) -> None:
        """Something was changed by an operator, who wants to see it: read all anew at the next question."""
        self._at = None
        self._spoilt += 1

    async def find(
        self,
        *,
        search: str,
        keep: Callable[[R], bool] | None,
        sort: str,
        descending: bool,
        offset: int,
        limit: int,
    ) -> Found[R]:
        """Return a page of the rows that hold all words of the search."""
        at = await self._fresh()
        rows: Iterable[R] = self._order(sort)
        for word in search.casefold().split():
            rows = [row for row in rows if word in row.text]
        if keep is not None:
            rows = [row for row in rows if keep(row)]
        found = rows if isinstance(rows, list) else list(rows)
        total = len(found)
        page = found[::-1][offset : offset + limit] if descending else found[offset : offset + limit]
        return Found(page, total, at)

    def _order(self, sort: str) -> Sequence[R]:
        order = self._orders.get(sort)
        if order is None:
            order = self._orders[sort] = sorted(self._rows, key=self._columns[sort])
        return order

    async def _fresh(self) -> float:
        while self._at is None or self._now() - self._at >= FRESH_SECONDS:
            if self._under_way is None:
                self._under_way = asyncio.get_running_loop().create_task(self._read())
            reading = self._under_way
            await asyncio.shield(reading)  # who goes away ends it for nobody else
            if self._at is not None:
                break
        return self._at

    async def _read(self) -> None:
        spoilt, at = self._spoilt, self._now()
        rows: list[R] = []
        try:
            until = time.perf_counter() + SLICE_SECONDS
            for number, row in enumerate(self._build(), 1):
                rows.append(row)
                if number % PIECE == 0 and time.perf_counter() > until:
                    await asyncio.sleep(0)
                    until = time.perf_counter() + SLICE_SECONDS
        finally:
            self._under_way = None
        self._rows, self._orders = rows, {}
        self._at = at if spoilt == self._spoilt else None
