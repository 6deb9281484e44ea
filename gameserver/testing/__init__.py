"""Help for tests of games: a server without sockets, and a clock that a test holds."""

from gameserver.testing.clock import FakeClock
from gameserver.testing.memory import MemoryServer

__all__ = ["FakeClock", "MemoryServer"]
