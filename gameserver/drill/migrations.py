"""Take the host away from rooms in play, in every way a host goes."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable

from gameserver.drill.player import Player
from gameserver.drill.rooms import Table, TestRoom
from gameserver.drill.tally import Tally

MIGRATION_SECONDS = 60.0  # until which some host must be ready
PLAY_SECONDS = (0.1, 0.6)  # between two exits
KINDS = {
    "leave": 3,
    "transfer": 3,
    "disconnect": 2,
    "page left": 2,
    "killed": 4,
    "killed, then the next": 2,
    "frozen": 2,
    "never ready": 1,
    "killed, returns at once": 2,
}
"""How a host goes, and how often in relation to the others."""


async def migrate(
    table: Table,
    tally: Tally,
    *,
    migrations: int,
    rooms: int,
    progress: Callable[[int], None],
    kinds: dict[str, int] = KINDS,
) -> None:
    """Carry out so many migrations, in so many rooms at a time."""
    left = iter(range(migrations))
    done = 0

    async def one_room(number: int) -> None:
        nonlocal done
        chance = random.Random(f"{tally.seed} {number}")
        room = TestRoom(table, tally, chance)
        await room.open()
        names = list(kinds)
        for _ in left:
            await asyncio.sleep(chance.uniform(*PLAY_SECONDS))
            (kind,) = chance.choices(names, [kinds[name] for name in names])
            if not await _exit(room, kind):
                break
            done += 1
            progress(done)
        await room.close()

    await asyncio.gather(*(one_room(number) for number in range(rooms)))


async def _exit(room: TestRoom, kind: str) -> bool:
    """Take the host away and wait for the room to rest again; False if it found no host."""
    host = room.host
    if host is None:
        room.tally.breaks("no_host", 1, f"before {kind}")
        return False
    began, epoch = time.perf_counter(), host.epoch
    back = await _go(room, host, kind)
    if kind == "killed, returns at once":
        return await _returned(room, host, epoch)
    heir = await room.reign_after(epoch, MIGRATION_SECONDS)
    if heir is None:
        room.tally.breaks("no_host", 1, f"{kind} in epoch {epoch}")
        return False
    room.tally.without_host_ms[kind].append((time.perf_counter() - began) * 1000)
    room.tally.done[f"migrations: {kind}"] += 1
    for player in back:
        player.answers = True
        if player.connected:  # it stayed, or left the room only
            if player.room != room.id:
                await room.seat(player)
        else:
            await room.bring_back(player)
    await room.rest()
    return True


async def _go(room: TestRoom, host: Player, kind: str) -> list[Player]:
    """Let the host go, and return who has to come back afterwards."""
    others = [player for player in room.players if player is not host]
    match kind:
        case "leave":
            await host.ask("leave")
            host.room, host.ready = "", False
            return [host]
        case "transfer":
            await host.ask("transfer_host", room.chance.choice(others).id)
            return []
        case "disconnect":
            host.ready = False
            host.disconnect()
        case "page left":
            host.leave_page()
        case "frozen":
            host.freeze()
        case "killed, then the next":
            for player in others:
                player.die_as_host = True
            host.kill()
            return [host, *await _first_to_die(room, others)]
        case "never ready":
            for player in others:
                player.answers = player is others[-1]
            host.kill()
            return [host, *others]
        case _:
            host.kill()
    return [host]


async def _first_to_die(room: TestRoom, heirs: list[Player]) -> list[Player]:
    """Wait until one that was given the game has died of it, and spare the others."""
    await room.until(lambda: any(not heir.die_as_host for heir in heirs), MIGRATION_SECONDS)
    for heir in heirs:
        heir.die_as_host = False
    return [heir for heir in heirs if not heir.connected]


async def _returned(room: TestRoom, host: Player, epoch: int) -> bool:
    """A host that comes back within its grace goes on as if nothing had happened."""
    await asyncio.sleep(room.chance.uniform(0, 0.02))
    await room.bring_back(host)
    await room.rest()
    kept = host.ready and host.epoch == epoch
    room.tally.done["hosts that came back in time and kept their role" if kept else "... and did not"] += 1
    return True
