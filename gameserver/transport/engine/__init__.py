"""The Engine.IO v4 server: handshake, polling, upgrade, heartbeat."""

from gameserver.transport.engine.http import DeadlineServer
from gameserver.transport.engine.limits import EngineLimits
from gameserver.transport.engine.server import EngineServer
from gameserver.transport.engine.socket import EngineSocket

__all__ = ["DeadlineServer", "EngineLimits", "EngineServer", "EngineSocket"]
