"""Let games of the Python client be played while hosts and connections go, and see that they miss nothing.

The rest of the drill speaks for itself, so that it can do wrong; here the client's own host role, outbox and
recovery are what is tried.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gameroom_client import Client, GameError, Input, Room
from gameserver.drill.tally import Tally

BEAT_SECONDS = 0.05
EXIT_SECONDS = 60.0  # until which a room must have a host at play
SETTLE_SECONDS = 60.0
PLAY_SECONDS = (0.1, 0.5)  # between two exits
EXITS = {"leaves": 3, "closes": 3, "vanishes": 4, "hands over": 3, "drops": 3}
"""How a host goes, and how often in relation to the others; one that drops is back by itself."""
SEATS = 64  # those that vanish keep theirs for the reconnect window
DROP_CHANCE = 0.4  # that with each exit a guest's connection is lost too

_sittings = itertools.count(1)


@dataclass(slots=True)
class Ledger:
    """What the seats of one room know together of inputs: whose they were, and their numbers."""

    missing: set[tuple[str, int]] = field(default_factory=set)  # a host passed them over
    refused: set[tuple[str, int]] = field(default_factory=set)  # their sender was told


class Seat:
    """One client in the room from its coming to its going, and its part of the game."""

    def __init__(self, client: Client, room: Room, tally: Tally, ledger: Ledger) -> None:
        self.client = client
        self.room = room
        self.name = f"c{next(_sittings)}"
        self.taken = 0  # the last of its inputs that the server has
        self.had: dict[str, int] = {}  # as host: the last input of each seat
        self._tally = tally
        self._ledger = ledger
        self._said = {"input": 0, "broadcast": 0}
        self._heard: dict[str, int] = {}
        self.role = room.host_role(
            on_become_host=self._restore,
            on_input=lambda player, data: self._apply(data),
            on_tick=lambda seconds: {"host": client.id, "epoch": room.epoch},
            take_snapshot=lambda: self.had,
            snapshot_seconds=0.3,
        )
        room.on("broadcast", lambda player, data: self._hear(*data))
        room.on("state", self._see)

    def say(self, event: str) -> None:
        """Say the next numbered input or broadcast."""
        count = self._said[event] = self._said[event] + 1
        data = [self.name, count]
        done = self.room.input(data) if event == "input" else self.room.broadcast(data)
        done.add_done_callback(lambda done: self._done(event, count, done))

    def _done(self, event: str, count: int, done: asyncio.Future[None]) -> None:
        error = done.exception()
        if isinstance(error, GameError):
            self._tally.done[f"said by the client, {event}: {error.code}"] += 1
            if event == "input":
                self._ledger.refused.add((self.name, count))
        elif event == "input":
            self.taken = max(self.taken, count)

    def _restore(self, snapshot: dict[str, int] | None, inputs: list[Input]) -> None:
        self.had = dict(snapshot or {})
        for given in inputs:
            self._apply(given.data)

    def _apply(self, data: list[Any]) -> None:
        name, count = data
        before = self.had.get(name, 0)
        if count <= before:
            self._tally.breaks("inputs_doubled", 1, f"client: {name} {count} after {before}")
            return
        self._ledger.missing |= {(name, each) for each in range(before + 1, count)}
        self.had[name] = count
        self._tally.done["inputs taken by hosts of the client"] += 1

    def _hear(self, name: str, count: int) -> None:
        before = self._heard.get(name, count - 1)
        self._heard[name] = max(count, before)
        if count <= before:
            self._tally.breaks("events_doubled", 1, f"client: {name} {count} after {before}")
        else:
            self._tally.breaks("events_lost", count - before - 1, f"client: {name} {count} after {before}")
        self._tally.done["broadcasts heard by the client"] += 1

    def _see(self, state: dict[str, Any]) -> None:
        if (state["host"], state["epoch"]) != (self.room.host, self.room.epoch):
            self._tally.breaks("former_host_heard", 1, f"client: {state} in epoch {self.room.epoch}")


class Game:
    """A room of clients at play."""

    def __init__(self, url: str, members: int, tally: Tally, chance: random.Random) -> None:
        self.tally = tally
        self.chance = chance
        self.seats: list[Seat] = []
        self._ledger = Ledger()
        self._url = url
        self._members = members
        self._playing: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Seat everybody and begin to play."""
        first = await self._client()
        self._sit(first, await first.create(title="Drill of the client", private=True, max_players=SEATS))
        for _ in range(self._members - 1):
            await self.come(await self._client())
        self._playing = asyncio.create_task(self._play())

    async def come(self, client: Client) -> None:
        """Let a client take a seat."""
        self._sit(client, await client.join(self.seats[0].room.id))

    @property
    def host(self) -> Seat | None:
        """Who has the game and plays it."""
        return next((seat for seat in self.seats if seat.role.active and seat.room.is_host), None)

    async def exit(self, kind: str) -> bool:
        """Take the host away and bring somebody in its place; False if the room found no host."""
        host = await self._until(lambda: self.host)
        if host is None:
            self.tally.breaks("no_host", 1, f"client: before it {kind}")
            return False
        epoch, others = host.room.epoch, [seat for seat in self.seats if seat is not host]
        if kind != "hands over" and self.chance.random() < DROP_CHANCE:
            self.chance.choice(others).client.drop()
        self.tally.done[f"hosts of the client: {kind}"] += 1
        match kind:
            case "drops":
                host.client.drop()
                return True
            case "hands over":
                with contextlib.suppress(GameError):  # away itself, it may be host no more when it is back
                    await host.room.transfer_host(self.chance.choice(others).client.id)
                return True
            case "leaves":
                await host.room.leave()
            case "closes":
                await host.client.close()
            case _:
                host.client.vanish()
        self.seats.remove(host)
        heir = await self._until(lambda: self.host if self.host and self.host.room.epoch > epoch else None)
        if heir is None:
            self.tally.breaks("no_host", 1, f"client: it {kind} in epoch {epoch}")
            return False
        await self.come(host.client if kind == "leaves" else await self._client())
        return True

    async def close(self) -> None:
        """Wait until the host has all that the server took, and let all go."""
        if self._playing is not None:
            self._playing.cancel()
            await asyncio.gather(self._playing, return_exceptions=True)
        wanted = {seat.name: seat.taken for seat in self.seats}

        def at_rest() -> bool | None:
            had = {} if self.host is None else self.host.had
            return None if any(had.get(name, 0) < count for name, count in wanted.items()) else True

        if await self._until(at_rest, SETTLE_SECONDS) is None:
            had = {} if self.host is None else self.host.had
            lost = sum(max(0, count - had.get(name, 0)) for name, count in wanted.items())
            self.tally.breaks("inputs_lost", lost or 1, f"client: taken {wanted}, had {had}")
        passed_over = self._ledger.missing - self._ledger.refused
        self.tally.breaks("inputs_lost", len(passed_over), f"client: passed over {sorted(passed_over)[:5]}")
        for seat in self.seats:
            await seat.client.close()

    def _sit(self, client: Client, room: Room) -> None:
        self.seats.append(Seat(client, room, self.tally, self._ledger))

    async def _client(self) -> Client:
        client = Client(self._url, measure_clock=False, chance=random.Random(self.chance.random()))
        return await client.connect()

    async def _play(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS * self.chance.uniform(0.5, 1.5))
            for seat in self.seats:
                if not seat.room.closed:
                    seat.say(self.chance.choice(("input", "input", "broadcast")))

    async def _until(self, found: Callable[[], Any], seconds: float = EXIT_SECONDS) -> Any:
        """Return what is found once it is, None if it is not in this time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while (answer := found()) is None:  # noqa: ASYNC110 what is looked for says no word
                    await asyncio.sleep(0.01)
                return answer
        return None


async def play(
    url: str, tally: Tally, *, exits: int, rooms: int, members: int, progress: Callable[[int], None]
) -> None:
    """Take so many hosts away from games of the client, in so many rooms at a time."""
    left = iter(range(exits))
    done = 0

    async def one_room(number: int) -> None:
        nonlocal done
        game = Game(url, members, tally, random.Random(f"{tally.seed} game {number}"))
        await game.open()
        for _ in left:
            await asyncio.sleep(game.chance.uniform(*PLAY_SECONDS))
            (kind,) = game.chance.choices(list(EXITS), list(EXITS.values()))
            if not await game.exit(kind):
                break
            done += 1
            progress(done)
        await game.close()

    await asyncio.gather(*(one_room(number) for number in range(rooms)))
