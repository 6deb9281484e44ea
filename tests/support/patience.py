"""How long tests wait for what must come: longer than any machine takes, since only failures wait."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_SECONDS = 60.0
"""For one thing: an answer, an event, a start, an end."""
STORY_SECONDS = 180.0
"""For a whole story; pyproject.toml gives a coroutine that is a test as long."""

PATIENT = (
    "--ping-timeout-seconds=60",
    "--latency-dead-s=60",
    "--latency-sustain-s=600",
    "--host-ready-timeout-seconds=60",
    "--drain-seconds=0",
    "--backlog-seconds=60",
    "--stall-seconds=60",
    "--header-seconds=60",
    "--body-seconds=60",
    "--connect-seconds=60",
    "--upgrade-seconds=60",
)
"""Flags of a server that takes nobody for lost, silent, slow or late because a machine stood still.

It does not wait for the games of a test that has ended, either. What a test is about, it sets anew: the last
of two flags counts.
"""


def wait_until(true: Callable[[], object]) -> None:
    """Wait for this, or fail; for tests without a loop."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)
