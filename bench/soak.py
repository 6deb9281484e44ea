"""Let rooms play while others come, misbehave and go, and see whether the server grows.

python -m bench.soak [--minutes 30]
"""

from __future__ import annotations

import argparse
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench import generator, rude
from bench.contenders import Contender, Server, free_port, started
from bench.driver import faultless
from bench.generator import Measurement
from bench.growth import REMEMBERED, Sample, grown
from bench.memory import resident_kib

ROOMS_THAT_STAY = 3
ROOM_SIZE = 8
PLAYER_HZ = 20
SETTLE_SECONDS = 10.0
LONG_MINUTES = 5.0  # from here on the first minute lies among the samples that don't count


@dataclass(frozen=True, slots=True)
class Soaked:
    """The samples of all cycles, and how those fared who played all the while."""

    samples: list[Sample]
    stayed: Measurement


def _door(port: int) -> dict[str, int]:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire, wire.makefile("rb") as stream:
        told: dict[str, int] = json.loads(stream.read())
        return told


def _held_by(pid: int) -> dict[str, int]:
    process = Path("/proc") / str(pid)
    return {
        "rss_kib": resident_kib(pid),
        "files": len(list(process.joinpath("fd").iterdir())),
        "threads": len(list(process.joinpath("task").iterdir())),
    }


def _sample(server: Server, door: int) -> Sample:
    """Wait until only those are left who stay, at most SETTLE_SECONDS, and look."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        held = _door(door)
        settled = held["rooms"] == ROOMS_THAT_STAY and held["players"] == ROOMS_THAT_STAY * ROOM_SIZE
        if settled or time.monotonic() > deadline:
            return msgspec.convert({**held, **_held_by(server.pid)}, Sample)
        time.sleep(0.2)


def _cycle(server: Server, busy_seconds: float) -> None:
    """Newcomers, a busy time, a busy time with readers that stall, and rude visitors."""
    brief = {"warm": 0.1, "seconds": busy_seconds}
    address = {"port": server.port, "pid": server.pid}
    faultless(generator.run("storm", {"rooms": 10, "in_flight": 20}, **address))
    faultless(generator.run("fanout", {"rooms": 5, "rate": 500, **brief}, **address))
    faultless(generator.run("fanout", {"rooms": 5, "rate": 500, "stalled": 5, **brief}, **address))
    rude.visit(server.port, times=3)


def soak(seconds: float, told: Callable[[Sample], None], busy_seconds: float = 1.0) -> Soaked:
    """Churn for this long; `told` gets each sample as it is taken.

    Raise GeneratorError or ServerError if anybody who behaves is harmed.
    """
    door = free_port()
    contender = Contender(
        "soaked", "this server", lambda port: [sys.executable, "-m", "bench.soaked", str(port), str(door)]
    )
    with started(contender) as server:
        rate = ROOMS_THAT_STAY * ROOM_SIZE * PLAYER_HZ
        playing = {"rooms": ROOMS_THAT_STAY, "rate": rate, "warm": 0.5, "seconds": seconds}
        staying = generator.begin("star", playing, port=server.port, pid=server.pid)
        samples = list(_samples(server, door, staying, seconds - 1, busy_seconds, told))
        stayed = faultless(generator.finish(staying, longest_seconds=seconds + 60))
    return Soaked(samples, stayed)


def _samples(
    server: Server,
    door: int,
    staying: subprocess.Popen[bytes],
    seconds: float,
    busy_seconds: float,
    told: Callable[[Sample], None],
) -> Iterator[Sample]:
    """Take a sample after each cycle, for so long, or until those who were to stay have been harmed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and staying.poll() is None:
        _cycle(server, busy_seconds)
        sample = _sample(server, door)
        told(sample)
        yield sample


def main() -> int:
    """Soak; return 0 if nothing grew."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    minutes: float = parser.parse_args().minutes
    if not 0 < minutes <= 59:
        parser.error("minutes: more than 0, 59 at most")
    generator.build()
    print("  ".join(f"{name:>8}" for name in Sample.__struct_fields__))

    def tell(sample: Sample) -> None:
        print("  ".join(f"{value:8}" for value in msgspec.structs.astuple(sample)), flush=True)

    soaked = soak(minutes * 60, tell)
    latency = soaked.stayed.latency
    print(f"to those who stayed: {latency.count} deliveries, p99 {latency.p99_us / 1000:.1f} ms, none lost")
    sentences = grown(soaked.samples, ignored=REMEMBERED if minutes < LONG_MINUTES else ())
    print("\n".join(sentences) or f"nothing grew in {len(soaked.samples)} cycles")
    return 1 if sentences else 0


if __name__ == "__main__":
    sys.exit(main())
