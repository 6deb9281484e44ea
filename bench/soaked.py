"""This server with a second door that tells what it holds: python -m bench.soaked PORT DOOR.

Whoever connects to the door gets one JSON object and the end of the stream.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys

from bench.ours import LIMITS
from gameserver import app, logs
from gameserver.settings import AllSettings
from gameserver.tracks_file import load_tracks

PATIENT = {"latency_dead_s": 60, "ping_timeout_seconds": 60, "backlog_seconds": 30}
"""Whoever comes is borne with while the machine stands still: what grows is asked, not who is lost."""


async def serve(port: int, door: int) -> None:
    """Serve both until killed."""
    settings = AllSettings.model_validate({**LIMITS, **PATIENT, "port": port, "storage": "memory"})
    server = app.Server(settings, load_tracks(settings.tracks), {}, logs.get_log())

    async def tell(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        gc.collect()
        held = {
            "tasks": len(asyncio.all_tasks()),
            "rooms": len(server.registry.rooms),
            "players": len(server.players.seats),
            "objects": len(gc.get_objects()),
        }
        writer.write(json.dumps(held).encode())
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(tell, "127.0.0.1", door):
        server.listen()
        await asyncio.Event().wait()


if __name__ == "__main__":
    import uvloop

    logs.configure()
    uvloop.run(serve(int(sys.argv[1]), int(sys.argv[2])))
