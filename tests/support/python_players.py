"""python-socketio's own client in a player's hands."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import socketio

from tests.support.patience import PATIENCE_SECONDS
from tests.support.players import Heard, Player


class PythonPlayer(Player):
    """One stock Python client."""

    def __init__(self, name: str, *, serializer: str) -> None:
        super().__init__(name)
        self._client = socketio.AsyncClient(
            serializer=serializer, reconnection=False, request_timeout=PATIENCE_SECONDS
        )
        # Synchronous handlers: the client starts a task per packet, and those begin in order.
        self._client.on("*", self._event)
        self._client.on("connect", lambda: self._event("@connect"))
        self._client.on("disconnect", lambda reason: self._event("@disconnect", reason))
        self._client.on("connect_error", lambda *data: self._event("@connect_error", *data))

    async def connect(
        self,
        url: str,
        *,
        auth: Any = None,
        transports: list[str] | None = None,
        wait_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """Connect and return once the server has let it in, or raise once it has not for so long."""
        await self._client.connect(url, auth=auth, transports=transports, wait_timeout=wait_seconds)
        self.id = self._client.get_sid() or ""

    async def emit(self, event: str, *args: Any) -> None:
        await self._client.emit(event, args)

    async def _ask(self, event: str, *args: Any) -> Any:
        answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def answer(*said: Any) -> None:
            answered.set_result(said[0] if len(said) == 1 else said)

        await self._client.emit(event, args, callback=answer)
        return await answered

    async def disconnect(self) -> None:
        await self._client.disconnect()

    def _event(self, event: str, *args: Any) -> None:
        self.hear(Heard(event, args, time.time() * 1000))
