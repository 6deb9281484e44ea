"""The Engine.IO v4 server: handshake, polling, upgrade, heartbeat."""
