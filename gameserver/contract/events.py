"""The events of the contract: what the server sends, by its own table of messages."""

from __future__ import annotations

import types
from collections.abc import Mapping

from gameserver.contract import words
from gameserver.contract.carried import BecomeHost, InputsDropped
from gameserver.contract.model import Argument, Arguments, Event
from gameserver.contract.records import summary
from gameserver.contract.shapes import ANYTHING, TEXT, Many, Named
from gameserver.core import messages as m
from gameserver.protocol.outbound import EVENT_OF, RECORDED

_ROOM: Arguments = (Argument("room", Named("RoomView")),)
_FROM, _DATA = Argument("from", Named("PlayerId")), Argument("data", ANYTHING)

FORMS: Mapping[type, Arguments] = types.MappingProxyType(
    {
        m.RoomCreated: _ROOM,
        m.RoomUpdated: _ROOM,
        m.RoomJoined: (Argument("room", Named("JoinedRoom")),),
        m.SessionCreated: (Argument("session", Named("SessionKeySent")),),
        m.RoomList: (
            Argument("rooms", Many(Named("LobbyEntry"))),
            Argument("info", Named("LobbyInfo"), required=False),
        ),
    }
)
"""The arguments of events that are more, or less, than the message itself."""

CARRIED: Mapping[str, tuple[Arguments, bool]] = types.MappingProxyType(
    {
        "state": ((_DATA,), False),
        "update": ((_FROM, Argument("key", TEXT), _DATA), False),
        "input": ((_FROM, _DATA, Argument("about", Named("InputSeq"), required=False)), True),
        "broadcast": ((_FROM, _DATA), True),
        "direct": ((_FROM, _DATA), True),
        "snapshot": ((_DATA, Argument("about", Named("SnapshotAbout"))), False),
    }
)
"""What the relay passes on, and whether it is recorded for members that are away."""


def all_events() -> dict[str, Event]:
    """Return every event that the server may send."""
    told = {
        name: Event(
            name,
            f"{summary(kind)} {words.event(name)}".strip(),
            FORMS.get(kind, (Argument("it", Named(kind.__name__)),)),
            recorded=kind in RECORDED,
        )
        for kind, name in EVENT_OF.items()
    }
    own = {
        "become_host": Event("become_host", summary(BecomeHost), (Argument("it", Named("BecomeHost")),)),
        "inputs_dropped": Event(
            "inputs_dropped", summary(InputsDropped), (Argument("it", Named("InputsDropped")),), recorded=True
        ),
    }
    relayed = {
        name: Event(name, words.event(name), arguments, recorded)
        for name, (arguments, recorded) in CARRIED.items()
    }
    return told | own | relayed
