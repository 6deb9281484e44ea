"""Who is told of the lobby: connections that asked for the same thing form one group."""

from __future__ import annotations

from dataclasses import dataclass, field

from gameserver.core.commands import LobbyFilter
from gameserver.core.deadlines import Deadlines, Due
from gameserver.core.messages import LobbyEntry
from gameserver.core.values import PlayerId, RoomId, Seconds


@dataclass(slots=True)
class Group:
    """Subscribers of one list; with `delta` also what they know."""

    id: str
    filter: LobbyFilter
    delta: bool
    described: bool  # a version, a total and a cursor come with the list
    subscribers: dict[PlayerId, None] = field(default_factory=dict)
    version: int = 0
    known: dict[RoomId, LobbyEntry] = field(default_factory=dict)
    total: int = 0  # with what is known: how many rooms match in all,
    next_cursor: str | None = None  # and where the next page begins
    asked: int = 0  # times since the last list that somebody's question brought a new version


class Subscriptions:
    """A player is in one group at most. A group's next list is a timer among `news`."""

    def __init__(self) -> None:
        self._groups: dict[str, Group] = {}
        self._group_of: dict[PlayerId, Group] = {}
        self._declined: set[PlayerId] = set()

    def group(self, id: str) -> Group:
        """The group behind a timer."""
        return self._groups[id]

    def of(self, player: PlayerId) -> Group | None:
        """The group the player is in."""
        return self._group_of.get(player)

    def declined(self, player: PlayerId) -> bool:
        """Whether the player said that it wants no lists."""
        return player in self._declined

    def begin(self, news: Deadlines, player: PlayerId, wanted: Group, first: Seconds) -> Group:
        """Put the player into the group that asks for the same, or into this new one."""
        self.end(news, player)
        self._declined.discard(player)
        group = self._groups.setdefault(wanted.id, wanted)
        group.subscribers[player] = None
        self._group_of[player] = group
        if news.at((Due.LOBBY, group.id)) is None:
            news.set((Due.LOBBY, group.id), first)
        return group

    def end(self, news: Deadlines, player: PlayerId) -> None:
        """Send the player no more lists."""
        group = self._group_of.pop(player, None)
        if group is None:
            return
        del group.subscribers[player]
        if not group.subscribers:
            del self._groups[group.id]
            news.clear((Due.LOBBY, group.id))

    def decline(self, news: Deadlines, player: PlayerId) -> None:
        """End it, and let asking for the list not begin it again."""
        self.end(news, player)
        self._declined.add(player)

    def forget(self, news: Deadlines, player: PlayerId) -> None:
        """The player is gone."""
        self.end(news, player)
        self._declined.discard(player)
