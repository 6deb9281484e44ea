"""Drop connections at random moments, three times in a row each, and see what comes back."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from gameserver.drill.player import Player
from gameserver.drill.rooms import SETTLE_SECONDS, Table, TestRoom
from gameserver.drill.tally import Tally

IN_A_ROW = 3
AWAY_SECONDS = 0.3  # at most
WAYS = ("killed", "page left", "not noticed yet", "killed while coming back", "before the first event")


async def recover(
    table: Table, tally: Tally, *, recoveries: int, rooms: int, progress: Callable[[int], None]
) -> None:
    """Drop so many members, three times in a row each, in so many rooms at a time."""
    left = iter(range(recoveries))
    done = 0

    async def one_room(number: int) -> None:
        nonlocal done
        chance = random.Random(f"{tally.seed} recovery {number}")
        room = TestRoom(table, tally, chance)
        await room.open()
        for _ in left:
            player = chance.choice(room.players[1:])  # the host's own return is a matter of migrations
            for _ in range(IN_A_ROW):
                await _drop(room, player, chance.choice(WAYS))
            done += 1
            progress(done)
        await room.rest()
        await room.close()

    await asyncio.gather(*(one_room(number) for number in range(rooms)))


async def _drop(room: TestRoom, player: Player, way: str) -> None:
    """Take one connection away and bring it back."""
    chance = room.chance
    for _ in range(chance.randrange(4)):  # so that some of what it says is on its way when it goes
        player.say(chance.choice(["input", "broadcast"]))
    if chance.random() < 0.5:
        await asyncio.sleep(chance.uniform(0, 0.2))
    if way == "before the first event":
        await player.ask("leave")
        player.disconnect()
        await player.connect()
        player.sit()
        player.emit("join", {"id": room.id})  # its answer is lost with the connection
        await asyncio.sleep(chance.uniform(0.0, 0.01))
    if way == "not noticed yet":
        player.freeze()
    elif way == "page left":
        player.leave_page()
    else:
        player.kill()
    await asyncio.sleep(chance.uniform(0, AWAY_SECONDS))
    id_, pid = player.id, player.pid
    if way == "killed while coming back":
        await _try_in_vain(player, chance)
    await player.connect()
    if (player.id, player.pid) == (id_, pid) and player.recovered:
        room.tally.done[f"recoveries: {way}"] += 1
    elif player.id == id_ and player.pid != pid:
        room.tally.done["recoveries with a gap, and told so"] += 1
    else:
        room.tally.breaks("recovered_wrongly", 1, f"{way}: {id_} came back as {player.id}")
        return
    if way == "before the first event" and not await _in_the_room(room, player):
        return
    player.say_again()
    await _caught_up(room, player, way)


async def _try_in_vain(player: Player, chance: random.Random) -> None:
    """Come back, and be lost again at some moment of it."""
    coming = asyncio.ensure_future(player.connect())
    await asyncio.sleep(chance.uniform(0, 0.01))
    player.kill()
    await asyncio.gather(coming, return_exceptions=True)
    player.kill()


async def _in_the_room(room: TestRoom, player: Player) -> bool:
    """Whether it is a member: its `join` may have been lost before it arrived."""
    joined = await player.ask("join", {"id": room.id})
    if not joined["ok"]:
        room.tally.breaks("recovered_wrongly", 1, f"{player.id} cannot join: {joined}")
    return bool(joined["ok"])


async def _caught_up(room: TestRoom, player: Player, way: str) -> None:
    """Wait until the player has heard all that the server took from the others until now."""
    wanted = {
        other.sitting: other.taken["event"]
        for other in room.players
        if other is not player and other.sitting in player.events
    }
    for _ in range(int(SETTLE_SECONDS / 0.05)):
        behind = {each: count for each, count in wanted.items() if player.events.get(each, count) < count}
        if not behind:
            room.tally.done["recoveries that missed nothing"] += 1
            return
        await asyncio.sleep(0.05)
    lost = sum(count - player.events.get(each, 0) for each, count in behind.items())
    room.tally.breaks("events_lost", lost, f"{way}: {player.id} never heard {behind}")
