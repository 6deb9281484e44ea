"""From an event's name and arguments to a command, checked by the command's own types.

An event has a positional form (the seeds') and, where PROTOCOL gives one, an object form. Types are
checked here, strictly; bounds that are settings are the core's. Unknown keys are refused by name, so
that a misspelt option is not silently ignored.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from gameserver.core import commands as c
from gameserver.core.errors import BadRequest, NameInvalid, Refusal, UnknownEvent

RESERVED = frozenset(
    {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"}
)
"""Names that Socket.IO keeps for itself (Socket.IO v5, Reserved events)."""

RELAYED = frozenset({"state", "update", "input", "broadcast", "direct", "snapshot"})
"""Events that never become commands: the relay lane's."""

MAX_NAME_BYTES = 64


@dataclass(frozen=True, slots=True)
class Spec:
    """How one event is read: its command, its positional arguments, its object form."""

    command: type[c.ClientCommand]
    positional: tuple[str, ...] = ()
    takes_object: bool = False
    whole: str | None = None  # one argument of any form goes into this field


EVENTS: Mapping[str, Spec] = types.MappingProxyType(
    {
        "create": Spec(c.CreateRoom, ("track_id", "title", "description", "max_players"), takes_object=True),
        "join": Spec(c.JoinRoom, ("id",), takes_object=True),
        "leave": Spec(c.LeaveRoom, ("id",), takes_object=True),
        "quick_join": Spec(c.QuickJoin, (), takes_object=True),
        "kick": Spec(c.Kick, ("player_id", "reason"), takes_object=True),
        "update_room": Spec(c.UpdateRoom, (), takes_object=True),
        "transfer_host": Spec(c.TransferHost, ("player_id",), takes_object=True),
        "play": Spec(c.PlayTrack, ("id",), takes_object=True),
        "pause": Spec(c.PauseTrack, ("id",), takes_object=True),
        "seek": Spec(c.SeekTrack, ("id", "tact"), takes_object=True),
        "all-rooms": Spec(c.WatchLobby, (), takes_object=True),
        "update-rooms": Spec(c.RefreshLobby),
        "login": Spec(c.Login, (), takes_object=True),
        "logout": Spec(c.Logout),
        "create_session": Spec(c.CreateSession, (), takes_object=True),
        "join_session": Spec(c.JoinSession, ("session_key",), takes_object=True),
        "proccess_check": Spec(c.StartSession, whole="options"),
        "process_check": Spec(c.StartSession, whole="options"),
        "hint": Spec(c.Hint, (), takes_object=True),
        "clock": Spec(c.AskClock, ("client",)),
        "pings": Spec(c.AskPings),
        "host_ready": Spec(c.HostReady, (), takes_object=True),
    }
)


def to_command(event: object, args: Sequence[Any]) -> c.ClientCommand:
    """Return the command that this event asks for.

    Raises UnknownEvent, BadRequest, or NameInvalid where a login's name is no text; each with a message
    that names the field and never quotes the value.
    """
    if not isinstance(event, str):
        raise BadRequest("an event's name is a string")
    spec = EVENTS.get(event)
    if spec is None:
        reserved = event in RESERVED
        raise UnknownEvent("the name is reserved by Socket.IO" if reserved else "no such event")
    if spec.whole is not None:
        if len(args) > 1:
            raise BadRequest(f"{event} takes at most one argument")
        whole: dict[str, Any] = {spec.whole: args[0] if args else None}
        return spec.command(**whole)
    return _build(event, spec, _given(event, spec, args))


def _given(event: str, spec: Spec, args: Sequence[Any]) -> dict[str, Any]:
    if len(args) == 1 and isinstance(args[0], Mapping):
        if not spec.takes_object:
            raise BadRequest(f"{event} takes no object")
        return _known(event, spec, args[0])
    if len(args) > len(spec.positional):
        if spec.takes_object and not spec.positional:
            if len(args) == 1 and args[0] is None:
                return {}
            raise BadRequest(f"{event} takes one object")
        raise BadRequest(f"{event} takes at most {len(spec.positional)} arguments")
    return dict(zip(spec.positional, args, strict=False))


def _known(event: str, spec: Spec, given: Mapping[Any, Any]) -> dict[str, Any]:
    fields = _FIELDS[spec.command]
    unknown = [key for key in given if key not in fields or key == "given"]
    if unknown:
        known = ", ".join(name for name in fields if name != "given")
        raise BadRequest(f"{event} has an unknown key; it knows {known}")
    for name, inner in given.items():
        nested = fields[name].nested
        if isinstance(inner, Mapping) and nested and any(key not in nested for key in inner):
            raise BadRequest(f"{event}: {name} has an unknown key; it knows {', '.join(nested)}")
    return dict(given)


def _build(event: str, spec: Spec, given: dict[str, Any]) -> c.ClientCommand:
    fields = _FIELDS[spec.command]
    present = {
        name: value for name, value in given.items() if value is not None or fields[name].takes_null
    }  # undefined travels as null: where null is no value, the key counts as left out
    missing = [name for name, field in fields.items() if field.required and name not in present]
    if missing:
        raise _refusal(spec, f"{event} needs {missing[0]}")
    if "given" in fields:
        present["given"] = list(present)
    try:
        return msgspec.convert(present, spec.command, strict=True, builtin_types=(bytes,))
    except msgspec.ValidationError as error:
        raise _refusal(spec, f"{event}: {_unquoted(str(error))}") from None


def _refusal(spec: Spec, message: str) -> Refusal:
    return NameInvalid(message) if spec.command is c.Login else BadRequest(message)


def _unquoted(message: str) -> str:
    """Return msgspec's message in our words, without any value the client sent."""
    what, _, where = message.partition(" - at ")
    if what.startswith("Invalid enum value"):
        what = "not one of the known values"
    place = where.strip("`").removeprefix("$").removeprefix(".")
    what = what.replace("`", "")
    return f"{place}: {what}" if place else what


@dataclass(frozen=True, slots=True)
class _Field:
    required: bool
    takes_null: bool
    nested: tuple[str, ...]  # the keys that its object knows; none if it is no object, or a free one


def _fields_of(command: type[c.ClientCommand]) -> dict[str, _Field]:
    hints = typing.get_type_hints(command)
    return {
        field.name: _Field(
            required=field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING,
            takes_null=hints[field.name] is Any or type(None) in typing.get_args(hints[field.name]),
            nested=tuple(
                inner.name
                for part in typing.get_args(hints[field.name])
                if dataclasses.is_dataclass(part)
                for inner in dataclasses.fields(part)
            ),
        )
        for field in dataclasses.fields(command)
    }


_FIELDS = {spec.command: _fields_of(spec.command) for spec in EVENTS.values()}


def required_fields(command: type[c.ClientCommand]) -> frozenset[str]:
    """Return the keys without which a request for this command is refused."""
    return frozenset(name for name, field in _FIELDS[command].items() if field.required)
