"""Rooms of a whole server in this process: real links, Socket.IO server, gate and relay, and no sockets.

Their members' bytes go in by `Link.data_received`, as the event loop hands them over, and come out at the
`send` of a kernel that takes everything.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

import msgpack

from gameserver.core.effects import Elected, RoomEnded
from gameserver.core.values import PlayerId, RoomId
from gameserver.testing.whole import WholeServer
from gameserver.transport.relay.limiter import Rates
from gameserver.transport.seat import Seat
from gameserver.transport.sockets.connection import JSON, MSGPACK, Connection
from gameserver.transport.sockets.server import AsyncServer
from gameserver.transport.websocket.board import LinkSettings, Switchboard
from gameserver.transport.websocket.frames import BINARY, TEXT, encode_frame
from gameserver.transport.websocket.link import Link

UNREACHED: Final = Rates(1e9, 1e15, 1e15, 1e9, 1e15, 1e15)
"""Limits that are asked each time and never reached, however long a measurement takes."""

Send = Callable[[bytes], int]


def client_frame(opcode: int, payload: bytes) -> bytes:
    """A masked frame whose key is all zeros, so that it reads the same to who does not unmask it."""
    plain = encode_frame(opcode, payload)
    head = len(plain) - len(payload)
    return plain[:1] + bytes((plain[1] | 0x80,)) + plain[2:head] + bytes(4) + payload


def event(parser: str, name: str, *args: Any, ack: int | None = None) -> bytes:
    """Return the frame with this event of a stock JavaScript client."""
    if parser == JSON:
        text = json.dumps([name, *args], separators=(",", ":"))
        return client_frame(TEXT, f"42{'' if ack is None else ack}{text}".encode())
    packet = {"type": 2, "data": [name, *args], "options": {"compress": True}}
    packed = msgpack.packb(packet | ({} if ack is None else {"id": ack}) | {"nsp": "/"})
    return client_frame(BINARY, packed)


def _connect(parser: str, auth: dict[str, Any]) -> bytes:
    if parser == JSON:
        return client_frame(TEXT, b"40" + json.dumps(auth).encode())
    return client_frame(BINARY, msgpack.packb({"type": 0, "data": auth, "nsp": "/"}))


class _Timed(WholeServer):
    """By the clock that a running server goes by."""

    now = staticmethod(time.monotonic)  # a builtin, as a running server has it


class _Silent:
    """A journal of nothing."""

    def command(self, **facts: Any) -> None:
        pass

    def failed(self, *, name: str, player: PlayerId | None, error: Exception) -> None:
        raise error

    def elected(self, election: Elected) -> None:
        pass

    def ended(self, ending: RoomEnded, age_s: float) -> None:
        pass


class _Timer:
    def cancel(self) -> None:
        pass


class Turns:
    """An event loop whose turns end when told, and whose timers never fire."""

    def __init__(self) -> None:
        self._ready: list[Callable[[], object]] = []

    time = staticmethod(time.monotonic)

    def call_soon(self, callback: Callable[[], object]) -> None:
        self._ready.append(callback)

    def call_later(self, delay: float, callback: Callable[[], object]) -> _Timer:
        return _Timer()

    def turn(self) -> None:
        """End this turn."""
        ready, self._ready = self._ready, []
        for callback in ready:
            callback()


class _Transport(asyncio.Transport):
    """What a link needs of its transport while all goes well."""

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Company:
    """Who is in a room, the host first."""

    parsers: tuple[str, ...] = (MSGPACK,) * 8
    returning: bool = False  # its members may come back after a disconnection
    numbered: bool = False  # inputs come to the host with their `seq`
    snapshot: bool = False  # the host has given one, so inputs since are kept


class Rooms:
    """So many rooms of this company; `rooms` holds the links of each, the host's first."""

    def __init__(self, count: int, company: Company, send: Send = len, link: type[Link] = Link) -> None:
        self.server = _Timed(rates=UNREACHED, journal=_Silent())
        self.loop = Turns()
        settings = LinkSettings(controls_per_second=1_000_000)  # counted, and not reached
        sockets = AsyncServer(gate=self.server.gate, link_settings=settings)
        self._engine = sockets.eio
        self._engine.loop = cast("asyncio.AbstractEventLoop", self.loop)
        self._send = send
        self._link = link
        self.seats: dict[Link, Seat] = {}
        self.rooms = [self._open(company) for _ in range(count)]

    @property
    def board(self) -> Switchboard:
        """What the links share."""
        return self._engine.board

    def _open(self, company: Company) -> list[Link]:
        links = [self._enter(parser, company) for parser in company.parsers]
        host, *others = zip(links, company.parsers, strict=True)
        known = set(self.server.registry.rooms)
        self._says(host[0], event(host[1], "create", {"title": "Sparks"}))
        (room,) = set(self.server.registry.rooms) - known
        for link, parser in others:
            self._says(link, event(parser, "join", RoomId(room)))
        if company.snapshot:
            self._says(host[0], event(host[1], "snapshot", "x" * 62))
        return links

    def _enter(self, parser: str, company: Company) -> Link:
        connection = self._engine.open("127.0.0.1")
        assert isinstance(connection, Connection)
        link = self._link(self._engine.board, connection, self._send)
        link.connection_made(_Transport())
        auth = {"name": "Anna", "recover": company.returning, "seq": company.numbered}
        self._says(link, _connect(parser, auth))
        self.seats[link] = next(reversed(self.server.players.seats.values()))
        return link

    def _says(self, link: Link, frame: bytes) -> None:
        link.data_received(frame)
        self.loop.turn()
