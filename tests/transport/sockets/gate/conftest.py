"""A server whose namespace `/` belongs to a gate that remembers."""

from __future__ import annotations

from typing import Any

import pytest

from gameserver.transport.sockets import AsyncServer
from tests.transport.sockets.gates import Recorder


@pytest.fixture
def gate() -> Recorder:
    return Recorder()


@pytest.fixture
def server(gate: Recorder, options: dict[str, Any]) -> AsyncServer:
    return AsyncServer(
        gate=gate, **{"ping_interval": 60, "ping_timeout": 60, "connect_seconds": 60, **options}
    )
