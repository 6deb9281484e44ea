"""Who is in which room of the decorators' namespaces; leaving costs the client's own rooms only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from bidict import bidict
from socketio.async_manager import AsyncManager
from socketio.base_manager import BaseManager

from gameserver.protocol.packets import Outgoing


class Rooms(BaseManager):  # type: ignore[misc]  # python-socketio has no types
    """python-socketio's book of clients and rooms, with an index by client.

    The stock one walks every room of a namespace when a client leaves, keeps those that come and go in
    lists, and gives every client a room of its own name.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._connecting: set[tuple[str, str]] = set()
        self._leaving: set[tuple[str, str]] = set()
        self._rooms_of: dict[tuple[str, str], set[Any]] = {}

    def get_participants(self, namespace: str, room: Any) -> Iterator[tuple[str, str]]:
        """Return (sid, Engine.IO sid) of a room, of several, of one client, or with None of all.

        Those who wait for their CONNECT answer are in no room yet.
        """
        if isinstance(room, (list, tuple, set, frozenset)):
            found: dict[str, str] = {}
            for one in room:
                found.update(self._members(namespace, one))
            return iter(found.items())
        return iter(self._members(namespace, room).items())

    def _members(self, namespace: str, room: Any) -> dict[str, str]:
        rooms = self.rooms.get(namespace, {})
        clients = rooms.get(None, {})
        if room is not None and room in clients:
            return {room: clients[room]}
        members = rooms.get(room, {})
        if room is None and self._connecting:
            return {sid: eio for sid, eio in members.items() if (namespace, sid) not in self._connecting}
        return dict(members)

    def pre_connect(self, eio_sid: str, namespace: str) -> str | None:
        """Give a connection its id in a namespace; None if it has one."""
        clients = self.rooms.setdefault(namespace, {None: bidict()})[None]
        if eio_sid in clients.inverse:
            return None
        sid: str = self.server.eio.generate_id()
        clients[sid] = eio_sid
        self._connecting.add((namespace, sid))
        return sid

    def connect(self, sid: str, namespace: str) -> str:
        """The connect handler said yes."""
        self._connecting.discard((namespace, sid))
        return sid

    def is_pre_connected(self, sid: str, namespace: str) -> bool:
        """Whether the connect handler is still at it."""
        return (namespace, sid) in self._connecting

    def is_connected(self, sid: str, namespace: str) -> bool:
        """Whether the client is there, neither coming nor going."""
        key = (namespace, sid)
        return (
            sid in self.rooms.get(namespace, {}).get(None, {})
            and key not in self._connecting
            and key not in self._leaving
        )

    def pre_disconnect(self, sid: str, namespace: str) -> str | None:
        """The client is going; what is kept of it stays until its disconnect handler is done."""
        self._leaving.add((namespace, sid))
        eio_sid: str | None = self.rooms[namespace][None].get(sid)
        return eio_sid

    def basic_disconnect(self, sid: str, namespace: str, **kwargs: Any) -> None:
        """The client is gone."""
        key = (namespace, sid)
        for room in list(self._rooms_of.get(key, ())):
            self.basic_leave_room(sid, namespace, room)
        rooms = self.rooms.get(namespace)
        if rooms is not None:
            rooms[None].pop(sid, None)
            if not rooms[None]:
                del self.rooms[namespace]
        self.callbacks.pop(sid, None)
        self._connecting.discard(key)
        self._leaving.discard(key)

    def basic_enter_room(self, sid: str, namespace: str, room: Any, eio_sid: str | None = None) -> None:
        """Put a client into a room. A client's id is no room's name. Raises ValueError."""
        rooms = self.rooms.get(namespace)
        if rooms is None or sid not in rooms[None]:
            raise ValueError("sid is not connected to requested namespace")
        if self.is_sid_room(namespace, room):
            if sid == room:
                return
            raise ValueError("cannot enter a sid room")
        rooms.setdefault(room, {})[sid] = rooms[None][sid]
        self._rooms_of.setdefault((namespace, sid), set()).add(room)

    def basic_leave_room(self, sid: str, namespace: str, room: Any) -> None:
        """Take a client out of a room; it needs not be in it."""
        rooms = self.rooms.get(namespace, {})
        if room is None or sid not in rooms.get(room, {}):
            return
        del rooms[room][sid]
        if not rooms[room]:
            del rooms[room]
        of_client = self._rooms_of[(namespace, sid)]
        of_client.discard(room)
        if not of_client:
            del self._rooms_of[(namespace, sid)]

    def get_rooms(self, sid: str, namespace: str) -> list[Any]:
        """Return the rooms of a client; as in python-socketio its own id is one of them."""
        if sid not in self.rooms.get(namespace, {}).get(None, {}):
            return []
        return [sid, *self._rooms_of.get((namespace, sid), ())]


class RoomManager(AsyncManager, Rooms):  # type: ignore[misc]  # python-socketio has no types
    """The client manager of a server that is one process."""

    async def emit(
        self,
        event: str,
        data: Any,
        namespace: str,
        room: Any = None,
        skip_sid: Any = None,
        callback: Callable[..., Any] | None = None,
        to: Any = None,
        **kwargs: Any,
    ) -> None:
        """Send to everybody in a room: one packet for all of them, and no task."""
        arguments = list(data) if isinstance(data, tuple) else [] if data is None else [data]
        skipped = skip_sid if isinstance(skip_sid, list) else [skip_sid]
        shared = None if callback else Outgoing.event(event, *arguments, namespace=namespace)
        for sid, eio_sid in self.get_participants(namespace, to or room):
            if sid in skipped:
                continue
            packet = shared
            if packet is None:
                ack_id = self.server.new_ack_id(sid, callback)
                packet = Outgoing.event(event, *arguments, namespace=namespace, ack_id=ack_id)
            self.server.post(eio_sid, packet)
