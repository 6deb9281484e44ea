"""Kill the whole server amid traffic, again and again, and look whether what it acknowledged is still so.

python -m tests.drills.server_kill --kills 200 --seed 1
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.drills.witness import Witness
from tests.support.server_process import ServerProcess

PAIRS = 6
PLAY_SECONDS = 0.5  # at most, before the kill
EARLY_SHARE = 0.15  # of the kills come while the players are coming back


@dataclass(slots=True)
class Toll:
    """What many kills cost."""

    kills: int = 0
    early: int = 0  # while players were coming back
    acknowledged: int = 0
    looked_at: int = 0  # players whose state was compared after a restart
    lost: list[str] = field(default_factory=list)  # what was acknowledged and was not so afterwards
    damaged: int = 0  # files that integrity_check finds wrong


async def drill(directory: Path, kills: int, seed: int, progress: Callable[[int], None]) -> Toll:
    """Kill the server so often, one file all along."""
    chance = random.Random(seed)
    toll = Toll()
    database = directory / "rooms.db"
    server = _server(directory, database, 0, "0")
    await asyncio.to_thread(server.start)
    port = str(server.port)
    pairs = [(Witness(server.url, chance), Witness(server.url, chance)) for _ in range(PAIRS)]
    everybody = [player for pair in pairs for player in pair]
    for number in range(1, kills + 1):
        if chance.random() < EARLY_SHARE:
            toll.early += 1
            coming = [asyncio.create_task(player.look()) for player in everybody]
            await asyncio.sleep(chance.uniform(0, 0.05))
            await _kill(server, everybody)
            for found in await asyncio.gather(*coming, return_exceptions=True):
                if isinstance(found, list):
                    toll.lost += found
        else:
            for found in await asyncio.gather(*(player.look() for player in everybody)):
                toll.lost += found
                toll.looked_at += 1
            playing = [asyncio.create_task(_play(player, None)) for player, _ in pairs]
            playing += [asyncio.create_task(_play(guest, player)) for player, guest in pairs]
            await asyncio.sleep(chance.uniform(0.05, PLAY_SECONDS))
            await _kill(server, everybody)
            await asyncio.gather(*playing)
        toll.kills += 1
        toll.damaged += not _is_whole(database, directory / "copy")
        progress(number)
        server = _server(directory, database, number, port)
        await asyncio.to_thread(server.start)
    for player in everybody:
        toll.lost += await player.look()
        toll.looked_at += 1
        toll.acknowledged += player.count
        player.disconnect()
    server.stop()
    return toll


async def _play(player: Witness, friend: Witness | None) -> None:
    with contextlib.suppress(ConnectionError):
        while player.connected:
            await player.change(friend)
            await asyncio.sleep(0.001)


async def _kill(server: ServerProcess, players: list[Witness]) -> None:
    await asyncio.to_thread(server.kill)
    for player in players:
        player.kill()


def _server(directory: Path, database: Path, number: int, port: str) -> ServerProcess:
    life = directory / f"life{number}"
    life.mkdir()
    if number:
        shutil.rmtree(directory / f"life{number - 1}")
    plenty = ("--requests-per-second", "100000", "--requests-burst", "100000", "--log-level", "info")
    return ServerProcess(life, "--database", str(database), "--port", port, *plenty)


def _is_whole(database: Path, copy: Path) -> bool:
    # A copy, so that the next start finds what the kill left and not what a check tidied up.
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for suffix in ("", "-wal"):
        file = database.with_name(database.name + suffix)
        if file.exists():
            shutil.copy(file, copy / file.name)
    with contextlib.closing(sqlite3.connect(copy / database.name)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200, help="how often [200]")
    parser.add_argument("--seed", type=int, default=1, help="of the moments [1]")
    options = parser.parse_args()

    def show(number: int) -> None:
        if number % max(1, options.kills // 10) == 0:
            print(f"kills: {number} of {options.kills}", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory(prefix="server-kill-") as directory:
        toll = asyncio.run(drill(Path(directory), options.kills, options.seed, show))
    print(
        f"seed {options.seed}: {toll.kills} kills, {toll.early} of them while players came back; "
        f"{toll.acknowledged} changes acknowledged, {toll.looked_at} players looked at; "
        f"lost: {len(toll.lost)}; files damaged: {toll.damaged}"
    )
    for line in toll.lost[:20]:
        print(f"  ! {line}")
    return 1 if toll.lost or toll.damaged else 0


if __name__ == "__main__":
    sys.exit(main())
