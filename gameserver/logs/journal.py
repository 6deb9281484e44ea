"""Write what the runtime tells its journal to the log."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from gameserver.core.effects import Elected, RoomEnded
from gameserver.core.values import PlayerId, RoomId, Seconds
from gameserver.logs.floods import Floods
from gameserver.logs.setup import Log


class LogJournal:
    """The runtime's journal, written to the log."""

    def __init__(self, log: Log, now: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._floods = Floods(now)

    def command(
        self,
        *,
        name: str,
        player: PlayerId | None,
        room: RoomId | None,
        outcome: str,
        effects: int,
        ms: float,
        detail: str | None,
    ) -> None:
        facts: dict[str, Any] = {"name": name, "player": player, "room": room, "outcome": outcome}
        facts |= {"effects": effects, "ms": ms}
        if outcome != "ok":
            unlogged = self._floods.refused(player)
            if unlogged is None:
                return
            facts["detail"] = detail
        else:
            unlogged = self._floods.ended(player) if name == "disconnected" else 0
        if unlogged:
            facts["unlogged"] = unlogged
        if outcome == "ok":
            self._log.info("command.handled", **facts)
        else:
            self._log.warning("command.handled", **facts)

    def failed(self, *, name: str, player: PlayerId | None, error: Exception) -> None:
        self._log.error(
            "command.failed", name=name, player=player, error=type(error).__name__, exc_info=error
        )

    def elected(self, election: Elected) -> None:
        self._log.info(
            "host.elected",
            room=election.room,
            epoch=election.epoch,
            previous=election.previous,
            host=election.host,
            reason=election.reason,
            why=election.why,
            candidates=[
                {"id": candidate.id, "ping_ms": candidate.ping_ms, "score": candidate.score}
                for candidate in election.candidates
            ],
        )

    def ended(self, ending: RoomEnded, age_s: Seconds) -> None:
        self._log.info(
            "room.ended", room=ending.room, reason=ending.reason, age_s=age_s, members=ending.members
        )
