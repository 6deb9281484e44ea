"""A room server for host-run multiplayer games."""

from gameserver import compiled

__version__ = "0.1.0"

compiled.use()
