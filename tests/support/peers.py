"""Peers without sockets: what was posted to them, as a client would read it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import msgpack

from gameserver.protocol.packets import Event, JsonEvent, MsgpackEvent, Outgoing, parse_json, parse_msgpack
from gameserver.transport.gate import Door


class FakePeer:
    """A `gate.Peer` that keeps what it is sent."""

    def __init__(self, sid: str, parser: str = "msgpack") -> None:
        self.sid = sid
        self.parser = parser
        self.transport = "websocket"
        self.remote_ip = "192.0.2.1"
        self.read_at = 0.0
        self.closed_for: str | None = None
        self.app: Any = None
        self.door: Door | None = None
        self.express: Callable[[bytes, float], bool] | None = None
        self.posted: list[Outgoing] = []
        self.slots: list[Hashable] = []
        self.paused = False
        self.backlog_bytes = 0
        self.peak_backlog_bytes = 0
        self.max_bytes = 0
        self.told_to_stay_away = False
        self.pid: str | None = None
        self.offset: str | None = None  # as a stock client keeps it: any trailing string

    def post(self, packet: Outgoing) -> None:
        self.posted.append(packet)

    def post_aside(self, packet: Outgoing) -> None:
        self.posted.append(packet)

    def post_newest(self, slot: Hashable, packet: Outgoing) -> None:
        self.slots.append(slot)
        self.posted.append(packet)

    def ping(self, payload: bytes) -> bool:
        return True

    def heartbeat(self) -> bool:
        return True

    def tcp_socket(self) -> None:
        return None

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def in_turn(self, run: Callable[[], None]) -> None:
        run()

    def expect(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes

    def close(self, code: str, *, disconnect: bool) -> None:
        self.closed_for = code
        self.told_to_stay_away = disconnect

    def abort(self) -> None:
        self.closed_for = "aborted"

    def read(self) -> list[list[Any]]:
        """Return all that came since the last call: events as [name, args...], acks as [id, args...]."""
        posted, self.posted = self.posted, []
        heard = [read(packet) for packet in posted]
        for message in heard:
            if isinstance(message[0], str) and len(message) > 1 and isinstance(message[-1], str):
                self.offset = message[-1]
        return heard


def read(packet: Outgoing) -> list[Any]:
    """Return what a msgpack client makes of a packet."""
    frame = packet.msgpack_frame
    header = 2 if frame[1] < 126 else 4 if frame[1] == 126 else 10
    body = msgpack.unpackb(frame[header:])
    return body["data"] if body["type"] == 2 else [body["id"], *body["data"]]


def event(name: str, *args: Any, ack: int | None = None) -> Event:
    """Return an event as a msgpack client sends it."""
    body: dict[str, Any] = {"type": 2, "data": [name, *args], "nsp": "/"}
    if ack is not None:
        body["id"] = ack
    parsed = parse_msgpack(msgpack.packb(body))
    assert isinstance(parsed, MsgpackEvent)
    return parsed


def json_event(text: str) -> Event:
    """Return an event as a client of the default parser sends it, without attachments."""
    parsed = parse_json(text.encode())
    assert isinstance(parsed, JsonEvent)
    return parsed
