"""What an operator does: each through the door that everybody uses, each with its line in the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gameserver.console import tuning
from gameserver.console.audit import Audit
from gameserver.console.finding import Finding
from gameserver.console.guard import Operator
from gameserver.console.problems import Conflict, Missing, Problem, Wrong
from gameserver.console.shapes.base import Done
from gameserver.console.shapes.server import Changed, Drained
from gameserver.console.sources import Sources
from gameserver.core.commands import AppointHost, CloseRoom, Drain, OperatorCommand, RemoveMember
from gameserver.core.errors import BadRequest, Refusal, RoomNotFound
from gameserver.core.values import PlayerId, RoomId
from gameserver.logs.reading.words import counted

WORDS = {RemoveMember: "kick", AppointHost: "transfer", CloseRoom: "close"}


class Actions:
    """Carries orders out."""

    def __init__(self, sources: Sources, finding: Finding, audit: Audit) -> None:
        self._sources = sources
        self._finding = finding
        self._audit = audit

    def kick(self, by: Operator, room: str, player: str, reason: str | None) -> Done:
        """Remove a member, the host too, and keep it out of the room."""
        return self._order(by, RemoveMember(RoomId(room), PlayerId(player), reason), f"{player} in {room}")

    def close(self, by: Operator, room: str) -> Done:
        """End a room for everybody in it."""
        return self._order(by, CloseRoom(RoomId(room)), room)

    def transfer(self, by: Operator, room: str, player: str) -> Done:
        """Make a member host; a host that keeps snapshots is asked for its last one first."""
        done = self._order(by, AppointHost(RoomId(room), PlayerId(player)), f"{player} in {room}")
        now = self._sources.registry.rooms.get(RoomId(room))
        waits = now is not None and now.exit is not None
        return done.model_copy(
            update={"detail": "its host is asked for its last snapshot first" if waits else ""}
        )

    def change(self, by: Operator, name: str, value: str) -> Changed:
        """Change a setting while the server runs."""
        with self._audited(by, "change setting", f"{name} = {value}") as say:
            new, told = tuning.changed(self._sources.settings(), name, value)
            self._sources.apply(new)
            say.append(f"{told.former} -> {told.value}, {told.takes_effect}")
        return told

    def drain(self, by: Operator) -> Drained:
        """Open no more rooms, and tell those who are here to come back later; nothing undoes it."""
        registry = self._sources.registry
        with self._audited(by, "drain", "server") as say:
            if registry.draining:
                raise Conflict("the server drains already")
            self._sources.runtime.report(None, Drain())
            told = len(self._sources.players.seats)
            say.append(f"{counted(told, 'player')} told")
        return Drained(draining=registry.draining, told=told)

    def _order(self, by: Operator, command: OperatorCommand, target: str) -> Done:
        what = WORDS[type(command)]
        with self._audited(by, what, target):
            player = None if isinstance(command, CloseRoom) else command.player_id
            self._sources.runtime.operate(
                command,
                first=lambda: self._sources.records.timelines.ordered(command.room, what, player),
            )
        self._finding.spoil()
        return Done(detail="")

    @contextmanager
    def _audited(self, by: Operator, action: str, target: str) -> Iterator[list[str]]:
        """Write down what became of it; what the core refuses becomes an answer."""
        detail: list[str] = []
        try:
            yield detail
        except Refusal as refusal:
            self._audit.done(by.name, by.address, action, target, refusal.code, str(refusal))
            kind = {BadRequest: Wrong, RoomNotFound: Missing}.get(type(refusal), Conflict)
            raise kind(str(refusal)) from None
        except Problem as problem:
            self._audit.done(by.name, by.address, action, target, problem.code, str(problem))
            raise
        self._audit.done(by.name, by.address, action, target, "ok", "; ".join(detail))
