"""This server as it is measured: every limit active and counted, its figure above the offered load."""

from __future__ import annotations

import sys

from bench.contenders import Contender

LIMITS: dict[str, object] = {}

OURS = Contender(
    "ours",
    "this server",
    lambda port: [sys.executable, "run_server.py", "--port", str(port)],
    limits=LIMITS,
)
