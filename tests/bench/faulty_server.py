"""The stock server with a fault in its `broadcast`: python -m tests.bench.faulty_server FAULT PORT.

`drop` leaves out every tenth message, `repeat` sends every tenth twice, `swap` sends every second one
after its successor, `stray` sends every tenth to everybody, `refuse` answers every tenth with `error`.
"""

from __future__ import annotations

import asyncio
import sys

from bench.servers import stock_python
from bench.servers.stock_python import refuse, seats, server

count = 0
held: dict[str, object] = {}


async def _relay(sid: str, data: object) -> None:
    await server.emit("broadcast", (sid, data), room=seats[sid].id, skip_sid=sid)


async def broadcast(sid: str, data: object) -> None:
    """Relay, with the fault that the command line names."""
    global count
    count += 1
    match sys.argv[1]:
        case "swap":
            if sid not in held:
                held[sid] = data
            else:
                await _relay(sid, data)
                await _relay(sid, held.pop(sid))
        case _ if count % 10:
            await _relay(sid, data)
        case "repeat":
            await _relay(sid, data)
            await _relay(sid, data)
        case "stray":
            await server.emit("broadcast", (sid, data), skip_sid=sid)
        case "refuse":
            await refuse(sid, "broadcast", "rate_limited")


if __name__ == "__main__":
    server.on("broadcast", broadcast)
    asyncio.run(stock_python.serve(int(sys.argv[2])))
