"""A `DeadlineServer` for as long as a test talks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tornado.web import Application

from gameserver.transport.engine import DeadlineServer


@asynccontextmanager
async def serving(app: Application, **options: Any) -> AsyncIterator[tuple[DeadlineServer, int]]:
    """Serve this on a free port; in the end all connections are closed."""
    server = DeadlineServer(app, **options)
    server.listen(0, "127.0.0.1")
    try:
        yield server, next(iter(server._sockets.values())).getsockname()[1]
    finally:
        server.stop()
        await server.close_all_connections()
