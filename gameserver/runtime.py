"""Bring commands to the core, perform its effects, keep its next deadline.

This is the only place where a refusal becomes an answer and where a command leaves its log line.
Everything here is synchronous: what the core decides in one step reaches the sockets in one step.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from gameserver.core import effects as e
from gameserver.core.commands import (
    ClientCommand,
    Connected,
    Reconnected,
    ServerCommand,
    SnapshotStored,
    Tick,
)
from gameserver.core.errors import Internal, Refusal
from gameserver.core.messages import ErrorTold, Message
from gameserver.core.registry import Registry
from gameserver.core.values import PlayerId, RoomId
from gameserver.ports import Clock, Journal, Outlet, Relay, RouteObserver, Timer, Timers, Watcher
from gameserver.protocol.outbound import RECORDED, SLOTS, to_ack, to_event, to_refused_ack

AFTER_FAILURE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, by which event, and the number of the ack it waits for."""

    sender: PlayerId
    event: str
    ack_id: int | None


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
        routes: RouteObserver | None = None,
    ) -> None:
        self.registry = registry
        self._clock = clock
        self._timers = timers
        self._outlet = outlet
        self._relay = relay
        self._watcher = watcher
        self._journal = journal
        self._routes = routes
        self._timer: Timer | None = None
        self._timer_at: float | None = None
        self._postponed: dict[PlayerId, Request] = {}  # whose answer comes later
        self._pause = 0.0  # a deadline that raises is tried again, but not at once

    def admit(self, sender: PlayerId, command: Connected | Reconnected) -> list[e.Effect]:
        """Let the core take a player in; what follows is performed once the player can be told.

        Raises Refusal.
        """
        effects = self.registry.handle(self._clock.now(), sender, command)
        self._keep_deadline()
        return effects

    def perform(self, effects: Iterable[e.Effect]) -> None:
        """Do what followed from a command that `admit` took."""
        self._perform(effects, None)

    def request(self, request: Request, command: ClientCommand) -> None:
        """Do what a client asks and answer it; a refusal or a bug of ours is answered too."""
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
            self._perform(effects, request)
            self._journal.command(
                name=request.event,
                player=request.sender,
                room=room or self._room_of(request.sender),
                outcome="ok",
                effects=len(effects),
                ms=(time.perf_counter() - started) * 1000,
                detail=None,
            )
        self._keep_deadline()

    def refuse(self, request: Request, refusal: Refusal, started: float | None = None) -> None:
        """Answer a request with a refusal: the event first, then the ack."""
        told = ErrorTold(str(refusal), refusal.code, request.event)
        self._tell((request.sender,), told)
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
        started = time.perf_counter()
        name = type(command).__name__.lower()
        room = self._room_of(sender)
        try:
            effects = self.registry.handle(self._clock.now(), sender, command)
        except Exception as error:
            self._journal.failed(name=name, player=sender, error=error)
            self._pause = AFTER_FAILURE_SECONDS
        else:
            self._perform(effects, None)
            if not isinstance(command, Tick) and (effects or not isinstance(command, SnapshotStored)):
                self._journal.command(
                    name=name,
                    player=sender,
                    room=room,
                    outcome="ok",
                    effects=len(effects),
                    ms=(time.perf_counter() - started) * 1000,
                    detail=None,
                )
        self._keep_deadline()

    def stop(self) -> None:
        """Keep no deadline any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = self._timer_at = None

    def _perform(self, effects: Iterable[e.Effect], request: Request | None) -> None:
        for effect in effects:
            match effect:
                case e.Tell(to, message):
                    self._tell(to, message)
                case e.Reply(message, unless_acked):
                    if request is not None:
                        self._reply(request, message, unless_acked)
                case e.Done():
                    if request is not None and request.ack_id is not None:
                        self._outlet.ack(request.sender, request.ack_id, {"ok": True})
                case e.Postpone():
                    if request is not None:
                        self._postponed[request.sender] = request
                case e.Settle(player, outcome):
                    self._settle(player, outcome)
                case e.Publish(route):
                    self._relay.publish(route)
                    if self._routes is not None:
                        self._routes.published(route)
                case e.Retire(room):
                    self._relay.retire(room)
                    if self._routes is not None:
                        self._routes.retired(room)
                case e.HandOver():
                    self._relay.hand_over(effect)
                case e.SendSnapshot():
                    self._relay.send_snapshot(effect)
                case e.Watch(player, role):
                    self._watcher.watch(player, role)
                case e.Drop(player, code, disconnect):
                    self._outlet.drop(player, code, disconnect=disconnect)
                case e.Elected():
                    self._journal.elected(effect)
                case _:
                    assert_never(effect)

    def _tell(self, to: tuple[PlayerId, ...], message: Message) -> None:
        name, args = to_event(message)
        kind = type(message)
        self._outlet.tell(to, name, args, slot=SLOTS.get(kind), recorded=kind in RECORDED)

    def _reply(self, request: Request, message: Message, unless_acked: bool) -> None:
        acked = request.ack_id is not None
        if not (acked and unless_acked):
            self._tell((request.sender,), message)
        if request.ack_id is not None:
            self._outlet.ack(request.sender, request.ack_id, to_ack(message))

    def _settle(self, player: PlayerId, outcome: Message | Refusal | None) -> None:
        request = self._postponed.pop(player, None)
        if request is None:
            return
        if isinstance(outcome, Refusal):
            self.refuse(request, outcome)
        elif outcome is not None:
            self._reply(request, outcome, unless_acked=False)
        elif request.ack_id is not None:
            self._outlet.ack(player, request.ack_id, {"ok": True})

    def _room_of(self, player: PlayerId | None) -> RoomId | None:
        known = None if player is None else self.registry.players.get(player)
        return None if known is None else known.room

    def _keep_deadline(self) -> None:
        deadline = self.registry.next_deadline()
        if deadline == self._timer_at:
            return
        self.stop()
        if deadline is not None:
            self._timer_at = deadline
            delay = max(self._pause, deadline - self._clock.now())
            self._timer = self._timers.call_later(delay, self._tick)

    def _tick(self) -> None:
        self._timer = self._timer_at = None
        self._pause = 0.0
        self.report(None, Tick())
