"""The records of the contract, made from the dataclasses that the server itself reads and sends."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterable, Mapping
from typing import Any

from gameserver.contract import carried, words
from gameserver.contract.model import Alias, Field, Record
from gameserver.contract.shapes import (
    NUMBER,
    WHOLE,
    Many,
    Named,
    Row,
    Shape,
    Values,
    aliases,
    shape_of,
    without_null,
)
from gameserver.core import messages as m
from gameserver.core.commands import LobbyFilter
from gameserver.core.errors import Refusal
from gameserver.core.hosting import REQUIRED
from gameserver.protocol.auth import Auth
from gameserver.protocol.inbound import EVENTS
from gameserver.protocol.outbound import EVENT_OF
from gameserver.settings import ANNOUNCED, Settings
from gameserver.transport.departures import STAY_AWAY
from gameserver.transport.players import CLOSING_TEXTS

CODES: Mapping[str, str] = types.MappingProxyType(
    {refusal.code: str(refusal.__doc__) for refusal in Refusal.__subclasses__()}
)
"""Every code of a refusal, with what it means."""

VIEWS = (
    m.RoomView,
    m.PlayerView,
    m.TrackView,
    m.LobbyEntry,
    m.HostView,
    m.LobbyInfo,
    m.Candidate,
    m.PingView,
)
CARRIED = tuple(
    each for each in vars(carried).values() if isinstance(each, type) and each.__module__ == carried.__name__
)
UNWRAPPED = (m.RoomCreated, m.RoomJoined, m.RoomUpdated, m.RoomList)  # their parts are the arguments

_INSTEAD: Mapping[tuple[type, str], Shape] = types.MappingProxyType(
    {
        (m.Welcome, "limits"): Named("Limits"),
        (m.ErrorTold, "code"): Named("ErrorCode"),
        (m.Closing, "code"): Named("CloseCode"),
        (carried.RefusedBecause, "code"): Named("ErrorCode"),
        (carried.RefusalCode, "code"): Named("ErrorCode"),
        (carried.BecomeHost, "inputs"): Many(Named("KeptInput")),
    }
)
"""Where the code's type says less than is known."""


def named_shapes() -> dict[str, Alias]:
    """Return everything that has a name and is no record."""
    shapes: dict[str, Shape] = {
        **aliases(),
        "ErrorCode": Values(tuple(sorted(CODES))),
        "CloseCode": Values(tuple(sorted(CLOSING_TEXTS.keys() | STAY_AWAY))),
        "KeptInput": Row((Named("PlayerId"), shape_of(Any), WHOLE)),
    }
    return {name: Alias(name, words.alias(name), shape) for name, shape in shapes.items()}


def all_records() -> dict[str, Record]:
    """Return every object that a client sends or gets, by name."""
    told = [each for each in EVENT_OF if each not in UNWRAPPED]
    sent = [_sent(each) for each in (*_commands(), LobbyFilter, Auth)]
    records = [*_all(VIEWS), *_all(told), *_all(CARRIED), limits(), *sent]
    return {record.name: record for record in records}


def limits() -> Record:
    """Return `welcome.limits`, made from the settings."""
    fields = []
    for wire, setting in ANNOUNCED.items():
        known = Settings.model_fields[setting]
        shape = WHOLE if known.annotation is int else NUMBER
        fields.append(Field(wire, shape, required=True, text=words.limit(wire), default=known.default))
    return Record("Limits", "The server's figures: seconds, bytes, characters and counts.", tuple(fields))


def _commands() -> list[type[Any]]:
    return list(dict.fromkeys(spec.command for spec in EVENTS.values() if spec.takes_object))


def _all(kinds: Iterable[type[Any]]) -> list[Record]:
    return [_got(kind) for kind in kinds]


def _got(kind: type[Any]) -> Record:
    """Return an object that the server sends: a key that has a default is left out where it is null."""
    hints = typing.get_type_hints(kind, include_extras=True)
    fields = []
    for each in dataclasses.fields(kind):
        shape = _INSTEAD.get((kind, each.name)) or shape_of(hints[each.name])
        required = each.default is dataclasses.MISSING and carried.LEFT_OUT not in each.metadata
        if each.default is not dataclasses.MISSING:
            shape = without_null(shape)
        fields.append(Field(each.name, shape, required, words.field(kind.__name__, each.name)))
    return Record(kind.__name__, summary(kind), tuple(fields))


def _sent(kind: type[Any]) -> Record:
    """Return an object that a client sends: a key that has a default may be left out."""
    hints = typing.get_type_hints(kind, include_extras=True)
    fields = []
    for each in dataclasses.fields(kind):
        if each.name == "given":
            continue
        shape = shape_of(hints[each.name])
        if kind.__name__ == "UpdateRoom" and each.name in REQUIRED:
            shape = without_null(shape)
        required = each.default is dataclasses.MISSING
        default = None if required else each.default
        fields.append(Field(each.name, shape, required, words.field(kind.__name__, each.name), default))
    # Auth is shared with other namespaces of a page: it may hold more.
    return Record(kind.__name__, summary(kind), tuple(fields), closed=kind is not Auth)


def summary(kind: type[Any]) -> str:
    """Return what the type's author says of it. Raises ValueError where that is nothing."""
    text = " ".join((kind.__doc__ or "").split())
    if not text or text.startswith(f"{kind.__name__}("):  # what dataclasses write themselves
        raise ValueError(f"{kind.__name__} has no docstring, and the contract needs one")
    return text
