"""Each room's story, kept in bounded form while the room lives and for a while after."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from gameserver.console.happenings import Happening, Kind, Migration
from gameserver.core import effects as e
from gameserver.core import messages as m
from gameserver.core.registry import Registry
from gameserver.core.values import PlayerId, RoomId

PER_ROOM = 300  # lines; the oldest go
IN_ALL = 200_000  # lines; the rooms where nothing has happened for longest give first
CLOSED_KEPT = 500  # rooms that are over
CLOSED_SECONDS = 900.0  # and for how long


@dataclass(slots=True)
class Story:
    """One room's lines, and what a change of host under way has been so far."""

    room: RoomId
    title: str
    lines: deque[Happening] = field(default_factory=deque)
    count: int = 0  # lines so far, those that went included
    host: PlayerId | None = None
    unserved_since: float | None = None  # no host takes inputs
    changed_at: float | None = None  # when the change of host under way was announced
    elections: int = 0  # held in it
    parked: int = 0  # inputs that waited when it ended
    forced: bool = False
    closed_at: float | None = None

    @property
    def players(self) -> list[PlayerId]:
        """Everybody named in the lines, in order."""
        return list(dict.fromkeys(line.player for line in self.lines if line.player is not None))

    @property
    def names(self) -> dict[PlayerId, str]:
        """The names of those who are named in the lines."""
        return {
            line.player: line.name for line in self.lines if line.player is not None and line.name is not None
        }


class Timelines:
    """Follows what the runtime performs: `performed` is its observer."""

    def __init__(
        self, registry: Registry, now: Callable[[], float], waiting: Callable[[RoomId], int]
    ) -> None:
        """`waiting` tells how many inputs wait for a room's host."""
        self._registry = registry
        self._now = now
        self._waiting = waiting
        self._stories: OrderedDict[RoomId, Story] = OrderedDict()  # the one last added to stands last
        self._closed: OrderedDict[RoomId, Story] = OrderedDict()
        self._reigns: dict[PlayerId, RoomId] = {}  # who is host of which room
        self.kept = 0  # lines in all

    def story(self, room: RoomId) -> Story | None:
        """Return a room's story; of one that is over, while it is kept."""
        return self._stories.get(room) or self._closed.get(room)

    def ordered(self, room: RoomId, what: str, player: PlayerId | None = None) -> None:
        """An operator is about to do this to the room."""
        self._add(room, "ordered", player, what)

    def performed(self, effect: e.Effect) -> None:
        """Take what has just been done; what tells nothing of a room is passed over."""
        match effect:
            case e.Publish(route):
                self._published(route)
            case e.Elected():
                self._elected(effect)
            case e.Tell(to, message):
                self._told(to, message)
            case e.Reply(m.RoomCreated(view) | m.SessionCreated(_, _, view)):
                self._titled(view)
            case e.Reply(m.RoomUpdated(view)):
                self._titled(view)
                self._add(view.id, "changed", view.host)
            case e.RoomEnded(room, reason):
                self._ended(room, reason)
            case _:
                pass

    def _told(self, to: tuple[PlayerId, ...], message: m.Message) -> None:
        match message:
            case m.PlayerJoined(room, player):
                self._add(room, "joined", player.id, name=player.name)
            case m.PlayerLeft(room, player_id, reason):
                self._add(room, "left", player_id, reason)
            case m.PlayerDisconnected(room, player_id):
                self._add(room, "away", player_id)
                story = self._stories.get(room)
                if story is not None and story.host == player_id:
                    story.unserved_since = story.unserved_since or self._now()
            case m.PlayerReconnected(room, player_id):
                self._add(room, "back", player_id)
            case m.SnapshotRequest(_, reason):
                self._asked(to[0], reason)
            case m.HostIsReady(host, _, forced):
                self._ready(host, forced)
            case m.RoomIdle(room):
                self._add(room, "idle", None)
            case _:
                pass

    def _titled(self, view: m.RoomView) -> None:
        story = self._stories.get(view.id)
        if story is not None:
            story.title = view.title

    def _published(self, route: e.Route) -> None:
        story = self._stories.get(route.room)
        if story is None:
            room = self._registry.rooms.get(route.room)  # gone already, if its opening waited for the disk
            title = "" if room is None else room.title
            story = self._stories[route.room] = Story(route.room, title)
            self._add(route.room, "opened" if route.members else "restored", route.host)
        if story.host is not None and story.host != route.host:
            self._reigns.pop(story.host, None)
        story.host = route.host
        if route.host is not None:
            self._reigns[route.host] = route.room
        if not route.host_ready:
            story.unserved_since = story.unserved_since or self._now()
            return
        if story.changed_at is not None:
            self._took_over(story, story.changed_at)
        story.unserved_since = None

    def _elected(self, election: e.Elected) -> None:
        story = self._stories.get(election.room)
        if story is None:
            return
        self._add(election.room, "elected", election.host, election.reason, election=election)
        if election.host is None:
            story.changed_at, story.elections = None, 0
            return
        story.changed_at = story.changed_at or self._now()
        story.elections += 1

    def _asked(self, host: PlayerId, reason: str) -> None:
        story = self._story_of(host)
        if story is not None:
            self._add(story.room, "snapshot_asked", host, reason)

    def _ready(self, host: PlayerId, forced: bool) -> None:
        """This is told before the route that follows from it: what waited is still waiting."""
        story = self._story_of(host)
        if story is not None:
            story.forced, story.parked = forced, self._waiting(story.room)

    def _took_over(self, story: Story, changed_at: float) -> None:
        now = self._now()
        unserved = changed_at if story.unserved_since is None else story.unserved_since
        migration = Migration(
            ms=round((now - changed_at) * 1000, 3),
            unserved_ms=round((now - unserved) * 1000, 3),
            parked=story.parked,
            elections=story.elections,
            forced=story.forced,
        )
        story.changed_at, story.elections, story.parked, story.forced = None, 0, 0, False
        self._add(story.room, "took_over", story.host, migration=migration)

    def _ended(self, room: RoomId, reason: str) -> None:
        self._add(room, "closed", None, reason)
        story = self._stories.pop(room, None)
        if story is None:
            return
        if story.host is not None:
            self._reigns.pop(story.host, None)
        now = story.closed_at = self._now()
        self._closed[room] = story
        while self._closed:
            oldest = next(iter(self._closed.values()))
            if len(self._closed) <= CLOSED_KEPT and now - (oldest.closed_at or now) < CLOSED_SECONDS:
                break
            del self._closed[oldest.room]
            self.kept -= len(oldest.lines)

    def _story_of(self, host: PlayerId) -> Story | None:
        room = self._reigns.get(host)
        return None if room is None else self._stories.get(room)

    def _add(
        self,
        room: RoomId,
        kind: Kind,
        player: PlayerId | None,
        reason: str | None = None,
        *,
        name: str | None = None,
        election: e.Elected | None = None,
        migration: Migration | None = None,
    ) -> None:
        story = self._stories.get(room)
        if story is None:
            return
        if player is not None and (known := self._registry.players.get(player)) is not None:
            name = known.name  # where nobody is known any more, what was told counts
        story.count += 1
        story.lines.append(
            Happening(story.count, self._now(), kind, player, reason, name, election, migration)
        )
        self.kept += 1
        self._stories.move_to_end(room)
        if len(story.lines) > PER_ROOM:
            story.lines.popleft()
            self.kept -= 1
        elif self.kept > IN_ALL:
            self._forget_one()

    def _forget_one(self) -> None:
        """Let a line go of the room where nothing has happened for longest; rooms that are over first."""
        stories = self._closed or self._stories
        story = next(iter(stories.values()))
        if story.lines:
            story.lines.popleft()
            self.kept -= 1
        if not story.lines:
            stories.move_to_end(story.room)  # it has nothing more to give
            if stories is self._closed:
                del stories[story.room]
