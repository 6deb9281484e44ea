"""Kill a process that writes, again and again at random moments, and count what was lost.

python -m tests.drills.storage_kill --kills 200 --seed 1
"""

from __future__ import annotations

import argparse
import itertools
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.drills.storage_writer import number_of

CLIENTS = 50
MOST_ACKNOWLEDGED = 20_000
STARTUP_SECONDS = 0.5


@dataclass(slots=True)
class Toll:
    """What many kills cost."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0  # acknowledged, and not there afterwards
    in_part: int = 0  # calls of which some records were there and some not
    never_asked: int = 0  # records that no call had stored yet
    damaged: int = 0  # files that integrity_check finds wrong


def drill(directory: Path, kills: int, seed: int) -> Toll:
    """Kill the writer so often, one file all along, and look at a copy of the file each time."""
    chance = random.Random(seed)
    path = directory / "rooms.db"
    toll = Toll()
    acknowledged = {f"client{index}": 0 for index in range(CLIENTS)}
    for _ in range(kills):
        told = _one_life(path, chance)
        toll.kills += 1
        for line in told:
            client, number = line.split()
            toll.acknowledged += 1
            acknowledged[client] = int(number)
        _count(_copied(directory), acknowledged, toll)
    return toll


def _one_life(path: Path, chance: random.Random) -> list[str]:
    command = [sys.executable, "-m", "tests.drills.storage_writer", str(path), str(CLIENTS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        told: list[str] = []
        if chance.random() < 0.1:
            time.sleep(chance.uniform(0, STARTUP_SECONDS))  # it may not even have opened the file
        else:
            told += itertools.islice(writer.stdout, int(MOST_ACKNOWLEDGED ** chance.random()))
        writer.kill()
        told += writer.stdout.readlines()
    return told


def _copied(directory: Path) -> Path:
    # A copy, so that the next writer finds what the kill left and not what a check tidied up.
    copy = directory / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for file in ("rooms.db", "rooms.db-wal"):
        if (directory / file).exists():
            shutil.copy(directory / file, copy / file)
    return copy / "rooms.db"


def _count(path: Path, acknowledged: dict[str, int], toll: Toll) -> None:
    records: dict[tuple[str, str], bytes] = {}
    if path.exists() and path.stat().st_size:
        with closing(sqlite3.connect(path)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                toll.damaged += 1
                return
            if connection.execute("PRAGMA user_version").fetchone() != (0,):
                for kind, key, value in connection.execute("SELECT kind, key, value FROM records"):
                    records[kind, key] = value
    for client, number in acknowledged.items():
        found = number_of(records, client)
        if found is None:
            toll.in_part += 1
        elif found < number:
            toll.lost += 1
        elif found > number + 1:  # each client asks for one number at a time
            toll.never_asked += 1
        else:
            acknowledged[client] = found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200, help="how often [200]")
    parser.add_argument("--seed", type=int, default=1, help="of the moments [1]")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="storage-kill-") as directory:
        toll = drill(Path(directory), options.kills, options.seed)
    print(f"seed {options.seed}: {toll}")
    if toll.lost or toll.in_part or toll.never_asked or toll.damaged:
        sys.exit(1)


if __name__ == "__main__":
    main()
