"""Compare answered requests per second with durable storage to those with memory storage.

Many clients in one process each work for a while on the loop, as a request does, store a room and a
player, and begin again when told that both are committed. Rounds of both storages alternate, so that
whatever else the machine does befalls both; what counts is the ratio within each pair.

    python -m bench.storage_bench --work 100 --load 0.5
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gameserver.ports import Commit, Degradation, Put, Recovery, Storage
from gameserver.storage.memory import MemoryStorage
from gameserver.storage.sqlite import SqliteStorage

ROOM_BYTES = 1024
PLAYER_BYTES = 200
LOAD_SLICE_SECONDS = 0.001


@dataclass(frozen=True, slots=True)
class Options:
    """What a round does."""

    clients: int
    seconds: float
    work_us: float  # of the loop's time per request
    load: float  # share of the loop's time that relaying takes


@dataclass(slots=True)
class Round:
    """What came of it."""

    answered: int = 0
    seconds: float = 0.0
    commits: int = 0
    waits: list[float] | None = None

    def storage_degraded(self, degradation: Degradation) -> None:
        raise RuntimeError(degradation.detail)

    def storage_recovered(self, recovery: Recovery) -> None:
        raise AssertionError("never degraded")

    def storage_committed(self, commit: Commit) -> None:
        self.commits += 1

    @property
    def per_second(self) -> float:
        return self.answered / self.seconds


def spin(seconds: float) -> None:
    """Hold the loop for so long."""
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        pass


async def client(storage: Storage, name: str, options: Options, until: float, waits: list[float]) -> None:
    loop = asyncio.get_running_loop()
    for number in itertools.count():
        if time.perf_counter() >= until:
            return
        began = time.perf_counter()
        spin(options.work_us / 1e6)
        body = number.to_bytes(8, "big")
        told: asyncio.Future[bool] = loop.create_future()
        storage.apply(
            [
                Put("room", name, body + bytes(ROOM_BYTES - 8)),
                Put("player", name, body + bytes(PLAYER_BYTES - 8)),
            ],
            told.set_result,
        )
        if not await told:
            raise RuntimeError("not durable")
        waits.append(time.perf_counter() - began)


async def relay(load: float) -> None:
    """Take a share of the loop's time in short slices, as relayed messages do."""
    while True:
        spin(LOAD_SLICE_SECONDS * load)
        await asyncio.sleep(LOAD_SLICE_SECONDS * (1 - load))


async def measure(open_storage: Callable[[Round], Storage], options: Options) -> Round:
    waits: list[float] = []
    result = Round(waits=waits)
    storage = open_storage(result)
    background = asyncio.create_task(relay(options.load)) if options.load else None
    began = time.perf_counter()
    until = began + options.seconds
    await asyncio.gather(
        *(client(storage, f"c{index}", options, until, waits) for index in range(options.clients))
    )
    result.seconds = time.perf_counter() - began
    result.answered = len(waits)
    if background is not None:
        background.cancel()
    await storage.close()
    return result


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def told(name: str, result: Round) -> None:
    waits = result.waits or [0.0]
    per_commit = result.answered / max(1, result.commits)
    p50, p99 = percentile(waits, 0.5) * 1e3, percentile(waits, 0.99) * 1e3
    print(
        f"  {name:7} {result.per_second:8,.0f} answered/s, {per_commit:5.1f} per commit, "
        f"wait p50 {p50:.1f} ms, p99 {p99:.1f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=5, help="rounds of both [5]")
    parser.add_argument("--seconds", type=float, default=2.0, help="per round [2]")
    parser.add_argument("--clients", type=int, default=100, help="[100]")
    parser.add_argument(
        "--work", type=float, default=100.0, help="microseconds per request on the loop [100]"
    )
    parser.add_argument(
        "--load", type=float, default=0.0, help="share of the loop that relaying takes, 0 to 0.9 [0]"
    )
    parser.add_argument("--uvloop", action="store_true", help="run on uvloop")
    given = parser.parse_args()
    options = Options(given.clients, given.seconds, given.work, given.load)
    if given.uvloop:
        import uvloop

        run: Callable[..., Round] = uvloop.run
    else:
        run = asyncio.run

    def memory(round_: Round) -> Storage:
        return MemoryStorage(asyncio.get_running_loop(), observer=round_)

    ratios = []
    with tempfile.TemporaryDirectory(prefix="storage-bench-") as directory:
        path = Path(directory) / "rooms.db"

        def durable(round_: Round) -> Storage:
            return SqliteStorage(asyncio.get_running_loop(), path, observer=round_)

        print(f"{os.cpu_count()} cores; {options}")
        for pair in range(given.pairs):
            kinds = [("memory", memory), ("sqlite", durable)]
            results = {}
            for name, opened in kinds if pair % 2 else kinds[::-1]:
                results[name] = run(measure(opened, options))
                told(name, results[name])
            ratios.append(results["sqlite"].per_second / results["memory"].per_second)
    median = statistics.median(ratios)
    print(f"sqlite / memory: median {median:.3f}, from {min(ratios):.3f} to {max(ratios):.3f}")


if __name__ == "__main__":
    main()
