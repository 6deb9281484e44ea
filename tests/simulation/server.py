"""The registry behind a virtual network, with a relay as plain as its law allows.

What this relay does is what `docs/decisions/0040-migration-and-recovery.md` asks of the real one; it
keeps everything, so that whatever is lost in a simulation was lost by the rules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from gameserver.core import effects as e
from gameserver.core.commands import (
    ClientCommand,
    Command,
    Connected,
    Disconnected,
    HostSilent,
    Reconnected,
    SnapshotStored,
    Tick,
)
from gameserver.core.errors import Refusal
from gameserver.core.limits import Limits
from gameserver.core.messages import HostChanged
from gameserver.core.registry import Registry
from gameserver.core.values import PlayerId, RoomId
from tests.simulation.network import Link, Loop
from tests.support.registry import CountedIds, KnownPings

Deliver = Callable[[Any], None]


@dataclass
class Kept:
    """What the relay keeps of a room."""

    route: e.Route
    seq: int = 0
    covers: int = 0
    snapshot: int | None = None
    tail: list[tuple[PlayerId, int, int]] = field(default_factory=list)
    parked: list[tuple[PlayerId, int, int]] = field(default_factory=list)
    numbers: dict[PlayerId, int] = field(default_factory=dict)


@dataclass
class Recorded:
    """What was sent to a player that can come back, by offset, and the link it goes by."""

    pid: str
    link: Link | None = None
    deliver: Deliver | None = None
    ring: list[Any] = field(default_factory=list)


class Server:
    """One node in virtual time."""

    def __init__(self, loop: Loop, chance: Random) -> None:
        self.loop = loop
        self.pings = KnownPings()
        self.registry = Registry(limits=Limits(), tracks={}, ids=CountedIds(), pings=self.pings)
        self.rooms: dict[RoomId, Kept] = {}
        self.players: dict[PlayerId, Recorded] = {}
        self.reigns = 0
        self.refused = 0
        self._chance = chance
        self._pids = 0
        self._tick_at: float | None = None

    # -- connections -------------------------------------------------------------------------------

    def connect(self, player: PlayerId, pid: str | None, got: int, link: Link, deliver: Deliver) -> None:
        """A client connects; with a pid it may be one that was here."""
        known = self.registry.returning(pid) if pid is not None else None
        if known is None:
            if player in self.registry.players:  # its former self cannot be proved, and is in its way
                self.handle(player, Disconnected("left", gone=True))
            self.players[player] = Recorded(self._new_pid(), link, deliver)
            self._push(player, ("welcome", self.players[player].pid, False))
            self.handle(player, Connected(pid=self.players[player].pid))
            return
        recorded = self.players[player]
        filled = self._chance.random() < 0.8
        recorded.link, recorded.deliver = link, deliver
        if not filled:
            recorded.pid = self._new_pid()
            recorded.ring.clear()
        self._push(player, ("welcome", recorded.pid, filled))
        if filled:
            for offset, message in enumerate(recorded.ring[got:], start=got + 1):
                self._push(player, ("event", offset, message))
        self.handle(player, Reconnected(filled, pid=None if filled else recorded.pid))

    def lost(self, player: PlayerId, link: Link, *, goodbye: bool, gone: bool) -> None:
        """The server notices that a connection is over."""
        recorded = self.players.get(player)
        if recorded is None or recorded.link is not link:
            return
        recorded.link = None
        self.handle(player, Disconnected("left" if goodbye else "lost", gone=goodbye or gone))

    def silent(self, player: PlayerId) -> None:
        """The prober has heard nothing of this player."""
        known = self.registry.players.get(player)
        if known is not None and known.connected:
            self.handle(player, HostSilent())

    def receive(self, player: PlayerId, link: Link, message: Any) -> None:
        """A client's message arrives."""
        if self.players[player].link is not link:
            return
        match message:
            case ("input", int(number), int(data)):
                self._input(player, number, data)
            case ("state",):
                self._state(player)
            case ("snapshot", int(covers)):
                self._snapshot(player, covers)
            case ("ask", command):
                self.handle(player, command)

    # -- the core ----------------------------------------------------------------------------------

    def handle(self, sender: PlayerId | None, command: Command | ClientCommand) -> None:
        """Let the registry decide, and do what it says."""
        try:
            effects = self.registry.handle(self.loop.now, sender, command)
        except Refusal:
            self.refused += 1
        else:
            for effect in effects:
                self._perform(sender, effect)
        due = self.registry.next_deadline()
        if due is not None and due != self._tick_at:
            self._tick_at = due
            self.loop.at(due, self._tick)

    def _tick(self) -> None:
        due = self.registry.next_deadline()
        if due is not None and due <= self.loop.now:
            self._tick_at = None
            self.handle(None, Tick())

    def _perform(self, sender: PlayerId | None, effect: e.Effect) -> None:
        match effect:
            case e.Reply(message):
                assert sender is not None
                self._record(sender, message)
            case e.Settle(player, outcome):
                if outcome is not None and not isinstance(outcome, Refusal):
                    self._record(player, outcome)
            case e.Tell(to, message):
                self.reigns += isinstance(message, HostChanged) and message.host is not None
                for player in to:
                    self._record(player, message)
            case e.Publish(route):
                self._publish(route)
            case e.Retire(room):
                del self.rooms[room]
            case e.HandOver(room, host, epoch):
                kept = self.rooms[room]
                kept.parked.clear()  # the tail holds them
                self._record(host, ("become_host", epoch, kept.snapshot, list(kept.tail)))

    # -- the relay ---------------------------------------------------------------------------------

    def _publish(self, route: e.Route) -> None:
        kept = self.rooms.setdefault(route.room, Kept(route))
        kept.route = route
        for gone in kept.numbers.keys() - route.seated:
            del kept.numbers[gone]
        if route.host_ready and route.host is not None:
            for parked in kept.parked:
                self._record(route.host, ("input", *parked))
            kept.parked.clear()

    def _input(self, player: PlayerId, number: int, data: int) -> None:
        kept = self._kept(player)
        if kept is None:
            return
        if number > kept.numbers.get(player, 0):
            assert number == kept.numbers.get(player, 0) + 1
            kept.numbers[player] = number
            kept.seq += 1
            entry = (player, data, kept.seq)
            kept.tail.append(entry)
            if kept.route.host_ready and kept.route.host is not None:
                self._record(kept.route.host, ("input", *entry))
            else:
                kept.parked.append(entry)
        self._push(player, ("ack", kept.route.room, kept.numbers[player]))

    def _state(self, player: PlayerId) -> None:
        kept = self._kept(player)
        if kept is not None and kept.route.host == player and kept.route.host_ready:
            for other in kept.route.members:
                if other != player:
                    self._push(other, ("state", player, kept.route.epoch))

    def _snapshot(self, player: PlayerId, covers: int) -> None:
        kept = self._kept(player)
        if kept is not None and kept.route.host == player and kept.route.host_ready:
            kept.snapshot = kept.covers = covers
            kept.tail = [entry for entry in kept.tail if entry[2] > covers]
            self.handle(player, SnapshotStored())

    def _kept(self, player: PlayerId) -> Kept | None:
        known = self.registry.players.get(player)
        return None if known is None or known.room is None else self.rooms[known.room]

    def _record(self, player: PlayerId, message: Any) -> None:
        """Send what must not be lost: it is kept for a return."""
        recorded = self.players[player]
        recorded.ring.append(message)
        self._push(player, ("event", len(recorded.ring), message))

    def _push(self, player: PlayerId, message: Any) -> None:
        recorded = self.players[player]
        if recorded.link is not None and recorded.deliver is not None:
            recorded.link.carry("down", recorded.deliver, message)

    def _new_pid(self) -> str:
        self._pids += 1
        return f"pid{self._pids}"
