"""An Engine.IO client that does as it is told, right or wrong."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, cast

import aiohttp

PATHS = {"engine": "/engine.io/", "socket": "/socket.io/"}


@dataclass(frozen=True)
class Answer:
    """What came back for a request."""

    status: int
    text: str
    headers: dict[str, str]

    @property
    def packets(self) -> list[str]:
        """The packets of a poll."""
        return self.text.split("\x1e")


class WireSocket:
    """A WebSocket, message by message."""

    def __init__(self, response: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = response

    async def send(self, *messages: str | bytes) -> None:
        for message in messages:
            if isinstance(message, str):
                await self.socket.send_str(message)
            else:
                await self.socket.send_bytes(message)

    async def receive(self) -> Any:
        """Return the next message; the close code, once there is none."""
        message = await self.socket.receive()
        if message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
            return message.data
        return self.socket.close_code

    async def until_closed(self) -> int | None:
        """Pass over all messages; return the close code."""
        while not self.socket.closed:
            await self.socket.receive()
        return self.socket.close_code

    async def close(self, code: int = 1000) -> None:
        await self.socket.close(code=code)

    def drop(self) -> None:
        """Reset the connection, without a word."""
        self._transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        self._transport.abort()

    def stall(self) -> None:
        """Read nothing from now on."""
        self._transport.pause_reading()

    @property
    def _transport(self) -> asyncio.Transport:
        connection = self.socket._response.connection
        assert connection is not None
        return cast("asyncio.Transport", connection.transport)  # uvloop has a class of its own


class Wire:
    """A client of one server; everything it opened is closed at the end."""

    def __init__(self, port: int, server: str = "engine") -> None:
        self.url = f"http://127.0.0.1:{port}{PATHS[server]}"
        self._session = aiohttp.ClientSession()

    async def __aenter__(self) -> Wire:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()
        for _ in range(3):  # its transports close in the turns that follow
            await asyncio.sleep(0)

    async def request(
        self,
        method: str,
        query: Mapping[str, str],
        *,
        headers: Mapping[str, str] | None = None,
        data: Any = None,
    ) -> Answer:
        async with self._session.request(
            method, self.url, params=query, headers=headers, data=data
        ) as response:
            return Answer(response.status, await response.text(), dict(response.headers))

    async def get(self, sid: str | None = None, **query: str) -> Answer:
        """Handshake, or poll a session."""
        return await self.request("GET", {**_query("polling", sid), **query})

    async def post(self, sid: str, data: str | bytes) -> Answer:
        """Send packets to a session."""
        return await self.request("POST", _query("polling", sid), data=data)

    async def open(self) -> dict[str, Any]:
        """Begin with polling; return what the handshake said."""
        answer = await self.get()
        assert answer.status == 200, answer
        assert answer.text[0] == "0"
        handshake: dict[str, Any] = json.loads(answer.packets[0][1:])
        return handshake

    async def websocket(self, sid: str | None = None, **query: str) -> WireSocket:
        """Open a WebSocket, with a session or for a new one. Raises aiohttp's error if it is refused."""
        headers = {"Origin": query.pop("origin")} if "origin" in query else None
        socket = await self._session.ws_connect(
            self.url + "?" + "&".join(f"{k}={v}" for k, v in {**_query("websocket", sid), **query}.items()),
            headers=headers,
            autoping=False,
            max_msg_size=0,
        )
        return WireSocket(socket)

    async def refused_websocket(self, sid: str | None = None, **query: str) -> int:
        """Ask for a WebSocket that won't be given; return the status."""
        try:
            await self.websocket(sid, **query)
        except aiohttp.WSServerHandshakeError as refused:
            return refused.status
        raise AssertionError("the WebSocket was opened")


def _query(transport: str, sid: str | None) -> dict[str, str]:
    query = {"EIO": "4", "transport": transport}
    return query if sid is None else {**query, "sid": sid}
