"""What `bench.micro_relay` measures: messages as they are relayed, and again without a part of the way."""

from __future__ import annotations

import importlib
import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MethodType
from typing import Any, Final

from bench.relay_apart import ALL, FRAME, LINKS, OF_THE_RATES, PARTS, RELAY, Part
from bench.relay_rooms import Company, Rooms, client_frame, event
from gameserver.transport.sockets.connection import JSON, MSGPACK
from gameserver.transport.websocket.frames import PING
from gameserver.transport.websocket.link import Link

SMALL: Final = bytes(62)  # 64 B as MessagePack
LARGE: Final = bytes(1021)  # 1 KiB
OBJECT: Final = {"x": 1.5, "y": 2.5, "vx": 0.25, "seq": 12345, "key": "jump"}  # 64 B as JSON
ALL_JSON: Final = Company((JSON,) * 8)
HALVES: Final = Company((MSGPACK, JSON) * 4)
RETURNING: Final = Company(returning=True)
ORDINARY: Final = Company()


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """What one member of a room of this company sends; a `state` comes from its host."""

    title: str
    name: str
    payload: Any = SMALL
    company: Company = ORDINARY
    number: bool = False  # with the sender's running number, and an ack for it
    short: bool = True  # by the short way, where that is open to it

    @property
    def sender(self) -> int:
        """The place in the room of who sends it."""
        return 0 if self.name == "state" else 1

    @property
    def deliveries(self) -> int:
        """How many get it."""
        return len(self.company.parsers) - 1 if self.name in ("state", "broadcast") else 1

    def frame(self, number: int) -> bytes:
        """What comes in."""
        if self.name == "ping":
            return client_frame(PING, b"")
        parser = self.company.parsers[self.sender]
        if self.number:
            return event(parser, self.name, self.payload, {"n": number}, ack=7)
        return event(parser, self.name, self.payload)


INPUT: Final = Message("input to the host", "input")
STATE: Final = Message("state to seven", "state")
BROADCAST: Final = Message("broadcast to seven", "broadcast")
LARGE_BROADCAST: Final = Message("broadcast to seven, 1 KiB", "broadcast", LARGE)
TAKEN_APART: Final = (INPUT, STATE, BROADCAST, LARGE_BROADCAST)
LONG_INPUT: Final = replace(INPUT, title="input, the long way", short=False)
LONG_BROADCAST: Final = replace(BROADCAST, title="broadcast, the long way", short=False)
PING_ANSWERED: Final = Message("ping, and its pong", "ping")
MESSAGES: Final = (
    *TAKEN_APART,
    LONG_INPUT,
    LONG_BROADCAST,
    Message("input, JSON", "input", OBJECT, ALL_JSON),
    Message("state to seven, JSON", "state", OBJECT, ALL_JSON),
    Message("broadcast to seven, JSON", "broadcast", OBJECT, ALL_JSON),
    Message("state from msgpack to four JSON and three", "state", OBJECT, HALVES),
    Message("broadcast from JSON to four msgpack and three", "broadcast", OBJECT, HALVES),
    PING_ANSWERED,
)
NUMBERED: Final = Message("the sender's running number taken and acked", "input", number=True)
ASKED: Final = (  # what is done for who asks for it: by what message it shows, and beside which one
    (NUMBERED, LONG_INPUT),
    (Message("seq put into an input", "input", company=Company(numbered=True)), LONG_INPUT),
    (Message("input kept since a snapshot", "input", company=Company(snapshot=True)), INPUT),
    (
        Message("input recorded for its host", "input", company=Company(returning=True)),
        LONG_INPUT,
    ),
    (
        Message("broadcast recorded for seven", "broadcast", company=RETURNING),
        LONG_BROADCAST,
    ),
)

Ready = Callable[[Rooms, Message], None]
"""Let the rooms do with this message what is to be measured."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A message, and what is different on its way."""

    message: Message
    ready: Ready
    lacks: str = ""  # the part that is not there
    link: str = ""  # another class of link
    straight: bool = False  # no outboxes


def trials() -> list[Trial]:
    """Return all, those without a part only if the sources without it are there (`relay_apart`)."""
    found = [Trial(each, as_it_is) for each in (*MESSAGES, *(asked for asked, _ in ASKED))]
    if importlib.util.find_spec(LINKS) is None:
        return found
    for message in TAKEN_APART:
        found += [Trial(message, by(part), part.title) for part in (*PARTS, *OF_THE_RATES, FRAME, ALL)]
        found.append(Trial(message, to_nobody, TO_NOBODY))
        found.append(Trial(message, as_it_is, OUTBOX, straight=True))
        if message.payload is not LARGE:  # which takes the parser's way
            found.append(Trial(message, as_it_is, UNMASKING, link="Unmasked"))
    found.append(Trial(PING_ANSWERED, as_it_is, CONTROLS, link="Uncounted"))
    return found


TO_NOBODY: Final = "everything behind the frame"
OUTBOX: Final = "outbox: joined or written"
UNMASKING: Final = "frame unmasked"
CONTROLS: Final = "control frame counted"


def rooms_for(trial: Trial, count: int) -> Rooms:
    """Open the rooms that this trial needs."""
    if not (trial.link or trial.straight):
        return Rooms(count, trial.message.company)
    apart = importlib.import_module(LINKS)
    rooms = Rooms(count, trial.message.company, link=getattr(apart, trial.link) if trial.link else Link)
    if trial.straight:
        board = rooms.board
        for link, seat in rooms.seats.items():
            seat.peer.door = apart.Straight(
                link.transport, len, board.turn, board.sweeper, board.settings.outbox, link.abort
            )
            assert seat.lane is not None
            seat.lane.forget_doors()
    return rooms


def as_it_is(rooms: Rooms, message: Message) -> None:
    """The server as it runs; or its long way alone."""
    express = rooms.server.gate._express
    for room in rooms.rooms:
        seat = rooms.seats[room[message.sender]]
        seat.peer.express = express.of(seat) if message.short else None


def by(part: Part) -> Ready:
    """The short way without this part."""

    def ready(rooms: Rooms, message: Message) -> None:
        gate = rooms.server.gate
        express = importlib.import_module(f"{RELAY}.{part.module}").Express(
            message_bytes=65_536,
            counters=rooms.server.counters,
            arrivals=gate.counts,
            now=time.monotonic,
            clock=time.time,
            time_relay=gate.time_relay,
        )
        for room in rooms.rooms:
            seat = rooms.seats[room[message.sender]]
            seat.peer.express = express.of(seat)

    return ready


def to_nobody(rooms: Rooms, message: Message) -> None:
    """Every message is done with as soon as it is read."""
    done = importlib.import_module(LINKS).done
    for room in rooms.rooms:
        seat = rooms.seats[room[message.sender]]
        seat.peer.express = MethodType(done, seat)
