"""Show the lobby: lists, deltas and the way into the nearest room."""

from __future__ import annotations

import json
from dataclasses import astuple, replace

from gameserver.core import bounds, playing, seating
from gameserver.core.commands import CreateRoom, LobbyFilter, QuickJoin, RefreshLobby, WatchLobby
from gameserver.core.deadlines import Due
from gameserver.core.effects import Done, Effect, Reply, Tell
from gameserver.core.errors import AlreadyInRoom, BadRequest
from gameserver.core.lobby import Page, has, track_id
from gameserver.core.member import Player
from gameserver.core.messages import HostView, LobbyEntry, LobbyInfo, RoomList, RoomsDelta
from gameserver.core.room import Room
from gameserver.core.subscriptions import Group
from gameserver.core.values import PlayerId, Seconds
from gameserver.core.world import World

EVERYTHING = LobbyFilter()
TEXT_CHARS = 64
ASKED_PER_INTERVAL = 8  # new versions of a group's list by its members' questions: each goes to all of them


def watch(world: World, now: Seconds, player: Player, command: WatchLobby) -> list[Effect]:
    """Subscribe to the list and get it at once, or stop."""
    if not command.subscribe:
        world.subscriptions.decline(world.news, player.id)
        return [Done()]
    wanted = _group(world, command)
    if wanted.filter.cursor is not None:
        return [Reply(_list(world, now, wanted))]
    return _subscribed(world, now, player, wanted)


def refresh(world: World, now: Seconds, player: Player, command: RefreshLobby) -> list[Effect]:
    """Send the list now; who only listens and asks is subscribed by asking."""
    group = world.subscriptions.of(player.id)
    if group is not None:
        return _answered(world, now, player, group)
    everything = _group(world, WatchLobby())
    if player.room is None and not world.subscriptions.declined(player.id):
        return _subscribed(world, now, player, everything)
    return [Reply(_list(world, now, everything))]


def tell(world: World, now: Seconds, group: Group) -> list[Effect]:
    """Send a group its next list, or what has changed in it."""
    world.news.set((Due.LOBBY, group.id), now + world.limits.lobby_interval_seconds)
    subscribers = tuple(group.subscribers)
    group.asked = 0
    if not group.delta:
        return [Tell(subscribers, _list(world, now, group))]
    _, delta = _advance(world, now, group)
    return [] if delta is None else [Tell(subscribers, delta)]


def cost(world: World, group: Group) -> int:
    """What the group's next list costs, in rooms looked at."""
    narrowed = group.filter != EVERYTHING
    return world.limits.lobby_page + (len(world.lobby) if narrowed else 0)


def quick_join(world: World, now: Seconds, player: Player, command: QuickJoin) -> list[Effect]:
    """Take a seat in the nearest room that matches, or open one."""
    wanted = bounds.metadata(command.metadata, world.limits)
    max_ping_ms = bounds.milliseconds("max_ping_ms", command.max_ping_ms)
    if command.track_id is not None:
        playing.load(world, command.track_id)
    if player.room is not None:
        raise AlreadyInRoom("you are in a room already")

    def fits(room: Room) -> bool:
        return (
            room.password is None
            and room.state in ("open", "started")
            and player.id not in room.kicked
            and (command.track_id is None or track_id(room) == command.track_id)
            and (wanted is None or has(room.metadata, wanted))
        )

    world.lobby.refresh(now, world.host_ping)
    room = world.lobby.nearest(fits, max_ping_ms)
    if room is not None:
        return seating.take_seat(world, now, player, world.rooms[room.id])
    title = (player.name or player.id)[: world.limits.title_chars]
    new = CreateRoom(title=title, track_id=command.track_id, metadata=command.metadata)
    return seating.create(world, now, player, new)


def _group(world: World, command: WatchLobby) -> Group:
    wanted = EVERYTHING if command.filter is None else _checked(world, command.filter)
    described = command.delta or command.filter is not None
    id = json.dumps([*astuple(wanted), command.delta, described], sort_keys=True)
    return Group(id, wanted, command.delta, described)


def _checked(world: World, wanted: LobbyFilter) -> LobbyFilter:
    if wanted.text is not None and len(wanted.text) > TEXT_CHARS:
        raise BadRequest(f"text must be {TEXT_CHARS} characters at most")
    if wanted.limit is not None and not 1 <= wanted.limit <= world.limits.lobby_page:
        raise BadRequest(f"limit must be 1 to {world.limits.lobby_page}")
    bounds.milliseconds("max_ping_ms", wanted.max_ping_ms)
    bounds.metadata(wanted.metadata, world.limits)
    return wanted


def _subscribed(world: World, now: Seconds, player: Player, wanted: Group) -> list[Effect]:
    first = now + world.limits.lobby_interval_seconds
    group = world.subscriptions.begin(world.news, player.id, wanted, first)
    return _answered(world, now, player, group)


def _answered(world: World, now: Seconds, player: Player, group: Group) -> list[Effect]:
    if not group.delta:
        return [Reply(_list(world, now, group))]
    # One version is one list: whoever is in the group comes to the asker's. Else the asker gets theirs.
    entries, delta = tuple(group.known.values()), None
    if group.asked < ASKED_PER_INTERVAL or len(group.subscribers) == 1:
        entries, delta = _advance(world, now, group)
        group.asked += delta is not None
    info = LobbyInfo(group.version, group.total, group.next_cursor)
    effects: list[Effect] = [Reply(RoomList(entries, info))]
    others = tuple(each for each in group.subscribers if each != player.id)
    if delta is not None and others:
        effects.append(Tell(others, delta))
    return effects


def _list(world: World, now: Seconds, group: Group) -> RoomList:
    page = _page(world, now, group.filter)
    info = None
    if group.described:
        group.version += 1
        info = LobbyInfo(group.version, page.total, page.next_cursor)
    return RoomList(_entries(world, now, page), info)


def _advance(world: World, now: Seconds, group: Group) -> tuple[tuple[LobbyEntry, ...], RoomsDelta | None]:
    """Bring the group to the rooms of now, and return them; no delta if they are no news to it."""
    page = _page(world, now, group.filter)
    entries = _entries(world, now, page)
    group.total, group.next_cursor = page.total, page.next_cursor
    former, group.known = group.known, {entry.id: entry for entry in entries}
    added = tuple(entry for entry in entries if entry.id not in former)
    changed = tuple(entry for entry in entries if entry.id in former and _is_news(former[entry.id], entry))
    removed = tuple(room for room in former if room not in group.known)
    if not (added or changed or removed):
        group.known = former
        return entries, None
    told = {entry.id for entry in changed}
    # What was not sent stays as the group knows it, so that a slow drift becomes news some time.
    for id, entry in former.items():
        if id in group.known and id not in told:
            group.known[id] = entry
    group.version += 1
    return entries, RoomsDelta(group.version, added, changed, removed)


def _is_news(known: LobbyEntry, entry: LobbyEntry) -> bool:
    """Whether an entry is worth telling again: the age of a ping is not, nor is less than a millisecond."""
    if (known.ping_ms is None) != (entry.ping_ms is None):
        return True
    if known.ping_ms is not None and entry.ping_ms is not None and abs(entry.ping_ms - known.ping_ms) >= 1:
        return True
    same = replace(entry, ping_ms=known.ping_ms, jitter_ms=known.jitter_ms, ping_age_ms=known.ping_age_ms)
    return same != known


def _page(world: World, now: Seconds, wanted: LobbyFilter) -> Page:
    world.lobby.refresh(now, world.host_ping)
    return world.lobby.find(wanted, world.limits.lobby_page)


def _entries(world: World, now: Seconds, page: Page) -> tuple[LobbyEntry, ...]:
    return tuple(_entry(world, now, room) for room in page.rooms)


def _entry(world: World, now: Seconds, room: Room) -> LobbyEntry:
    shown = None if room.host is None else world.shown(now, room.host)
    return LobbyEntry(
        id=room.id,
        title=room.title,
        description=room.description,
        players=room.seats_taken,
        max_players=room.max_players,
        joinable=room.joinable,
        locked=room.locked,
        protected=room.password is not None,
        state=room.state,
        track_id=track_id(room),
        metadata=room.metadata,
        host=None if room.host is None else _host(world, room.host),
        ping_ms=None if shown is None else shown.ping_ms,
        jitter_ms=None if shown is None else shown.jitter_ms,
        ping_age_ms=None if shown is None else shown.age_ms,
        band=None if shown is None else shown.band,
    )


def _host(world: World, host: PlayerId) -> HostView:
    return HostView(host, world.players[host].name)
