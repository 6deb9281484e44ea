"""A room of the drill's players under traffic, and what must be true of it whenever it is at rest."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gameserver.drill.player import Ledger, Player
from gameserver.drill.tally import Tally

BEAT_SECONDS = 0.1
INPUT_CHANCE = 0.7  # per member and beat
BROADCAST_CHANCE = 0.2
SAVE_EVERY_BEATS = 5
SETTLE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Table:
    """What a room of the drill is like."""

    url: str
    members: int = 5
    snapshot_bytes: int = 16_384


class TestRoom:
    """One room, its members, and a task that lets them play."""

    def __init__(self, table: Table, tally: Tally, chance: random.Random) -> None:
        self.table = table
        self.tally = tally
        self.chance = chance
        self.ledger = Ledger(tally, changed=self._host_is_ready)
        self.players: list[Player] = []
        self.id = ""
        self._news = asyncio.Event()
        self._playing: asyncio.Task[None] | None = None

    async def open(self, **options: Any) -> None:
        """Seat everybody and begin to play."""
        self.players = [self.player() for _ in range(self.table.members)]
        host = self.players[0]
        await host.connect()
        room = await host.ask("create", {"title": "Drill", "private": True, **options})
        self.id = room["id"]
        host.begin()
        for player in self.players[1:]:
            await self.seat(player)
        self._playing = asyncio.create_task(self._play())

    def player(self) -> Player:
        """Return a player of this room that has not come yet."""
        return Player(self.table.url, self.ledger, snapshot_bytes=self.table.snapshot_bytes)

    async def seat(self, player: Player) -> None:
        """Let a player come as a new member."""
        if not player.connected:
            await player.connect()
        player.sit()
        joined = await player.ask("join", {"id": self.id})
        if not joined["ok"]:
            raise ConnectionError(f"the room lets nobody in: {joined}")

    async def bring_back(self, player: Player) -> None:
        """Let a player come back to the seat it was lost from, and say again what was not answered."""
        former = player.id
        await player.connect()
        if player.id == former:
            player.say_again()
        else:
            await self.seat(player)

    @property
    def host(self) -> Player | None:
        """The member that has restored the game and hosts it."""
        return next((player for player in self.players if player.ready and player.connected), None)

    async def reign_after(self, epoch: int, seconds: float) -> Player | None:
        """Return the host of a later epoch once it is ready, None if there is none in this time."""

        def reigns() -> bool:
            host = self.host
            return host is not None and host.epoch > epoch

        return self.host if await self.until(reigns, seconds) else None

    async def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait until a word about hosts made this true; False if none does in this time."""
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return False
        return True

    async def rest(self) -> None:
        """Wait until the host has every input that the server took, and count what it never gets."""
        wanted = {player.sitting: player.taken["input"] for player in self.players}
        for _ in range(int(SETTLE_SECONDS / BEAT_SECONDS)):
            host = self.host
            if host is not None and all(host.inputs.get(each, 0) >= taken for each, taken in wanted.items()):
                break
            await asyncio.sleep(BEAT_SECONDS)
        else:
            behind = {
                each: (taken, 0 if host is None else host.inputs.get(each, 0))
                for each, taken in wanted.items()
                if host is None or host.inputs.get(each, 0) < taken
            }
            lost = sum(taken - has for taken, has in behind.values())
            self.tally.breaks("inputs_lost", lost, f"taken and had by sitting: {behind}")
        lost_inputs = self.ledger.missing - self.ledger.refused
        self.tally.breaks("inputs_lost", len(lost_inputs), f"passed over: {sorted(lost_inputs)[:5]}")
        self.ledger.missing.clear()

    async def close(self) -> None:
        """Let all go, and compare what the members heard."""
        if self._playing is not None:
            self._playing.cancel()
            await asyncio.gather(self._playing, return_exceptions=True)
        unheard = self.ledger.unheard - self.ledger.unsaid
        self.tally.breaks("events_lost", len(unheard), f"never given: {sorted(unheard)[:5]}")
        for one, other in itertools.combinations(self.players, 2):
            differs = not _agree(one, other)
            self.tally.breaks("order_differs", int(differs), f"{one.id} and {other.id}")
        for player in self.players:
            player.disconnect()

    async def _play(self) -> None:
        for beat in itertools.count():
            await asyncio.sleep(BEAT_SECONDS * self.chance.uniform(0.5, 1.5))
            for player in self.players:
                if not player.connected or player.room != self.id:
                    continue
                if self.chance.random() < INPUT_CHANCE:
                    player.say("input")
                if self.chance.random() < BROADCAST_CHANCE:
                    player.say("broadcast")
                player.play()
                if beat % SAVE_EVERY_BEATS == 0:
                    player.save()

    def _host_is_ready(self) -> None:
        self._news.set()


def _agree(one: Player, other: Player) -> bool:
    """Whether what both heard came to both in the same order."""
    both = set(one.order) & set(other.order)
    return [each for each in one.order if each in both] == [each for each in other.order if each in both]
