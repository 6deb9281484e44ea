"""Describe where and what was measured."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from bench.contenders import NODE, ROOT
from gameserver import compiled


def _said(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return "none"
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT).stdout.strip()


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory_gib() -> int:
    total = next(
        line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal")
    )
    return round(int(total.split()[1]) / 1024 / 1024)


def commit() -> str:
    """Return the commit that is measured, marked if files differ from it."""
    short = _said("git", "rev-parse", "--short", "HEAD")
    changed = _said("git", "status", "--porcelain", "--untracked-files=no")
    return f"{short} with changes" if changed else short


def node_versions() -> dict[str, str]:
    """Return the versions of Node's packages, from its lock."""
    packages = json.loads((NODE / "package-lock.json").read_text())["packages"]
    wanted = ("socket.io", "socket.io-msgpack-parser", "ws")
    return {name: packages[f"node_modules/{name}"]["version"] for name in wanted}


@dataclass(frozen=True, slots=True)
class Busy:
    """CPU time spent so far: by the whole machine, by our children that have ended, and by one that lives."""

    at: float
    all_s: float
    ended_s: float
    server_s: float

    def others_share(self, later: Busy) -> float:
        """Return the share of all cores' time that others have taken since; stolen time counts as theirs."""
        elapsed = (later.at - self.at) * (os.cpu_count() or 1)
        ours = later.ended_s - self.ended_s + later.server_s - self.server_s
        return max(0.0, (later.all_s - self.all_s - ours) / elapsed)


def busy(server: int) -> Busy:
    """Read the counters; `server` is the process that lives."""
    tick = os.sysconf("SC_CLK_TCK")
    user, nice, system, _idle, _wait, irq, soft_irq, steal = map(
        int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    )
    fields = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()
    return Busy(
        at=time.monotonic(),
        all_s=(user + nice + system + irq + soft_irq + steal) / tick,
        ended_s=os.times().children_user + os.times().children_system,
        server_s=(int(fields[11]) + int(fields[12])) / tick,
    )


def describe() -> dict[str, str]:
    """Return what a reader needs to compare these figures with others."""
    node = ", ".join(f"{name} {number}" for name, number in node_versions().items())
    python = ", ".join(
        f"{name} {version(name)}"
        for name in ("uvloop", "tornado", "python-socketio", "python-engineio", "msgpack")
    )
    form = f"compiled by mypyc {version('mypy')}" if compiled.in_use() else "not compiled"
    return {
        "machine": f"{_cpu()}, {os.cpu_count()} cores, {_memory_gib()} GiB, Linux {platform.release()}",
        "python": f"Python {platform.python_version()}, {python}; this server's busiest modules {form}",
        "node": f"Node {_said('node', '--version').lstrip('v')}, {node}",
        "load": f"load average {os.getloadavg()[0]:.1f} before the start",
        "commit": commit(),
    }
