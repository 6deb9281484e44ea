"""A player's device: a game that counts its inputs, as host or as guest, on a link that fails."""

from __future__ import annotations

from random import Random
from typing import Any

from gameserver.core.commands import CreateRoom, HostReady, JoinRoom, LeaveRoom, TransferHost
from gameserver.core.messages import (
    HostChanged,
    Kicked,
    PlayerJoined,
    PlayerLeft,
    RoomCreated,
    RoomIsClosed,
    RoomJoined,
    RoomLeft,
    RoomView,
    SnapshotRequest,
)
from gameserver.core.values import PlayerId, RoomId
from tests.simulation.network import Link, Loop
from tests.simulation.server import Server


class Client:
    """Believes what it is told, and holds the server to it."""

    def __init__(self, loop: Loop, server: Server, chance: Random, id: PlayerId, *, snapshots: bool) -> None:
        self.id = id
        self.link: Link | None = None
        self.room: RoomId | None = None
        self.host: PlayerId | None = None
        self.epoch = 0
        self.users: list[PlayerId] = []
        self.last: int | None = None  # as host: the seq of the last input that its game took in
        self.frozen = False
        self.mute = False  # it never says that it is ready
        self._loop = loop
        self._server = server
        self._chance = chance
        self._snapshots = snapshots
        self._welcome = False
        self._delay = chance.uniform(0.005, 0.15)
        self._pid: str | None = None
        self._got = 0
        self._number = 0
        self._unacked: list[tuple[int, int]] = []
        self._waiting: list[Any] = []  # what arrived while frozen

    # -- the link ----------------------------------------------------------------------------------

    def connect(self) -> None:
        """Come, or come back; an old link may still look alive to the server."""
        link = self.link = Link(self._loop, self._chance, self._delay)
        self._waiting.clear()
        self._welcome = False
        self._loop.after(
            self._delay,
            lambda: (
                self._server.connect(self.id, self._pid, self._got, link, self._arrived)
                if link.alive
                else None
            ),
        )

    def drop(self, *, noticed_after: float, goodbye: bool = False, gone: bool = False) -> None:
        """Lose the link; the server notices some time later."""
        link, self.link = self.link, None
        if link is None:
            return
        link.cut()
        self._loop.after(noticed_after, lambda: self._server.lost(self.id, link, goodbye=goodbye, gone=gone))
        if goodbye:
            self._forget()
            self._pid = None

    def freeze(self, seconds: float) -> None:
        """Stand still, with a link that answers for the kernel alone."""
        self.frozen = True
        if seconds > 3:
            self._loop.after(3.0, lambda: self._server.silent(self.id) if self.frozen else None)
        self._loop.after(seconds, self._thaw)

    def _thaw(self) -> None:
        self.frozen = False
        waiting, self._waiting = self._waiting, []
        for message in waiting:
            self._take(message)

    # -- what it does ------------------------------------------------------------------------------

    def act(self, rooms: list[RoomId], peers: list[PlayerId], *, calm: bool) -> None:
        """Do what a player does now and then."""
        if self.link is None or not self._welcome or self.frozen:
            return
        if self.room is None:
            self._ask(JoinRoom(self._chance.choice(rooms)) if rooms else CreateRoom("Simulated"))
            return
        self._number += 1
        self._unacked.append((self._number, self._number))
        self._send(("input", self._number, self._number))
        if self.host == self.id:
            self._send(("state",))
            if self._snapshots and self._chance.random() < 0.2:
                self._snapshot()
        if calm:
            return
        if self._chance.random() < 0.02:
            self._ask(LeaveRoom())
        elif self.host == self.id and self._chance.random() < 0.05:
            self._ask(TransferHost(self._chance.choice(peers)))

    def _snapshot(self) -> None:
        if self.last is not None:
            self._send(("snapshot", self.last))

    def _ask(self, command: Any) -> None:
        self._send(("ask", command))

    def _send(self, message: Any) -> None:
        link = self.link
        if link is not None:
            link.carry("up", lambda sent: self._server.receive(self.id, link, sent), message)

    # -- what it is told ---------------------------------------------------------------------------

    def _arrived(self, message: Any) -> None:
        if self.frozen:
            self._waiting.append(message)
        else:
            self._take(message)

    def _take(self, message: Any) -> None:
        match message:
            case ("welcome", str(pid), bool(filled)):
                self._welcome = True
                if not filled:
                    self._got = 0
                    if self._pid is None or self._server.registry.players[self.id].room is None:
                        self._forget()
                self._pid = pid
                for number, data in self._unacked:  # repeats are dropped by their number
                    self._send(("input", number, data))
            case ("event", int(offset), told):
                assert offset == self._got + 1, "something was missed, or came twice"
                self._got = offset
                self._hear(told)
            case ("ack", room, int(number)):
                if room == self.room:
                    self._unacked = [each for each in self._unacked if each[0] > number]
            case ("state", sender, epoch):
                if self.room is not None:
                    assert (sender, epoch) == (self.host, self.epoch), "a former host's state got through"

    def _hear(self, told: Any) -> None:
        match told:
            case RoomCreated(room):
                self._enter(room)
                self.last = 0
            case RoomJoined(room):
                if self.room != room.id:
                    self._number, self._unacked = 0, []
                self._enter(room)
            case RoomLeft() | Kicked() | RoomIsClosed():
                self._forget()
            case PlayerJoined(_, player):
                self.users.append(player.id)
            case PlayerLeft(_, player_id):
                self.users.remove(player_id)
            case HostChanged(_, host, _, epoch):
                assert epoch == self.epoch + (host is not None), "an epoch was left out"
                self.host, self.epoch = host, epoch
                if host != self.id:
                    self.last = None
            case SnapshotRequest():
                self._snapshot()
            case ("become_host", int(epoch), snapshot, tail):
                assert self.host == self.id, "given a room before its host was changed"
                self.last = snapshot or 0
                for _, _, seq in tail:
                    self._play(seq)
                if not self.mute:
                    self._ask(HostReady(epoch))
            case ("input", _, _, int(seq)):
                assert self.host == self.id, "an input for somebody who is not host"
                self._play(seq)

    def _play(self, seq: int) -> None:
        assert self.last is not None
        assert seq == self.last + 1, f"input {seq} after {self.last}: lost, repeated or out of order"
        self.last = seq

    def _enter(self, room: RoomView) -> None:
        self.room, self.host, self.epoch, self.users = room.id, room.host, room.epoch, list(room.users)

    def _forget(self) -> None:
        self.room = self.host = self.last = None
        self.epoch = self._number = 0
        self._unacked = []
        self.users = []
