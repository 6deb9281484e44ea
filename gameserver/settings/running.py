"""Which settings count at once where they are changed while the server runs, and which wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from gameserver.core.limits import Limits

if TYPE_CHECKING:
    from gameserver.settings.model import Settings

GUARDS = frozenset(  # who guessed how often is counted by the bounds that the server began with
    {
        "password_tries",
        "password_pause_seconds",
        "address_password_tries",
        "address_password_pause_seconds",
        "key_tries",
        "key_pause_seconds",
        "key_tries_in_all_per_second",
    }
)
RATES = frozenset(
    {
        "relay_per_second",
        "relay_burst",
        "relay_bytes_per_second",
        "requests_per_second",
        "requests_burst",
    }
)
"""What a player may send: its buckets are made when it connects."""

AT_ONCE = (frozenset(Limits.__dataclass_fields__) - GUARDS) | {"rate_limited_seconds"}

Effect = Literal["at_once", "new_connections", "next_start"]


def takes_effect(name: str) -> Effect:
    """Return when a changed value of this setting counts."""
    if name in RATES:
        return "new_connections"
    if name in AT_ONCE or (name.startswith("latency_") and not name.startswith("latency_record")):
        return "at_once"
    return "next_start"


def in_force(running: Settings, read: Settings) -> Settings:
    """Return what a server goes by that runs with the former and has read the latter."""
    names = type(running).model_fields
    waiting = {name: getattr(running, name) for name in names if takes_effect(name) == "next_start"}
    return read.model_copy(update=waiting)
