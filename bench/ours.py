"""This server as it is measured: every limit active and counted, its figure above the offered load."""

from __future__ import annotations

import sys

from bench.contenders import Contender

# By the names of gameserver.settings. What isn't named here keeps its default, the backlog's bounds included.
LIMITS: dict[str, int] = {
    "connections_per_address": 50_000,
    "connects_per_second_per_address": 100_000,
    "connects_per_second": 100_000,
    "requests_per_second": 100_000,
    "requests_burst": 100_000,
    "relay_per_second": 10_000,
    "relay_burst": 20_000,
    "relay_bytes_per_second": 50_000_000,
}


IN_MEMORY = ("--storage", "memory")  # as the servers beside it; what the disk costs is measured by itself


def command(port: int) -> list[str]:
    """Return the command line that starts the server with these limits."""
    flags = [word for name, value in LIMITS.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    return [sys.executable, "run_server.py", "--port", str(port), *IN_MEMORY, *flags]


OURS = Contender("ours", "this server", command, limits=LIMITS)
