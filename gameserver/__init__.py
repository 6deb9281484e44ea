"""A room server for host-run multiplayer games."""

__version__ = "0.1.0"
