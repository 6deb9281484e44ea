"""From a message to the event that carries it, and to the ack of a request."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from gameserver.core import messages as m
from gameserver.core.errors import Refusal


def plain(value: Any) -> Any:
    """Return what a message is made of as an object of its keys, or several of such.

    Only the outermost is taken apart: the parsers write what is in it as it is.
    """
    if isinstance(value, tuple):
        return tuple([plain(each) for each in value])
    kind = type(value)
    read = _READERS.get(kind)
    if read is None:
        read = _READERS[kind] = _reader(kind)
    return read(value)


def _reader(kind: type[Any]) -> Callable[[Any], dict[str, Any]]:
    names = tuple(each.name for each in dataclasses.fields(kind))
    if len(names) < 2:  # of one name attrgetter returns no tuple
        return lambda value: {name: getattr(value, name) for name in names}
    read = attrgetter(*names)
    return lambda value: dict(zip(names, read(value), strict=True))


_READERS: dict[type, Callable[[Any], dict[str, Any]]] = {}


def _object(message: Any) -> tuple[Any, ...]:
    return (plain(message),)


def _room(message: Any) -> tuple[Any, ...]:
    return (plain(message.room),)


def _joined(message: m.RoomJoined) -> tuple[Any, ...]:
    room = plain(message.room)
    return ({**room, "n": None} if message.forgotten else room,)


def _without_nulls(message: Any) -> tuple[Any, ...]:
    return ({key: value for key, value in plain(message).items() if value is not None},)


def _rooms(message: m.RoomList) -> tuple[Any, ...]:
    rooms = plain(message.rooms)
    return (rooms,) if message.info is None else (rooms, plain(message.info))


def _session_key(message: m.SessionCreated) -> tuple[Any, ...]:
    return ({"message": message.message, "session_key": message.session_key},)


def _nothing(message: Any) -> tuple[Any, ...]:
    return ({},)


_FORMS: Mapping[type, tuple[str, Callable[[Any], tuple[Any, ...]]]] = types.MappingProxyType(
    {
        m.Welcome: ("welcome", _without_nulls),
        m.RoomCreated: ("create_success", _room),
        m.RoomJoined: ("join_success", _joined),
        m.RoomLeft: ("leave_success", _object),
        m.RoomUpdated: ("room_updated", _room),
        m.LoggedIn: ("login_success", _object),
        m.LoggedOut: ("logout_success", _object),
        m.SessionCreated: ("send_session_key", _session_key),
        m.ClockAnswer: ("clock", _object),
        m.PingsAnswer: ("pings", _object),
        m.PlayerJoined: ("player_joined", _object),
        m.PlayerLeft: ("player_left", _object),
        m.PlayerDisconnected: ("player_disconnected", _object),
        m.PlayerReconnected: ("player_reconnected", _object),
        m.Kicked: ("kicked", _object),
        m.RoomIsClosed: ("room_closed", _object),
        m.RoomIdle: ("room_idle", _object),
        m.TrackState: ("track_state", _object),
        m.Tact: ("tact", _object),
        m.TrackEnded: ("track_ended", _object),
        m.UserConnected: ("user_connected", _object),
        m.SessionStarted: ("session_started", _object),
        m.HostChanged: ("host_changed", _object),
        m.SnapshotRequest: ("snapshot_request", _object),
        m.HostIsReady: ("host_ready", _object),
        m.Successors: ("successors", _object),
        m.RoomList: ("all-rooms", _rooms),
        m.RoomsDelta: ("rooms-delta", _object),
        m.ErrorTold: ("error", _object),
        m.Replaced: ("replaced", _nothing),
        m.Closing: ("closing", _object),
        m.DrainAnnounced: ("draining", _object),
    }
)

EVENT_OF: Mapping[type, str] = types.MappingProxyType({kind: name for kind, (name, _) in _FORMS.items()})
"""The event that carries each message."""

SLOTS: Mapping[type, str] = types.MappingProxyType({m.RoomList: "lobby", m.RoomsDelta: "lobby"})
"""Messages that are only news: per slot the newest wins (PROTOCOL, Lobby)."""

RECORDED: frozenset[type] = frozenset(
    {
        m.RoomCreated,
        m.RoomJoined,
        m.SessionCreated,
        m.RoomUpdated,
        m.PlayerJoined,
        m.PlayerLeft,
        m.PlayerDisconnected,
        m.PlayerReconnected,
        m.TrackState,
        m.TrackEnded,
        m.UserConnected,
        m.SessionStarted,
        m.HostChanged,
        m.HostIsReady,
        m.Successors,
    }
)
"""Room events that a member that was away gets once it is back (PROTOCOL, Coming back)."""

EVENT_NAMES = tuple(sorted(EVENT_OF.values()))


def to_event(message: m.Message) -> tuple[str, tuple[Any, ...]]:
    """Return the event's name and its arguments."""
    name, form = _FORMS[type(message)]
    return name, form(message)


def to_ack(message: m.Message, args: tuple[Any, ...] | None = None) -> dict[str, Any]:
    """Return the ack of the request that this message answers: its object, with `ok: true`.

    `args` are those of its event, if they were made already.
    """
    if isinstance(message, m.RoomList):
        body: dict[str, Any] = {"rooms": plain(message.rooms)}
        if message.info is not None:
            body |= plain(message.info)
        return body | {"ok": True}
    if isinstance(message, m.SessionCreated):
        return {**_session_key(message)[0], "room": plain(message.room), "ok": True}
    if args is None:
        _, args = to_event(message)
    return {**args[0], "ok": True}


def to_refused_ack(refusal: Refusal) -> dict[str, Any]:
    """Return the ack of a request that was refused."""
    return {"ok": False, "error": {"code": refusal.code, "message": str(refusal)}}
