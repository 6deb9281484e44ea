"""One bot: it sits down at a table, plays, and after a while goes to another one."""

from __future__ import annotations

import asyncio
import contextlib
import random
from dataclasses import dataclass, field

from gameroom_client import Client, GameError, Return, Room
from gameserver.bots.game import Walks
from gameserver.bots.tally import Tally
from gameserver.bots.ways import Way

NAMES = ("Anna", "Bo", "Cleo", "Dan", "Eva", "Finn", "Gro", "Hugo", "Ida", "Jan", "Kira", "Leo", "Mia")
TRY_AGAIN_SECONDS = 1.0
SPARE_SEATS = 4  # beyond a table's size, for who changes tables


@dataclass(slots=True)
class Table:
    """A room of the swarm, opened by whoever comes first."""

    number: int
    size: int
    room: str | None = None
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast bots play and wander."""

    hz: float = 20.0  # states a second of a host
    input_hz: float = 4.0  # inputs a second of everybody
    stay_seconds: float = 120.0  # at a table, in the mean


class Bot:
    """A player that plays until it is told to stop."""

    def __init__(
        self, number: int, way: Way | None, url: str, tables: list[Table], pace: Pace, tally: Tally, seed: str
    ) -> None:
        self.number = number
        self.way = way
        self.name = f"{NAMES[number % len(NAMES)]} {number}"
        self._chance = random.Random(f"{seed} {number}")
        self._url = url if way is None else way.url
        self._tables = tables
        self._pace = pace
        self._tally = tally
        self._life: asyncio.Task[None] | None = None
        self.client = self._new_client()

    @property
    def is_host(self) -> bool:
        """Whether it hosts a room now."""
        room = self.client.room
        return room is not None and room.is_host

    def start(self) -> None:
        """Come and play."""
        self._life = asyncio.get_running_loop().create_task(self._live())

    async def stop(self) -> None:
        """Say goodbye and go."""
        life, self._life = self._life, None
        if life is not None:
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)
        await self.client.close()

    async def be_replaced(self) -> None:
        """Be gone for good; somebody else comes in its place."""
        life, self._life = self._life, None
        if life is not None:
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)
        if self.way is not None:
            self.way.cut()
        self.client.vanish()
        self.client = self._new_client()

    async def _live(self) -> None:
        table = self._tables[self.number % len(self._tables)]
        while True:
            try:
                if not self.client.connected and self.client.id == "":
                    await self.client.connect()
                room = await self._sit(table)
                await self._play(room)
                if not room.closed:
                    await room.leave()
                    self._tally.count("changed tables")
                    table = self._chance.choice(self._tables)
            except GameError as error:
                self._tally.count(f"refused: {error.code}")
                if error.code == "closed":
                    await self.client.close()
                    self.client = self._new_client()
                if error.code in ("room_full", "room_locked"):
                    table = self._chance.choice(self._tables)
                await asyncio.sleep(TRY_AGAIN_SECONDS * self._chance.uniform(0.5, 1.5))
            except ConnectionError:
                self._tally.count("connection refused")
                await asyncio.sleep(TRY_AGAIN_SECONDS * self._chance.uniform(0.5, 1.5))

    async def _sit(self, table: Table) -> Room:
        """Take a seat, in a new room where there is none."""
        if self.client.room is not None:
            return self.client.room
        async with table.opening:
            if table.room is not None:
                with contextlib.suppress(GameError):
                    return self._take_part(await self.client.join(table.room))
            room = await self.client.create(
                title=f"Table {table.number}",
                description="bots at play",
                max_players=min(64, table.size + SPARE_SEATS),
                metadata={"bots": True},
                late_join="snapshot",
            )
            table.room = room.id
            self._tally.count("rooms opened")
            return self._take_part(room)

    def _take_part(self, room: Room) -> Room:
        game, tally = Walks(), self._tally
        room.host_role(
            on_become_host=game.restore,
            on_input=game.steer,
            on_tick=game.tick,
            take_snapshot=game.snapshot,
            hz=self._pace.hz,
        )
        room.on("player_left", lambda about: game.keep_only({each["id"] for each in room.players}))
        room.on("state", lambda state: tally.count("states heard"))
        room.on(
            "host_changed",
            lambda change: tally.host_changed(change["reason"], change["host"], self.client.id),
        )
        return room

    async def _play(self, room: Room) -> None:
        """Send inputs until it is time for another table, or the room is over."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._chance.expovariate(1 / self._pace.stay_seconds)
        while not room.closed and loop.time() < until:
            await asyncio.sleep(self._chance.uniform(0.5, 1.5) / self._pace.input_hz)
            if room.connected:
                room.input([self._chance.choice((-1, 0, 1)), self._chance.choice((-1, 0, 1))])
                self._tally.count("inputs sent")

    def _new_client(self) -> Client:
        client = Client(self._url, name=self.name, measure_clock=False, chance=self._chance)
        client.on("connect", lambda how: self._tally.count(_ARRIVED[how]))
        client.on("disconnect", lambda returns: self._tally.count("connections lost"))
        client.on("error", lambda error: self._tally.count(f"refused: {error.code}"))
        return client


_ARRIVED = {
    Return.FIRST: "arrived",
    Return.RECOVERED: "recovered",
    Return.RESUMED: "came back with a gap",
    Return.STRANGER: "came back as a stranger",
}
