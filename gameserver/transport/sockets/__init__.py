"""The Socket.IO v5 server: namespaces, events, acks, both parsers on one port."""

from gameserver.transport.sockets.server import AsyncServer

__all__ = ["AsyncServer"]
