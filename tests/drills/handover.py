"""Measure from a host's goodbye to the moment its successor holds the game: 8 members, a snapshot of 1 MiB.

The clock stops when the successor has read and decoded all of `become_host`: the server's part is less.

python -m tests.drills.handover --times 200
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from gameserver.drill.bot import Bot
from gameserver.drill.tally import percentile
from tests.support.patience import PATIENCE_SECONDS
from tests.support.server_process import ServerProcess

MEMBERS = 8
SNAPSHOT_BYTES = 1024 * 1024 - 256
TARGET_MS = 20.0


class Heir(Bot):
    """Notes when it was given the game, and says at once that it is ready."""

    given: asyncio.Future[tuple[float, int]]  # when, and how many bytes

    def heard(self, event: str, args: list[Any]) -> None:
        if event == "become_host":
            self.given.set_result((time.perf_counter(), len(args[0]["snapshot"])))
            self.emit("host_ready", {"epoch": args[0]["epoch"]})


async def measure(url: str, times: int) -> dict[str, list[float]]:
    """Return the milliseconds of so many hand-overs, by the way in which the host went."""
    found: dict[str, list[float]] = {"DISCONNECT": [], "close 1001": []}
    members = [Heir(url) for _ in range(MEMBERS)]
    for member in members:
        await member.connect()
    room = (await members[0].ask("create", {"title": "Hand-over"}))["id"]
    assert (await members[0].ask("snapshot", bytes(SNAPSHOT_BYTES), {"covers": 0}))["ok"]
    for member in members[1:]:
        assert (await member.ask("join", {"id": room}))["ok"]
    host = members[0]
    for number in range(times):
        way = ("DISCONNECT", "close 1001")[number % 2]
        given = asyncio.get_running_loop().create_future()
        for member in members:
            member.given = given
        await asyncio.sleep(0.02)
        began = time.perf_counter()
        if way == "DISCONNECT":
            host.disconnect()
        else:
            host.leave_page()
        at, size = await asyncio.wait_for(given, PATIENCE_SECONDS)
        assert size == SNAPSHOT_BYTES
        found[way].append((at - began) * 1000)
        await host.connect()
        joined = await host.ask("join", {"id": room})
        host = next(member for member in members if member.id == joined["host"])
    for member in members:
        member.disconnect()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=200, help="how often [200]")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="handover-") as directory:
        server = ServerProcess(Path(directory), "--requests-per-second", "1000", patient=False).start()
        found = asyncio.run(measure(server.url, options.times))
        server.stop()
    worst = 0.0
    for way, taken in found.items():
        worst = max(worst, percentile(taken, 0.99))
        print(
            f"{way} to become_host, {MEMBERS} members, 1 MiB, {len(taken)} times: p50 "
            f"{percentile(taken, 0.5):.1f} ms, p99 {percentile(taken, 0.99):.1f} ms, most {max(taken):.1f} ms"
        )
    print(f"target: p99 under {TARGET_MS:g} ms: {'reached' if worst < TARGET_MS else 'NOT REACHED'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
