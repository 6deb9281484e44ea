"""What clients believe of their rooms, from nothing but what they were told."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gameserver.core.effects import Effect, Publish, Reply, Retire, Route, Settle, Tell
from gameserver.core.errors import Refusal
from gameserver.core.messages import (
    HostChanged,
    Kicked,
    LoggedOut,
    Message,
    PlayerJoined,
    PlayerLeft,
    RoomCreated,
    RoomIsClosed,
    RoomJoined,
    RoomLeft,
    RoomUpdated,
    RoomView,
    SessionCreated,
)
from gameserver.core.values import PlayerId, RoomId


@dataclass(frozen=True, slots=True)
class Belief:
    """A room as one client pictures it."""

    room: RoomId
    users: tuple[PlayerId, ...]
    host: PlayerId | None
    epoch: int


class Believers:
    """Follows the effects like a relay and like the clients behind it."""

    def __init__(self) -> None:
        self.routes: dict[RoomId, Route] = {}
        self.beliefs: dict[PlayerId, Belief] = {}
        self._missed: dict[PlayerId, list[Message]] = {}  # what is kept for those who are away

    def lost(self, player: PlayerId) -> None:
        """The client's connection is gone; it may come back."""
        self._missed.setdefault(player, [])

    def back(self, player: PlayerId, *, filled: bool) -> None:
        """The client is back, and with `filled` gets what it missed before all else."""
        missed = self._missed.pop(player, [])
        if filled:
            for message in missed:
                self._hear(player, message)
        elif player in self.beliefs:
            del self.beliefs[player]

    def follow(self, sender: PlayerId | None, effects: list[Effect]) -> None:
        """Take in what followed from one command."""
        for effect in effects:
            match effect:
                case Reply(message):
                    assert sender is not None
                    self._hear(sender, message)
                case Tell(to, message):
                    assert len(set(to)) == len(to)
                    for player in to:
                        if player in self._missed:
                            self._missed[player].append(message)
                        else:
                            self._hear(player, message)
                case Settle(player, outcome):
                    if not isinstance(outcome, Refusal | None) and player not in self._missed:
                        self._hear(player, outcome)
                case Publish(route):
                    former = self.routes.get(route.room)
                    assert former is None or route.epoch >= former.epoch
                    self.routes[route.room] = route
                case Retire(room):
                    del self.routes[room]

    def forget(self, player: PlayerId) -> None:
        """The client is gone."""
        self.beliefs.pop(player, None)
        self._missed.pop(player, None)

    def _hear(self, player: PlayerId, message: Message) -> None:
        match message:
            case RoomCreated(room) | RoomJoined(room) | RoomUpdated(room) | SessionCreated(_, _, room):
                self.beliefs[player] = _pictured(room)
            case RoomLeft() | Kicked() | RoomIsClosed() | LoggedOut():
                self.beliefs.pop(player, None)
            case PlayerJoined(_, came):
                belief = self.beliefs[player]
                self.beliefs[player] = replace(belief, users=(*belief.users, came.id))
            case PlayerLeft(_, gone, _):
                belief = self.beliefs[player]
                users = tuple(user for user in belief.users if user != gone)
                self.beliefs[player] = replace(belief, users=users)
            case HostChanged(_, host, previous, epoch):
                belief = self.beliefs[player]
                assert previous in (belief.host, None)
                assert epoch == belief.epoch + (host is not None)
                self.beliefs[player] = replace(belief, host=host, epoch=epoch)


def _pictured(room: RoomView) -> Belief:
    return Belief(room.id, room.users, room.host, room.epoch)
