"""Socket.IO packets in both parsers, msgpack and JSON: checked, not decoded, and spliced."""

from gameserver.protocol.packets.json_parser import Incomplete, JsonAck, JsonEvent, JsonRaw, parse_json
from gameserver.protocol.packets.model import (
    RESERVED,
    Ack,
    Connect,
    Disconnect,
    Event,
    PacketError,
    Raw,
)
from gameserver.protocol.packets.msgpack_parser import MsgpackAck, MsgpackEvent, MsgpackRaw, parse_msgpack
from gameserver.protocol.packets.nested import Nested
from gameserver.protocol.packets.outgoing import Literal, Outgoing

__all__ = [
    "RESERVED",
    "Ack",
    "Connect",
    "Disconnect",
    "Event",
    "Incomplete",
    "JsonAck",
    "JsonEvent",
    "JsonRaw",
    "Literal",
    "MsgpackAck",
    "MsgpackEvent",
    "MsgpackRaw",
    "Nested",
    "Outgoing",
    "PacketError",
    "Raw",
    "parse_json",
    "parse_msgpack",
]
