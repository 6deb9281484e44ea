"""Bring commands to the core, have its effects performed, keep its next deadline.

This is the only place where a refusal becomes an answer and where a command leaves its log line.
Everything here is synchronous: what the core decides in one step reaches the sockets in one step.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

from gameserver.core import effects as e
from gameserver.core.commands import (
    ClientCommand,
    Connected,
    OperatorCommand,
    Reconnected,
    ServerCommand,
    SnapshotStored,
    Tick,
)
from gameserver.core.errors import Internal, Refusal
from gameserver.core.messages import ErrorTold
from gameserver.core.registry import Registry
from gameserver.core.values import PlayerId, RoomId
from gameserver.core.world import Changes
from gameserver.performing import Performer, Request
from gameserver.ports import Clock, Journal, Outlet, Relay, RouteObserver, Timer, Timers, Vault, Watcher
from gameserver.protocol.outbound import to_refused_ack
from gameserver.sequencer import Sequencer

AFTER_FAILURE_SECONDS = 1.0
ANSWERS = (e.Reply, e.Done, e.Settle)  # what a request is told: it must be true after a crash


class Runtime:
    """One node's registry between its connections and its clock."""

    def __init__(
        self,
        registry: Registry,
        *,
        clock: Clock,
        timers: Timers,
        outlet: Outlet,
        relay: Relay,
        watcher: Watcher,
        journal: Journal,
        routes: Sequence[RouteObserver] = (),
        observers: Sequence[Callable[[e.Effect], None]] = (),
        vault: Vault | None = None,
    ) -> None:
        self.registry = registry
        self._clock = clock
        self._timers = timers
        self._outlet = outlet
        self._journal = journal
        self._performer = Performer(
            clock=clock,
            outlet=outlet,
            relay=relay,
            watcher=watcher,
            journal=journal,
            refuse=self.refuse,
            routes=routes,
            observers=observers,
        )
        self._vault = vault
        self._sequencer = Sequencer()
        self._timer: Timer | None = None
        self._timer_at: float | None = None
        self._stopped = False
        self._pause = 0.0  # a deadline that raises is tried again, but not at once

    def admit(self, sender: PlayerId, command: Connected | Reconnected) -> list[e.Effect]:
        """Let the core take a player in; what follows is performed by `welcome`. Raises Refusal."""
        effects = self.registry.handle(self._clock.now(), sender, command)
        changes = self._changes()
        if changes is not None and self._vault is not None:
            self._vault.save(changes, None)
        self._keep_deadline()
        return effects

    def welcome(self, sender: PlayerId, effects: Iterable[e.Effect], first: Callable[[], None]) -> None:
        """Do what followed from `admit`, behind `first` and in one step with it."""
        steps = list(effects)

        def run(durable: bool) -> None:
            first()
            self._performer.perform(steps, None, durable)

        self._sequencer.pass_by(lambda: _touched(steps, sender), run)

    def request(self, request: Request, command: ClientCommand) -> None:
        """Do what a client asks and answer it; a refusal or a bug of ours is answered too."""
        if self._stopped:
            return
        started = time.perf_counter()
        room = self._room_of(request.sender)
        try:
            effects = self.registry.handle(self._clock.now(), request.sender, command)
        except Refusal as refusal:
            self.refuse(request, refusal, started)
        except Exception as error:
            self._journal.failed(name=request.event, player=request.sender, error=error)
            self.refuse(request, Internal("the server made a mistake; it is logged"), started)
        else:
            room = room or self._room_of(request.sender)
            self._submit(
                effects,
                request.sender,
                request,
                lambda: self._note(request.event, request.sender, room, effects, started),
            )
        self._keep_deadline()

    def refuse(self, request: Request, refusal: Refusal, started: float | None = None) -> None:
        """Answer a request with a refusal: the event first, then the ack."""
        told = ErrorTold(str(refusal), refusal.code, request.event)
        self._performer.tell((request.sender,), told)
        if request.ack_id is not None:
            self._outlet.ack(request.sender, request.ack_id, to_refused_ack(refusal))
        self._journal.command(
            name=request.event,
            player=request.sender,
            room=self._room_of(request.sender),
            outcome=refusal.code,
            effects=0,
            ms=0.0 if started is None else (time.perf_counter() - started) * 1000,
            detail=str(refusal),
        )

    def report(self, sender: PlayerId | None, command: ServerCommand) -> None:
        """Tell the core what has happened; ticks and snapshots from which nothing follows leave no line."""
        if self._stopped:
            return
        started = time.perf_counter()
        name = type(command).__name__.lower()
        room = self._room_of(sender)
        try:
            effects = self.registry.handle(self._clock.now(), sender, command)
        except Exception as error:
            self._journal.failed(name=name, player=sender, error=error)
            self._pause = AFTER_FAILURE_SECONDS
        else:
            self._submit(effects, sender, None)
            if not isinstance(command, Tick) and (effects or not isinstance(command, SnapshotStored)):
                self._note(name, sender, room, effects, started)
        self._keep_deadline()

    def operate(self, command: OperatorCommand, first: Callable[[], None] = lambda: None) -> None:
        """Do what an operator orders, and `first` before it if it is done.

        Raises Refusal, and what a mistake of ours raises; both are noted.
        """
        started = time.perf_counter()
        name = type(command).__name__.lower()
        try:
            effects = self.registry.handle(self._clock.now(), None, command)
        except Refusal as refusal:
            self._journal.command(
                name=name,
                player=None,
                room=command.room,
                outcome=refusal.code,
                effects=0,
                ms=(time.perf_counter() - started) * 1000,
                detail=str(refusal),
            )
            raise
        except Exception as error:
            self._journal.failed(name=name, player=None, error=error)
            raise
        first()
        self._submit(effects, None, None)
        self._note(name, None, command.room, effects, started)
        self._keep_deadline()

    def stop(self) -> None:
        """Let nothing happen any more; what is stored stays as it is, for everybody to come back to."""
        self._stopped = True
        self._cancel()

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = self._timer_at = None

    # -- what follows ------------------------------------------------------------------------------

    def _submit(
        self,
        effects: list[e.Effect],
        sender: PlayerId | None,
        request: Request | None,
        then: Callable[[], None] = lambda: None,
    ) -> None:
        """Save what changed, and perform what follows: at once, or once what is answered is committed."""
        changes = self._changes()
        if changes is None or self._vault is None:
            self._pass_by(effects, sender, request, then)
            return
        answers: list[e.Effect] = []
        handed_over = False
        for effect in effects:
            if isinstance(effect, ANSWERS):
                answers.append(effect)
            elif isinstance(effect, e.HandOver) and effect.host != sender:
                handed_over = True
        if not answers:
            self._vault.save(changes, None)
            self._pass_by(effects, sender, request, then)
            return
        held = effects
        # A host's change waits for no disk; who takes a seat and the role hears of the seat first.
        if handed_over:
            others: list[e.Effect] = [effect for effect in effects if not isinstance(effect, ANSWERS)]
            self._pass_by(others, sender, request)
            held = answers

        def run(durable: bool) -> None:
            self._performer.perform(held, request, durable)
            then()

        self._vault.save(changes, self._sequencer.hold(_touched(held, sender), run))

    def _pass_by(
        self,
        effects: list[e.Effect],
        sender: PlayerId | None,
        request: Request | None,
        then: Callable[[], None] = lambda: None,
    ) -> None:
        def run(durable: bool) -> None:
            self._performer.perform(effects, request, durable)
            then()

        self._sequencer.pass_by(lambda: _touched(effects, sender), run)

    def _changes(self) -> Changes | None:
        """Return what must be stored, or None if nothing has changed or nothing is stored."""
        if self._vault is None:
            return None
        changes = self.registry.changes()
        return changes if changes.rooms or changes.players else None

    def _note(
        self, name: str, player: PlayerId | None, room: RoomId | None, effects: list[e.Effect], started: float
    ) -> None:
        self._journal.command(
            name=name,
            player=player,
            room=room,
            outcome="ok",
            effects=len(effects),
            ms=(time.perf_counter() - started) * 1000,
            detail=None,
        )

    def _room_of(self, player: PlayerId | None) -> RoomId | None:
        known = None if player is None else self.registry.players.get(player)
        return None if known is None else known.room

    def _keep_deadline(self) -> None:
        deadline = self.registry.next_deadline()
        if deadline == self._timer_at:
            return
        self._cancel()
        if deadline is not None:
            self._timer_at = deadline
            delay = max(self._pause, deadline - self._clock.now())
            self._timer = self._timers.call_later(delay, self._tick)

    def _tick(self) -> None:
        self._timer = self._timer_at = None
        self._pause = 0.0
        self.report(None, Tick())


def _touched(effects: Iterable[e.Effect], sender: PlayerId | None) -> set[str]:
    """Return the ids of all players told and of all rooms rerouted."""
    touched: set[str] = set() if sender is None else {sender}
    for effect in effects:
        match effect:
            case e.Tell():
                touched.update(effect.to)
            case e.Publish():
                touched.add(effect.route.room)
            case e.Retire(room):
                touched.add(room)
            case e.HandOver(room, player) | e.SendSnapshot(room, player):
                touched |= {room, player}
            case e.Settle(player, _):
                touched.add(player)
    return touched
