"""The players of a test: three kinds of stock client, and the networks they come through."""

from __future__ import annotations

import asyncio
import math
from contextlib import AsyncExitStack
from typing import Any

from tests.support.fault_proxy import FaultProxy
from tests.support.js_players import NEWEST, OLDEST, JsPlayer, NodeStage
from tests.support.patience import PATIENCE_SECONDS
from tests.support.players import Player
from tests.support.python_players import PythonPlayer

WEBSOCKET = ["websocket"]


class Cast:
    """Makes players and sees them off.

    Each comes connected, with its `welcome` told.
    """

    def __init__(self) -> None:
        self._stage = NodeStage()
        self._pythons: list[PythonPlayer] = []
        self._proxies: list[FaultProxy] = []

    async def js(
        self, name: str, url: str, *, version: str = NEWEST, parser: str = "msgpack", **options: Any
    ) -> JsPlayer:
        """Return a connected JavaScript client; options are the client's own."""
        options.setdefault("transports", WEBSOCKET)
        player = await self._stage.player(name, url, version=version, parser=parser, **options)
        await player.told("@connect")
        await player.told("welcome")
        return player

    async def oldest(self, url: str, name: str = "anna", **options: Any) -> JsPlayer:
        """Return socket.io-client 4.0.0 with the default parser, as the oldest pages load it."""
        return await self.js(name, url, version=OLDEST, parser="json", **options)

    async def newest(self, url: str, name: str = "bo", **options: Any) -> JsPlayer:
        """Return the newest socket.io-client with the msgpack parser."""
        return await self.js(name, url, **options)

    async def python(
        self, url: str, name: str = "cleo", *, serializer: str = "default", **options: Any
    ) -> PythonPlayer:
        """Return python-socketio's own client."""
        player = PythonPlayer(name, serializer=serializer)
        self._pythons.append(player)
        await player.connect(url, **{"transports": WEBSOCKET, **options})
        await player.told("@connect")
        await player.told("welcome")
        return player

    async def three(self, url: str) -> tuple[JsPlayer, JsPlayer, PythonPlayer]:
        """Return one client of each kind."""
        anna, bo, cleo = await asyncio.gather(self.oldest(url), self.newest(url), self.python(url))
        return anna, bo, cleo

    async def proxy(self, port: int, **conditions: Any) -> FaultProxy:
        """Return a network of the test's own before this port."""
        proxy = await FaultProxy(port, **conditions).start()
        self._proxies.append(proxy)
        return proxy

    async def leave(self) -> None:
        """End all clients and networks, also if one of them does not end well."""
        async with AsyncExitStack() as ending:
            for proxy in self._proxies:
                ending.push_async_callback(proxy.stop)
            ending.push_async_callback(self._stage.stop)
            for player in self._pythons:
                ending.push_async_callback(player.disconnect)


async def gather(host: Player, *others: Player, **options: Any) -> dict[str, Any]:
    """Have the host open a room and the others join it, in this order; return the room at last."""
    room: dict[str, Any] = await host.ask("create", {"title": "Room", **options})
    assert room["ok"], room
    for player in others:
        room = await player.ask("join", {"id": room["id"]})
        assert room["ok"], room
    for player in (host, *others):
        await player.caught_up()
        player.forget()
    return room


async def measured(player: Player, *, answers: int = 1) -> None:
    """Wait until the server has measured this player so often; an election trusts nobody before three."""
    seen, age = 0, math.inf
    async with asyncio.timeout(PATIENCE_SECONDS):
        while seen < answers:
            await asyncio.sleep(0.2)  # a request counts against the player's rate
            known = (await player.ask("pings"))["you"]
            if known is not None:
                seen += known["age_ms"] < age  # younger than before: a new answer
                age = known["age_ms"]
