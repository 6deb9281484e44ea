"""Measure how long the garbage collector stops the server, under several policies, and print a table.

Of the connections 200 play (a host and seven others per room, at 20 Hz each way), all others sit in rooms
in which one message a second is sent; after them 800 come and go at once. The pauses are read from the
server's own /metrics; here they are in CPU time, so that others on the same machine don't count.
"""

from __future__ import annotations

import argparse
import sys
import time
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families

from bench import generator, machine
from bench.contenders import Contender, cores, started
from bench.ours import LIMITS
from gameserver import collecting
from gameserver.collecting import Policy
from gameserver.metrics import observation
from gameserver.metrics.process import CollectorPauses

SIZES = (400, 2000)
POLICIES: dict[str, Policy] = {
    "Python's own": Policy(700, 10, 10, freeze=False),
    "frozen": Policy(700, 10, 10),
    "frozen, 5,000": Policy(5_000, 10, 10),
    "the server's": collecting.POLICY,
    "frozen, 50,000": Policy(50_000, 10, 10),
}
ROOM_SIZE = 8
PLAYER_HZ = 20
BUSY_ROOMS = 25
CROWD_ROOMS = 100


@dataclass(frozen=True, slots=True)
class Pauses:
    """All runs of one generation."""

    runs: float
    seconds: float
    longest_below: float  # upper bound of the highest bucket that is not empty, in seconds


def pauses(families: Iterable[Metric]) -> dict[str, Pauses]:
    """Return the pauses by generation."""
    (family,) = (each for each in families if each.name == "gameserver_collector_pause_seconds")
    found = {}
    for generation in ("0", "1", "2"):
        samples = [each for each in family.samples if each.labels["generation"] == generation]
        (runs,) = (each.value for each in samples if each.name.endswith("_count"))
        (seconds,) = (each.value for each in samples if each.name.endswith("_sum"))
        bounds = [float(each.labels["le"]) for each in samples if "le" in each.labels and each.value < runs]
        buckets = sorted(float(each.labels["le"]) for each in samples if "le" in each.labels)
        longest = next((bound for bound in buckets if bound > max(bounds, default=-1.0)), 0.0)
        found[generation] = Pauses(runs, seconds, longest if runs else 0.0)
    return found


def read(port: int) -> list[Metric]:
    """Return the server's metrics."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return list(text_string_to_metric_families(answer.read().decode()))


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of a server came to."""

    load: generator.Measurement
    pauses: dict[str, Pauses]
    resident_mib: float


def measure(policy: Policy, connections: int, seconds: float) -> Run:
    """Run a server under this policy with so many connections."""
    words = [str(number) for number in (policy.young, policy.middle, policy.old, int(policy.freeze))]
    command = [sys.executable, "-m", "bench.pauses", "serve", *words]
    contender = Contender("ours", "this server", lambda port: [*command, str(port)])
    server_core, load_core = cores()
    quiet_rooms = connections // ROOM_SIZE - BUSY_ROOMS
    pace: dict[str, float] = {"room_size": ROOM_SIZE, "seconds": seconds, "warm": 2, "payload": 64}
    quiet = {**pace, "rooms": quiet_rooms, "rate": quiet_rooms}
    busy = {**pace, "rooms": BUSY_ROOMS, "rate": BUSY_ROOMS * ROOM_SIZE * PLAYER_HZ}
    with started(contender, server_core) as server:
        before = pauses(read(server.port))
        beside = generator.begin("fanout", quiet, port=server.port, pid=server.pid, core=load_core)
        load = generator.run("star", busy, port=server.port, pid=server.pid, core=load_core)
        generator.finish(beside)
        crowd = {"room_size": ROOM_SIZE, "rooms": CROWD_ROOMS}
        generator.run("storm", crowd, port=server.port, pid=server.pid, core=load_core)
        families = read(server.port)
        resident = next(
            each.value
            for family in families
            for each in family.samples
            if each.name == "process_resident_memory_bytes"
        )
        after = {
            name: Pauses(
                each.runs - before[name].runs, each.seconds - before[name].seconds, each.longest_below
            )
            for name, each in pauses(families).items()
        }
        return Run(load, after, resident / 2**20)


def serve(words: list[str]) -> int:
    """Start the server itself, under a policy that is given as numbers before the port."""
    young, middle, old, freeze, port = (int(word) for word in words)
    collecting.POLICY = Policy(young, middle, old, freeze=bool(freeze))
    flags = [word for name, value in LIMITS.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    vars(observation)["CollectorPauses"] = partial(CollectorPauses, time.thread_time)
    sys.argv = ["run_server.py", "--port", str(port), "--storage", "memory", "--log-level", "error", *flags]
    from run_server import main as run  # only the child is a server

    return run()


def main() -> int:
    """Print one row per policy and number of connections."""
    if sys.argv[1:2] == ["serve"]:
        return serve(sys.argv[2:])
    parser = argparse.ArgumentParser(prog="python -m bench.pauses", description=__doc__)
    parser.add_argument("--seconds", type=float, default=15.0, help="of each run")
    arguments = parser.parse_args()
    generator.build()
    for name, value in machine.describe().items():
        print(f"{name}: {value}")
    print("| connections | policy | runs 0/1/2 | stopped, ms | longest below, ms | p99/p99.9/max, ms | MiB |")
    print("|---|---|---|---|---|---|---|")
    for connections in SIZES:
        for name, policy in POLICIES.items():
            run = measure(policy, connections, arguments.seconds)
            latency = run.load.latency
            runs = " / ".join(f"{each.runs:.0f}" for each in run.pauses.values())
            stopped = sum(each.seconds for each in run.pauses.values()) * 1000
            longest = max(each.longest_below if each.runs else 0.0 for each in run.pauses.values()) * 1000
            times = " / ".join(f"{us / 1000:.1f}" for us in (latency.p99_us, latency.p999_us, latency.max_us))
            print(
                f"| {connections} | {name}: {policy.young}, {policy.middle}, {policy.old} | {runs} "
                f"| {stopped:.1f} | {longest:g} | {times} | {run.resident_mib:.0f} |",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
