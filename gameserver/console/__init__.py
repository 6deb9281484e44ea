"""The operators' console at `/console`, and the same as JSON under `/api/`.

The application builds `Records` before the runtime, a `Desk` of the `Sources` after it, and takes `routes_of`
the desk. Where the console is not `wanted`, nothing of it exists and nothing is kept for it.
"""

from gameserver.console.desk import Desk, wanted
from gameserver.console.records import Records
from gameserver.console.routes import routes_of
from gameserver.console.sources import Sources

__all__ = ["Desk", "Records", "Sources", "routes_of", "wanted"]
