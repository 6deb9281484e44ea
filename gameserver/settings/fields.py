"""How a setting is declared: its group on the command line, its default, its bounds and one sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import Field

PREFIX = "GAMESERVER_"

GROUPS = {
    "network": "Network",
    "logins": "Logins",
    "bans": "Bans",
    "logs": "Logs",
    "rooms": "Rooms and players",
    "storage": "Storage and stopping",
    "lobby": "Lobby",
    "hosts": "Hosts and recovery",
    "messages": "Messages and connections",
    "patience": "Slow and wrong clients",
    "kept": "What a room keeps",
    "tries": "Guessing",
    "latency": "Latency (read again on HUP)",
}


class WrongSettings(ValueError):
    """Settings that cannot be; the text names each one, one per line."""


def setting_of(group: str) -> Callable[..., Any]:
    """Return what declares a setting of one of GROUPS: `name: type = _setting(default, text, **bounds)`."""

    def setting(default: Any, text: str, **bounds: Any) -> Any:
        return Field(default, description=text, json_schema_extra={"group": group}, **bounds)

    return setting
