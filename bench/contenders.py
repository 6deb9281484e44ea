"""The servers that are measured, and how each is started on a core of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.generator import RELAY

ROOT = Path(__file__).parent.parent
NODE = Path(__file__).parent / "servers" / "node"

START_SECONDS = 20.0
STOP_SECONDS = 10.0


class ServerError(Exception):
    """A server didn't start, or ended while it was measured; the message is the end of its log."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One kind of server."""

    name: str
    title: str
    command: Callable[[int], list[str]]  # for a port
    collects: bool = False  # SIGUSR2 makes it collect garbage
    limits: Mapping[str, object] = field(default_factory=dict)  # set above the offered load


@dataclass(frozen=True, slots=True)
class Server:
    """A contender that listens."""

    contender: Contender
    port: int
    process: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        """The process whose CPU and memory count."""
        return self.process.pid


NODE_SERVER = Contender(
    "node",
    "Node socket.io",
    lambda port: ["node", "--expose-gc", str(NODE / "server.js"), str(port)],
    collects=True,
)
STOCK = Contender(
    "stock",
    "python-socketio on Tornado",
    lambda port: [sys.executable, "-m", "bench.servers.stock_python", str(port)],
    collects=True,
)
CEILING = Contender("ceiling", "relay in C", lambda port: [str(RELAY), str(port)])


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def install_node() -> None:
    """Install what package-lock.json names, once."""
    if (NODE / "node_modules").is_dir():
        return
    if shutil.which("npm") is None:
        raise ServerError("npm is needed to measure beside Node")
    subprocess.run(["npm", "ci", "--loglevel=error"], cwd=NODE, check=True)


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:].strip()


@contextlib.contextmanager
def started(contender: Contender, core: int | None = None) -> Iterator[Server]:
    """Run the contender on this core until the block ends; raise ServerError if it can't or doesn't."""
    port = free_port()
    pinned = [] if core is None else ["taskset", "-c", str(core)]
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        log = Path(directory) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*pinned, *contender.command(port)], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            deadline = time.monotonic() + START_SECONDS
            while not _listens(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise ServerError(f"{contender.title} didn't start: {_tail(log)}")
                time.sleep(0.05)
            yield Server(contender, port, process)
            if process.poll() is not None:
                raise ServerError(f"{contender.title} ended by itself: {_tail(log)}")
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def cores() -> tuple[int, int]:
    """Return the server's core and the generator's; on a machine with one core they share it."""
    allowed = sorted(os.sched_getaffinity(0))
    return allowed[0], allowed[-1]
