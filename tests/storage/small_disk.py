"""A process that may not make a file larger than so many bytes until it met that bound.

It stores records until one cannot be committed, then lifts the bound, waits for the recovery, and
prints which faults it saw and how many records it stored: `python -m tests.storage.small_disk FILE BYTES`.
"""

from __future__ import annotations

import asyncio
import resource
import sys
from pathlib import Path

from gameserver.storage.sqlite import SqliteStorage
from tests.storage.stage import PACE, Listener, durable, put


async def fill(path: Path, most_bytes: int) -> None:
    listener = Listener()
    storage = SqliteStorage(asyncio.get_running_loop(), path, observer=listener, pace=PACE)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, hard))
    count = 0
    while storage.degraded is None:
        await durable(storage, put(f"r{count}", "x" * 1000))
        count += 1
    await durable(storage, put(f"r{count}", "stored while degraded"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    await listener.recovered()
    recovered = await durable(storage, put(f"r{count + 1}", "stored afterwards"))
    closed = await storage.close()
    print(",".join(listener.faults), count + 2, recovered and closed)


if __name__ == "__main__":
    asyncio.run(fill(Path(sys.argv[1]), int(sys.argv[2])))
