"""The running server's bans: whom they turn away, who has to go at once, and what is told of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable

from gameserver.bans.book import BanBook, BansError, Signature, Wanted
from gameserver.core.bans import Ban, Bans, By
from gameserver.core.commands import Disconnected
from gameserver.core.errors import Unauthorized
from gameserver.core.values import Seconds
from gameserver.logs import Log
from gameserver.runtime import Runtime
from gameserver.transport.players import Players

LOOK_SECONDS = 1.0  # between two looks whether the file was changed
TOLD_SECONDS = 60.0  # between two lines about those whom one ban turned away


class BanDesk:
    """Heeds the file of bans; the connections ask it, and operators change it while the server runs.

    A file that is wrong changes nothing: the bans that were read last stay in force.
    """

    def __init__(
        self,
        book: BanBook,
        *,
        loop: asyncio.AbstractEventLoop,
        log: Log,
        runtime: Runtime,
        players: Players,
        now: Callable[[], Seconds],
    ) -> None:
        """Read the file. Raises BansError where it is wrong."""
        self._book = book
        self._loop = loop
        self._log = log
        self._runtime = runtime
        self._players = players
        self._now = now
        self._seen: Signature | None = book.signature()
        self._untold: dict[str, _Untold] = {}
        self._timer: asyncio.TimerHandle | None = None
        self.bans = Bans(book.read())
        self.refused: Counter[By] = Counter()  # attempts to come in
        self.closed: Counter[By] = Counter()  # players who were here, or away with their place kept

    # -- what connections ask ----------------------------------------------------------------------

    def bars(self, address: str) -> str | None:
        """Return what to tell this address instead of letting it in; None where it is welcome."""
        return self.check(address, None)

    def holds(self, address: str) -> bool:
        """Whether this address is to be kept out; nothing is counted or told."""
        return bool(len(self.bans)) and self.bans.of(address, None, self._now()) is not None

    def check(self, address: str, subject: str | None) -> str | None:
        """Return what to tell who comes from there with a login of this subject; None: it is welcome."""
        if not len(self.bans):
            return None
        ban = self.bans.of(address, subject, self._now())
        if ban is None:
            return None
        self.refused[ban.by] += 1
        untold = self._untold.setdefault(ban.id, _Untold())
        untold.refusals += 1
        self._tell(ban, untold)
        return ban.told()

    # -- what operators ask ------------------------------------------------------------------------

    async def add(self, wanted: Wanted) -> Ban:
        """Ban somebody, and close who is here. Raises BansError."""
        ban = await self._loop.run_in_executor(None, self._book.add, wanted)
        self.reload()
        return ban

    async def remove(self, matches: Callable[[Ban], bool]) -> tuple[Ban, ...]:
        """Lift bans; return which. Raises BansError."""
        removed = await self._loop.run_in_executor(None, self._book.remove, matches)
        self.reload()
        return removed

    def reload(self) -> None:
        """Read the file again, and close whoever is here and was banned meanwhile."""
        try:
            self._seen = self._book.signature()
            bans = Bans(self._book.read())
        except BansError as error:
            self._log.error("bans.refused", file=str(self._book.file), reason=str(error))
            return
        former = {ban.id for ban in self.bans}
        new = Bans(ban for ban in bans if ban.id not in former)
        self.bans = bans
        known = {ban.id for ban in bans}
        self._untold = {id: untold for id, untold in self._untold.items() if id in known}
        self._log.info(
            "bans.loaded",
            file=str(self._book.file),
            bans=len(bans),
            added=len(new),
            removed=len(former - known),
            closed=self._expel(new),
        )

    # -- as time passes ----------------------------------------------------------------------------

    def watch(self) -> None:
        """Look from now on, each second, whether the file was changed."""
        self._timer = self._loop.call_later(LOOK_SECONDS, self._look)

    def stop(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self.watch()
        try:
            changed = self._book.signature() != self._seen
        except BansError:  # as long as it cannot be looked at, nothing is known to have changed
            changed = False
        if changed:
            self.reload()
        for ban in self.bans:
            untold = self._untold.get(ban.id) if self._untold else None
            if untold is not None and untold.refusals:
                self._tell(ban, untold)

    def _tell(self, ban: Ban, untold: _Untold) -> None:
        now = self._now()
        if untold.told_at is not None and now - untold.told_at < TOLD_SECONDS:
            return
        self._log.warning("ban.met", ban=ban.id, by=ban.by, refusals=untold.refusals)
        untold.refusals, untold.told_at = 0, now

    def _expel(self, bans: Bans) -> int:
        """Close the players whom these bans are about; return how many there were."""
        if not len(bans):
            return 0
        now = self._now()
        closed = 0
        for player in tuple(self._runtime.registry.players.values()):
            seat = self._players.seats.get(player.id)
            address = player.address if seat is None else seat.peer.remote_ip
            ban = bans.of(address, player.subject, now)
            if ban is None:
                continue
            closed += 1
            self.closed[ban.by] += 1
            if seat is None:  # away: it shall not come back to its place
                self._runtime.report(player.id, Disconnected("left"))
            else:
                self._players.close(seat.peer, Unauthorized.code, disconnect=True, text=ban.told())
        return closed


class _Untold:
    __slots__ = ("refusals", "told_at")

    def __init__(self) -> None:
        self.refusals = 0
        self.told_at: Seconds | None = None
