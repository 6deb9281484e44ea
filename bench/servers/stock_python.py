"""python-socketio on Tornado as it comes, speaking the relay part of our contract.

python -m bench.servers.stock_python PORT
"""

from __future__ import annotations

import asyncio
import gc
import secrets
import signal
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import socketio
import tornado.web

server = socketio.AsyncServer(async_mode="tornado", serializer="msgpack")


@dataclass
class Room:
    """The members of a room, its host first seated."""

    id: str
    title: str
    max_players: int
    host: str
    members: list[str] = field(default_factory=list)


rooms: dict[str, Room] = {}
seats: dict[str, Room] = {}


def describe(room: Room) -> dict[str, Any]:
    """Return the room as `create_success` and `join_success` tell it."""
    return {
        "id": room.id,
        "title": room.title,
        "host": room.host,
        "epoch": 1,
        "max_players": room.max_players,
        "users": room.members,
        "players": [describe_player(room, sid) for sid in room.members],
    }


def describe_player(room: Room, sid: str) -> dict[str, Any]:
    """Return one member as the room's description lists it."""
    return {"id": sid, "role": "HOST" if sid == room.host else "CLIENT", "connected": True}


async def refuse(sid: str, event: str, code: str) -> dict[str, Any]:
    """Send the `error` event and return the ack of a refused request."""
    message = f"{event}: {code}"
    await server.emit("error", {"message": message, "code": code, "event": event}, to=sid)
    return {"ok": False, "error": {"code": code, "message": message}}


@server.event  # type: ignore[untyped-decorator]
async def connect(sid: str, environ: dict[str, Any], auth: object = None) -> None:
    """Welcome a connection."""
    await server.emit("welcome", {"id": sid, "server_time": time.time() * 1000, "protocol": 1}, to=sid)


@server.event  # type: ignore[untyped-decorator]
async def create(sid: str, options: dict[str, Any]) -> dict[str, Any]:
    """Open a room with its creator as host."""
    if sid in seats:
        return await refuse(sid, "create", "already_in_room")
    room = Room(secrets.token_hex(4), options["title"], options.get("max_players", 8), sid, [sid])
    rooms[room.id] = seats[sid] = room
    await server.enter_room(sid, room.id)
    await server.emit("create_success", describe(room), to=sid)
    return describe(room) | {"ok": True}


@server.event  # type: ignore[untyped-decorator]
async def join(sid: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """Take a seat in a room."""
    room = rooms.get(wanted["id"])
    if sid in seats:
        return await refuse(sid, "join", "already_in_room")
    if room is None:
        return await refuse(sid, "join", "room_not_found")
    if len(room.members) >= room.max_players:
        return await refuse(sid, "join", "room_full")
    room.members.append(sid)
    seats[sid] = room
    await server.enter_room(sid, room.id)
    await server.emit("join_success", describe(room), to=sid)
    joined = {"id": room.id, "player": describe_player(room, sid)}
    await server.emit("player_joined", joined, room=room.id, skip_sid=sid)
    return describe(room) | {"ok": True}


@server.event  # type: ignore[untyped-decorator]
async def state(sid: str, data: object) -> dict[str, Any] | None:
    """Pass the host's state to all other members."""
    room = seats.get(sid)
    if room is None or room.host != sid:
        return await refuse(sid, "state", "not_host")
    await server.emit("state", data, room=room.id, skip_sid=sid)
    return {"ok": True}


@server.on("input")  # type: ignore[untyped-decorator]
async def on_input(sid: str, data: object) -> dict[str, Any]:
    """Pass a member's input to its host."""
    room = seats.get(sid)
    if room is None:
        return await refuse(sid, "input", "not_in_room")
    await server.emit("input", (sid, data), to=room.host)
    return {"ok": True}


@server.event  # type: ignore[untyped-decorator]
async def broadcast(sid: str, data: object) -> dict[str, Any]:
    """Pass a member's message to all other members."""
    room = seats.get(sid)
    if room is None:
        return await refuse(sid, "broadcast", "not_in_room")
    await server.emit("broadcast", (sid, data), room=room.id, skip_sid=sid)
    return {"ok": True}


@server.event  # type: ignore[untyped-decorator]
async def clock(sid: str, client: float) -> dict[str, Any]:
    """Tell the server's clock."""
    received = time.time() * 1000
    return {"client": client, "received": received, "sent": time.time() * 1000}


@server.event  # type: ignore[untyped-decorator]
async def disconnect(sid: str, reason: str) -> None:
    """Give up the seat of a connection that is gone."""
    room = seats.pop(sid, None)
    if room is None:
        return
    room.members.remove(sid)
    if not room.members:
        del rooms[room.id]
        return
    # The host is replaced before the first await: by then more members may be gone.
    host_left = room.host == sid
    room.host = room.members[0]
    left = {"id": room.id, "player_id": sid, "reason": "lost"}
    await server.emit("player_left", left, room=room.id, skip_sid=sid)
    if host_left:
        changed = {"id": room.id, "host": room.host, "previous": sid, "epoch": 2}
        await server.emit("host_changed", changed, room=room.id)


async def serve(port: int) -> None:
    """Serve on this port of 127.0.0.1 until killed."""
    # SIGUSR2 collects garbage, so that memory is measured without it.
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR2, gc.collect)
    application = tornado.web.Application([(r"/socket.io/", socketio.get_tornado_handler(server))])
    application.listen(port, "127.0.0.1", backlog=1024)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
