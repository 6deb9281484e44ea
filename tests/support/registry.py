"""A registry with players in it, its time in the test's hand."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from gameserver.core.commands import Command, Connected, CreateRoom, JoinRoom, Tick
from gameserver.core.effects import Effect, Publish, Reply, Route, Tell
from gameserver.core.limits import Limits
from gameserver.core.messages import Message
from gameserver.core.registry import Registry
from gameserver.core.room import Room
from gameserver.core.tracks import Track
from gameserver.core.values import PlayerId, RoomId, Seconds, SessionKey
from latency.view import UNKNOWN, LatencyView

ANNA, BO, CLEO, DAN = (PlayerId(name) for name in ("anna", "bo", "cleo", "dan"))
START: Seconds = 1_700_000_000.0
SCALE = Track(track_id=1, title="Scale", interval_ms=500, track_values=(60, 62, 64, 65))
ROUND = Track(track_id=2, title="Round", interval_ms=500, track_values=(60, 0, 67), loop=True)

Kind = TypeVar("Kind", bound=Message)


class CountedIds:
    """Ids one after the other; `repeat` draws the last one once more."""

    def __init__(self) -> None:
        self._count = itertools.count(1)
        self.repeat = 0
        self._last = 0

    def skip(self, count: int) -> None:
        """Count on from further up."""
        self._count = itertools.count(self._last + count)

    def _next(self) -> int:
        if self.repeat:
            self.repeat -= 1
        else:
            self._last = next(self._count)
        return self._last

    def room_id(self) -> RoomId:
        return RoomId(f"room{self._next():04}")

    def session_key(self) -> SessionKey:
        return SessionKey("KEY" + "".join("ABCDEFGHJK"[int(digit)] for digit in f"{self._next():03}"))

    def salt(self) -> bytes:
        return self._next().to_bytes(16, "big")


class KnownPings:
    """Pings as the test sets them, measured at this moment."""

    def __init__(self) -> None:
        self.views: dict[PlayerId, LatencyView] = {}

    def view(self, player: PlayerId) -> LatencyView:
        return self.views.get(player, UNKNOWN)

    def set(self, player: PlayerId, ping_ms: float, at: Seconds) -> None:
        self.views[player] = LatencyView(
            ping_ms=ping_ms,
            score_ms=ping_ms,
            jitter_ms=1.0,
            p95_ms=ping_ms,
            samples=10,
            last_answered=at,
            interval_s=20.0,
        )


class House:
    """A registry, its clock, its pings, and what each player was told."""

    def __init__(self, limits: Limits | None = None, tracks: Mapping[int, Track] | None = None) -> None:
        self.ids = CountedIds()
        self.pings = KnownPings()
        self.now = START
        self.registry = Registry(
            limits=Limits() if limits is None else limits,
            tracks={1: SCALE, 2: ROUND} if tracks is None else tracks,
            ids=self.ids,
            pings=self.pings,
            activity=self,
        )
        self.relayed_at: dict[RoomId, Seconds] = {}  # as a relay would know it
        self.routes: dict[RoomId, Route] = {}

    def connect(self, *players: PlayerId, name: str | None = None, **said: object) -> None:
        """Let these players arrive."""
        for player in players:
            self.does(player, replace(Connected(name=name), **said))  # type: ignore[arg-type]

    def does(self, player: PlayerId | None, command: Command) -> list[Effect]:
        """Hand in a command now."""
        effects = self.registry.handle(self.now, player, command)
        for effect in effects:
            if isinstance(effect, Publish):
                self.routes[effect.route.room] = effect.route
        return effects

    def quiet_seconds(self, room: RoomId) -> Seconds | None:
        """Implements the core's `Activity`."""
        return self.now - self.relayed_at[room] if room in self.relayed_at else None

    def ping(self, player: PlayerId, ping_ms: float) -> None:
        """Let this ping be known."""
        self.pings.set(player, ping_ms, self.now)

    def passes(self, seconds: float) -> list[Effect]:
        """Let time pass, with a tick at each deadline on the way."""
        end = self.now + seconds
        effects: list[Effect] = []
        while (due := self.registry.next_deadline()) is not None and due <= end:
            self.now = max(self.now, due)
            effects += self.does(None, Tick())
        self.now = end
        return effects

    def room(self, *members: PlayerId, **options: object) -> Room:
        """Open a room in which these are seated, the first as its host."""
        for member in members:
            if member not in self.registry.players:
                self.connect(member)
        self.does(members[0], replace(CreateRoom("Round one"), **options))  # type: ignore[arg-type]
        room = self.registry.players[members[0]].room
        assert room is not None
        for member in members[1:]:
            self.does(member, JoinRoom(room))
        return self.registry.rooms[room]

    def now_is(self, room: Room) -> Room:
        """The room as it has become."""
        return self.registry.rooms[room.id]


def told(effects: list[Effect], player: PlayerId) -> list[Message]:
    """What this player was told besides the answer to its own request, in order."""
    return [effect.message for effect in effects if isinstance(effect, Tell) and player in effect.to]


def answer(effects: list[Effect]) -> Message:
    """The answer to the request."""
    (reply,) = [effect.message for effect in effects if isinstance(effect, Reply)]
    return reply


def only(kind: type[Kind], messages: list[Message]) -> list[Kind]:
    """The messages of one kind."""
    return [message for message in messages if isinstance(message, kind)]
