"""The Engine.IO v4 server: handshake, polling, upgrade, heartbeat."""

from gameserver.transport.engine.limits import EngineLimits
from gameserver.transport.engine.server import EngineServer
from gameserver.transport.engine.socket import EngineSocket

__all__ = ["EngineLimits", "EngineServer", "EngineSocket"]
