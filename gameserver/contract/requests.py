"""The requests of the contract: their forms from the table that the server reads them by."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping

from gameserver.contract import words
from gameserver.contract.model import Argument, Arguments, Request
from gameserver.contract.records import summary
from gameserver.contract.shapes import ANYTHING, NULL, Many, Named, Scalar, either, shape_of, without_null
from gameserver.core import messages as m
from gameserver.protocol.inbound import EVENTS, RELAYED, Spec, required_fields
from gameserver.protocol.outbound import EVENT_OF
from gameserver.transport.relay.arguments import MAX_KEY_CHARS

Answer = type[m.Message] | None

ANSWERS: Mapping[str, tuple[Answer, ...]] = types.MappingProxyType(
    {
        "create": (m.RoomCreated,),
        "join": (m.RoomJoined,),
        "leave": (m.RoomLeft,),
        "quick_join": (m.RoomJoined, m.RoomCreated),
        "kick": (None,),
        "update_room": (m.RoomUpdated,),
        "transfer_host": (None,),
        "play": (m.TrackState,),
        "pause": (m.TrackState,),
        "seek": (m.TrackState,),
        "all-rooms": (m.RoomList, None),
        "update-rooms": (m.RoomList,),
        "login": (m.LoggedIn,),
        "logout": (m.LoggedOut,),
        "create_session": (m.SessionCreated,),
        "join_session": (m.RoomJoined,),
        "proccess_check": (m.SessionStarted,),
        "process_check": (m.SessionStarted,),
        "hint": (None,),
        "clock": (m.ClockAnswer,),
        "pings": (m.PingsAnswer,),
        "host_ready": (None,),
    }
)
"""What each request is answered with; None is `{ok: true}` alone. A game that is played checks it."""

ACK_RECORDS: Mapping[type, str] = types.MappingProxyType(
    {
        m.RoomCreated: "RoomView",
        m.RoomJoined: "JoinedRoom",
        m.RoomUpdated: "RoomView",
        m.RoomList: "RoomListAnswer",
    }
)
"""The record that an ack holds, where it isn't the message itself."""

_DATA = Argument("data", ANYTHING)
_NUMBER = Argument("number", Named("RunningNumber"), required=False)

RELAY_FORMS: Mapping[str, tuple[Arguments, str | None]] = types.MappingProxyType(
    {
        "state": ((_DATA,), None),
        "update": ((Argument("key", Scalar("string", 1, MAX_KEY_CHARS)), _DATA), None),
        "input": ((_DATA, _NUMBER), "NumberTaken"),
        "broadcast": ((_DATA, _NUMBER), "NumberTaken"),
        "direct": (
            (Argument("to", either(Named("PlayerId"), Many(Named("PlayerId"), least=1))), _DATA, _NUMBER),
            "NumberTaken",
        ),
        "snapshot": ((_DATA, Argument("about", Named("Covers"), required=False)), None),
    }
)
"""The relay's events, which are read in `transport.relay.arguments`, and the record of their ack."""


def all_requests() -> dict[str, Request]:
    """Return every event that a client may send."""
    asked = {name: _asked(name, spec) for name, spec in EVENTS.items()}
    if RELAY_FORMS.keys() != RELAYED:
        raise ValueError("the relay knows other events than the contract")
    return asked | {name: _relayed(name) for name in RELAY_FORMS}


def _asked(name: str, spec: Spec) -> Request:
    answers = ANSWERS[name]
    return Request(
        name,
        f"{summary(spec.command)} {words.request(name)}".strip(),
        _forms(spec),
        answers=tuple(None if each is None else ACK_RECORDS.get(each, each.__name__) for each in answers),
        success=tuple(EVENT_OF[each] for each in answers if each is not None),
    )


def _relayed(name: str) -> Request:
    arguments, answer = RELAY_FORMS[name]
    return Request(name, words.request(name), (arguments,), (answer,), relayed=True)


def _forms(spec: Spec) -> tuple[Arguments, ...]:
    if spec.whole is not None:
        return ((Argument(spec.whole, ANYTHING, required=False),),)
    required = required_fields(spec.command)
    forms: list[Arguments] = []
    if required <= set(spec.positional):
        least = max((place for place, each in enumerate(spec.positional, 1) if each in required), default=0)
        hints = typing.get_type_hints(spec.command)
        forms.append(
            tuple(
                Argument(each, _positional(hints[each], each in required), required=place <= least)
                for place, each in enumerate(spec.positional, 1)
            )
        )
    if spec.takes_object:
        everything_optional = forms == [()]
        options = Argument("options", Named(spec.command.__name__), required=not everything_optional)
        forms = [(options,)] if everything_optional else [*forms, (options,)]
    return tuple(forms)


def _positional(hint: object, required: bool) -> typing.Any:
    """Return the shape of an argument: null leaves out what is not required."""
    shape = shape_of(hint)
    return without_null(shape) if required else either(shape, NULL)
