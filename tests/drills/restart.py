"""Measure how long a server with many stored rooms takes from its start until it lets players in.

python -m tests.drills.restart --rooms 10000
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from gameserver.core.commands import Connected, CreateRoom, JoinRoom
from gameserver.core.limits import Limits
from gameserver.core.registry import Registry
from gameserver.core.values import PlayerId
from gameserver.drill.bot import Bot
from gameserver.parts import RandomIds
from gameserver.ports import KeptSnapshot
from gameserver.protocol.auth import digest
from gameserver.storage.sqlite import SqliteStorage
from gameserver.storage.vault import Vault
from latency.view import Cache
from tests.support.server_process import ServerProcess

SNAPSHOT_BYTES = 2048
TARGET_SECONDS = 3.0


async def fill(database: Path, rooms: int) -> None:
    """Store so many rooms as a server would, each with two members that may come back and a snapshot."""
    storage = SqliteStorage(asyncio.get_running_loop(), database)
    vault = Vault(storage)
    registry = Registry(limits=Limits(max_rooms=rooms), tracks={}, ids=RandomIds(), pings=Cache())
    now = time.time()
    for number in range(rooms):
        host, guest = PlayerId(f"player{number}a"), PlayerId(f"player{number}b")
        for player in (host, guest):
            registry.handle(now, player, Connected(None, pid=digest(f"pid {player}")))
        registry.handle(now, host, CreateRoom(title=f"Room {number}"))
        room = registry.players[host].room
        assert room is not None
        registry.handle(now, guest, JoinRoom(room))
        vault.save(registry.changes(), None)
        snapshot = KeptSnapshot(1, now, 0, 0, "msgpack", b"\xc5\x08\x00" + bytes(SNAPSHOT_BYTES))
        vault.save_snapshot(room, snapshot, lambda durable: None)
        await asyncio.sleep(0)
    assert await storage.close()


async def come_back(url: str, number: int) -> str:
    """Return the id of the player that comes back to one of the rooms."""
    bot = Bot(url)
    bot.pid = f"pid player{number}a"
    await bot.connect()
    bot.kill()
    return bot.id


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rooms", type=int, default=10_000, help="how many [10000]")
    parser.add_argument("--times", type=int, default=5, help="how often [5]")
    options = parser.parse_args()
    taken = []
    with tempfile.TemporaryDirectory(prefix="restart-") as directory:
        database = Path(directory) / "rooms.db"
        asyncio.run(fill(database, options.rooms))
        size = database.stat().st_size / 1e6
        for number in range(options.times):
            life = Path(directory) / f"life{number}"
            life.mkdir()
            server = ServerProcess(life, "--database", str(database), patient=False)
            began = time.perf_counter()
            server.start()
            player = asyncio.run(come_back(server.url, number))
            taken.append(time.perf_counter() - began)
            (opened,) = server.lines("storage.opened")
            assert opened["rooms"] == options.rooms, opened
            assert player == f"player{number}a", player
            server.kill()
    shown = ", ".join(f"{seconds:.2f}" for seconds in taken)
    print(f"{options.rooms} rooms, {size:.0f} MB: from start until a player is back in its seat: {shown} s")
    reached = max(taken) < TARGET_SECONDS
    print(f"target: under {TARGET_SECONDS:g} s: {'reached' if reached else 'NOT REACHED'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
