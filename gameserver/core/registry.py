"""All rooms of this node behind one door: a command and the time go in, effects come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from gameserver.core import (
    exits,
    hosting,
    idleness,
    migration,
    operating,
    playing,
    recovery,
    seating,
    sessions,
    vigilance,
    watching,
)
from gameserver.core.commands import (
    AppointHost,
    AskClock,
    AskPings,
    ClientCommand,
    CloseRoom,
    Command,
    Connected,
    CreateRoom,
    CreateSession,
    Disconnected,
    Drain,
    Hint,
    HostReady,
    HostSilent,
    JoinRoom,
    JoinSession,
    Kick,
    LeaveRoom,
    Login,
    Logout,
    PauseTrack,
    PlayTrack,
    QuickJoin,
    Reconnected,
    RefreshLobby,
    RemoveMember,
    Restored,
    SeekTrack,
    SnapshotStored,
    StartSession,
    Tick,
    TracksLoaded,
    TransferHost,
    Tuned,
    UpdateRoom,
    WatchLobby,
)
from gameserver.core.deadlines import Due
from gameserver.core.effects import Done, Effect, Reply
from gameserver.core.errors import Internal
from gameserver.core.given import Activity, Ids, NoRelay, Pings
from gameserver.core.limits import Limits
from gameserver.core.lobby import Lobby
from gameserver.core.member import Player
from gameserver.core.messages import ClockAnswer, PingsAnswer, PingView
from gameserver.core.room import Room
from gameserver.core.tracks import Collection
from gameserver.core.values import PlayerId, RoomId, Seconds
from gameserver.core.world import Changes, Guards, World
from latency.settings import Settings

TICK_WORK = 5_000  # rooms looked at in one tick, more or less; what is left is due at once again
ROOM_WORK = 400  # what a room's timer costs in that measure, at most: a few messages and an election
LOOKS = 2  # at rooms in which nothing need have happened, in one tick


class Registry:
    """Decides everything and does nothing: no clock, no chance, no I/O.

    `now` never goes backwards. A raised `Refusal` means that nothing has changed.
    """

    def __init__(
        self,
        *,
        limits: Limits,
        tracks: Collection,
        ids: Ids,
        pings: Pings,
        measuring: Settings | None = None,
        activity: Activity | None = None,
    ) -> None:
        self._world = World(
            limits=limits,
            tracks=tracks,
            ids=ids,
            pings=pings,
            measuring=Settings() if measuring is None else measuring,
            guards=Guards(limits),
            lobby=Lobby(),
            activity=NoRelay() if activity is None else activity,
        )

    @property
    def rooms(self) -> Mapping[RoomId, Room]:
        """All rooms of this node."""
        return self._world.rooms

    @property
    def players(self) -> Mapping[PlayerId, Player]:
        """All players of this node."""
        return self._world.players

    @property
    def listed(self) -> int:
        """How many rooms the lobby lists."""
        return len(self._world.lobby)

    @property
    def sessions(self) -> int:
        """How many rooms are sessions."""
        return len(self._world.sessions)

    @property
    def draining(self) -> bool:
        """Whether new rooms are refused because the server will stop."""
        return self._world.draining

    def returning(self, pid: str) -> PlayerId | None:
        """Who may come back with what has this digest: as `Reconnected`, whether it is away yet or not."""
        return self._world.pids.get(pid)

    def known(self, subject: str) -> PlayerId | None:
        """Who is here, or away, under a token of this subject."""
        return self._world.subjects.get(subject)

    def session(self, key: str) -> RoomId | None:
        """Which room this session key opens, as a player may have typed it."""
        return sessions.opened_by(self._world, key)

    def changes(self) -> Changes:
        """What storage must know of what has happened since this was last asked."""
        return self._world.changes()

    def next_deadline(self) -> Seconds | None:
        """When a `Tick` is due; it may be overdue already."""
        world = self._world
        timers = (world.deadlines.next(), world.looks.next(), world.news.next())
        return min((at for at in timers if at is not None), default=None)

    def handle(self, now: Seconds, sender: PlayerId | None, command: Command) -> list[Effect]:
        """Do one thing whole and return what follows from it, in order; or raise a `Refusal`."""
        match command:
            case Tick():
                return self._tick(now)
            case TracksLoaded():
                self._world.tracks = command.collection
                return []
            case Tuned():
                self._world.measuring = command.measuring
                self._world.limits = command.limits or self._world.limits
                return []
            case Connected():
                assert sender is not None
                return recovery.connected(self._world, sender, command)
            case Drain():
                return recovery.drain(self._world, command)
            case Restored():
                return recovery.restored(self._world, now, command)
            case RemoveMember() | AppointHost() | CloseRoom():
                return operating.operate(self._world, now, command)
        player = self._world.players.get(sender) if sender is not None else None
        if player is None:
            raise Internal("this player is not known here")
        match command:
            case Disconnected():
                return recovery.disconnected(self._world, now, player, command)
            case Reconnected():
                effects = recovery.reconnected(self._world, now, player, command)
                self._used(now, player, command)
                return effects
            case SnapshotStored():
                return exits.stored(self._world, now, player, command)
            case HostSilent():
                return exits.silent(self._world, now, player, command)
            case _:
                effects = self._asked(now, player, command)
                self._used(now, player, command)
                return effects

    def _asked(self, now: Seconds, player: Player, command: ClientCommand) -> list[Effect]:
        world = self._world
        match command:
            case CreateRoom():
                return seating.create(world, now, player, command)
            case JoinRoom():
                return seating.join(world, now, player, command)
            case LeaveRoom():
                return exits.leave(world, now, player, command)
            case QuickJoin():
                return watching.quick_join(world, now, player, command)
            case Kick():
                return hosting.kick(world, now, player, command)
            case UpdateRoom():
                return hosting.update(world, now, player, command)
            case TransferHost():
                return exits.transfer(world, now, player, command)
            case HostReady():
                return migration.restored(world, now, player, command)
            case PlayTrack():
                return playing.play(world, now, player, command)
            case PauseTrack():
                return playing.pause(world, now, player, command)
            case SeekTrack():
                return playing.seek(world, now, player, command)
            case WatchLobby():
                return watching.watch(world, now, player, command)
            case RefreshLobby():
                return watching.refresh(world, now, player, command)
            case Login():
                return sessions.login(world, now, player, command)
            case Logout():
                return sessions.logout(world, now, player, command)
            case CreateSession():
                return sessions.create_session(world, now, player, command)
            case JoinSession():
                return sessions.join_session(world, now, player, command)
            case StartSession():
                return sessions.start(world, now, player, command)
            case Hint():
                return self._hinted(now, player, command)
            case AskClock():
                moment = now * 1000
                return [Reply(ClockAnswer(command.client, moment, moment), unless_acked=True)]
            case AskPings():
                return self._pings(now, player)
            case _:
                assert_never(command)

    def _used(self, now: Seconds, player: Player, command: Command) -> None:
        idleness.asked(self._world, now, self._world.players[player.id].room or player.room, command)

    def _hinted(self, now: Seconds, player: Player, command: Hint) -> list[Effect]:
        world = self._world
        world.note(
            replace(
                player,
                can_host=player.can_host if command.can_host is None else command.can_host,
                hidden=player.hidden if command.hidden is None else command.hidden,
            )
        )
        room = world.room_of(player)
        return [Done()] if room is None else [Done(), *migration.reconsider(world, now, room)]

    def _pings(self, now: Seconds, player: Player) -> list[Effect]:
        room = self._world.room_of(player)
        host = None if room is None or room.host is None else self._ping(now, room.host)
        return [Reply(PingsAnswer(self._ping(now, player.id), host), unless_acked=True)]

    def _ping(self, now: Seconds, player: PlayerId) -> PingView | None:
        shown = self._world.shown(now, player)
        if shown is None:
            return None
        return PingView(shown.ping_ms, shown.jitter_ms, shown.age_ms, shown.band)

    def _tick(self, now: Seconds) -> list[Effect]:
        """Do what is due, rooms first, a bounded part of it at once."""
        world = self._world
        effects: list[Effect] = []
        work = TICK_WORK
        while work > 0 and (key := world.deadlines.pop(now)) is not None:
            effects += self._due(now, *key)
            work -= ROOM_WORK
        looks = LOOKS
        while work > 0 and looks and (key := world.looks.pop(now)) is not None:
            effects += vigilance.review(world, now, world.rooms[RoomId(key[1])])
            work -= ROOM_WORK
            looks -= 1
        while work > 0 and (key := world.news.pop(now)) is not None:
            group = world.subscriptions.group(key[1])
            effects += watching.tell(world, now, group)
            work -= watching.cost(world, group)
        return effects

    def _due(self, now: Seconds, due: Due, id: str) -> list[Effect]:
        world = self._world
        if due is Due.AWAY:
            return recovery.given_up(world, now, world.players[PlayerId(id)])
        room = world.rooms[RoomId(id)]
        match due:
            case Due.TACT:
                return playing.announce(world, now, room)
            case Due.EXIT:
                return exits.conclude(world, now, room)
            case Due.GRACE:
                return recovery.grace_over(world, now, room)
            case Due.READY:
                return migration.not_ready(world, now, room)
            case Due.NO_HOST:
                return migration.close(world, room, "no_host")
            case Due.IDLE:
                return idleness.look(world, now, room)
            case Due.REVIEW | Due.LOBBY:
                raise AssertionError("looks and lists are due by themselves")
            case _:
                assert_never(due)
