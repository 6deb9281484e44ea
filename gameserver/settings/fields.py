"""How a setting is declared: its group on the command line, its default, its bounds and one sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import Field
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo

PREFIX = "GAMESERVER_"

GROUPS = {
    "network": "Network",
    "logins": "Logins",
    "bans": "Bans",
    "console": "Console",
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

    def setting(default: Any, text: str, *, hidden: bool = False, **bounds: Any) -> Any:
        facts: JsonDict = {"group": group, "hidden": hidden}
        return Field(default, description=text, json_schema_extra=facts, **bounds)

    return setting


def shown(field: FieldInfo, value: object) -> str:
    """Return a setting's value as people may see it: lists by commas, none as nothing, secrets not at all."""
    if value is None:
        return ""
    facts = field.json_schema_extra
    if isinstance(facts, dict) and facts.get("hidden"):
        return "(hidden)"
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
