"""Clients that speak one parser each, packet by packet, written from the protocol documents."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar

import msgpack

from tests.transport.engine.wire import Wire, WireSocket

CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR, BINARY_EVENT, BINARY_ACK = range(7)


@dataclass(frozen=True)
class Packet:
    """A Socket.IO packet, binary data in its place."""

    type: int
    data: Any = None
    nsp: str = "/"
    id: int | None = None
    keys: frozenset[str] = field(default=frozenset(), compare=False)  # msgpack: the map's keys


class Speaker(ABC):
    """Sends and receives Socket.IO packets over a WebSocket; answers Engine.IO's PINGs by itself."""

    name: ClassVar[str]

    def __init__(self, socket: WireSocket) -> None:
        self.socket = socket

    @classmethod
    async def open(cls, client: Wire) -> Speaker:
        """Open a WebSocket, without CONNECT."""
        socket = await client.websocket()
        assert (await socket.receive())[0] == "0"
        return cls(socket)

    @classmethod
    async def join(cls, client: Wire, nsp: str = "/", auth: Any = None) -> Speaker:
        """Open a WebSocket and join a namespace; the server's first events are still to be received."""
        speaker = await cls.open(client)
        await speaker.send(Packet(CONNECT, auth, nsp))
        answer = await speaker.receive()
        assert answer.type == CONNECT, answer
        return speaker

    def stall(self) -> None:
        """Read nothing from now on."""
        self.socket.stall()

    @abstractmethod
    def encode(self, packet: Packet) -> list[str | bytes]:
        """Return the messages of a packet."""

    async def send(self, *packets: Packet) -> None:
        for packet in packets:
            await self.socket.send(*self.encode(packet))

    async def emit(self, *data: Any, nsp: str = "/", id: int | None = None) -> None:
        await self.send(Packet(EVENT, list(data), nsp, id))

    @abstractmethod
    async def receive(self) -> Any:
        """Return the next packet; the close code if there is none."""

    async def told(self, name: str) -> Any:
        """Pass over everything up to the next event of this name; return the object it carries."""
        while True:
            packet = await self.receive()
            if packet is None:  # a WebSocket ping, which the server measures with
                continue
            assert not isinstance(packet, int), f"closed with {packet}"
            if packet.type == EVENT and packet.data[0] == name:
                return next(value for value in packet.data if isinstance(value, dict))

    async def message(self) -> Any:
        """Return the next message that is no PING; the close code if there is none."""
        while True:
            message = await self.socket.receive()
            if message != "2":
                return message
            await self.socket.send("3")


class JsonSpeaker(Speaker):
    name = "json"

    def encode(self, packet: Packet) -> list[str | bytes]:
        attachments: list[bytes] = []

        def take_out(value: Any) -> Any:
            if isinstance(value, bytes):
                attachments.append(value)
                return {"_placeholder": True, "num": len(attachments) - 1}
            if isinstance(value, dict):
                return {key: take_out(child) for key, child in value.items()}
            if isinstance(value, (list, tuple)):
                return [take_out(child) for child in value]
            return value

        data = "" if packet.data is None else json.dumps(take_out(packet.data), ensure_ascii=False)
        kind = packet.type + (3 if attachments else 0)
        head = f"4{kind}" + (f"{len(attachments)}-" if attachments else "")
        head += ("" if packet.nsp == "/" else f"{packet.nsp},") + (
            "" if packet.id is None else str(packet.id)
        )
        return [head + data, *attachments]

    async def receive(self) -> Any:
        text = await self.message()
        if not isinstance(text, str):
            return text
        assert text[0] == "4", text
        kind, rest = int(text[1]), text[2:]
        attachments: list[bytes] = []
        if kind in (BINARY_EVENT, BINARY_ACK):
            count, _, rest = rest.partition("-")
            kind -= 3
            attachments = [await self.message() for _ in range(int(count))]
        nsp = "/"
        if rest[:1] == "/":
            nsp, _, rest = rest.partition(",")
        digits = len(rest) - len(rest.lstrip("0123456789"))
        data = (
            json.loads(rest[digits:], object_hook=lambda value: _restored(value, attachments))
            if rest[digits:]
            else None
        )
        return Packet(kind, data, nsp, int(rest[:digits]) if digits else None)


class MsgpackSpeaker(Speaker):
    name = "msgpack"

    def encode(self, packet: Packet) -> list[str | bytes]:
        fields = {
            "type": packet.type,
            "data": packet.data,
            "options": {"compress": True},
            "id": packet.id,
            "nsp": packet.nsp,
        }
        return [msgpack.packb({key: value for key, value in fields.items() if value is not None})]

    async def receive(self) -> Any:
        message = await self.message()
        if not isinstance(message, bytes):
            return message
        fields = msgpack.unpackb(message)
        return Packet(fields["type"], fields.get("data"), fields["nsp"], fields.get("id"), frozenset(fields))


def _restored(value: dict[str, Any], attachments: list[bytes]) -> Any:
    return attachments[value["num"]] if value.get("_placeholder") else value
