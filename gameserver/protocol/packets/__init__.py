"""Socket.IO packets in both parsers: msgpack and JSON."""

from gameserver.protocol.packets.model import Event, Outgoing, PacketError

__all__ = ["Event", "Outgoing", "PacketError"]
