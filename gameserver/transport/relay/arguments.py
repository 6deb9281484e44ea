"""The few arguments of relay events that are read; each reader raises BadRequest."""

from __future__ import annotations

from gameserver.core.errors import BadRequest
from gameserver.core.values import PlayerId
from gameserver.protocol.packets import Event

MAX_KEY_CHARS = 64
MAX_NUMBER = 2**53 - 1  # JavaScript's largest safe integer


def running_number(event: Event, data: int) -> int | None:
    """Return the `{n}` behind the data argument, the sender's running number, or None without one."""
    if event.count == data:
        return None
    if event.count != data + 1:
        raise BadRequest(f"{event.name} takes one data argument and, behind it, at most {{n}}")
    number = _only(event.arg(data), "n")
    if number is None or number < 1:
        raise BadRequest(f"{event.name} takes one data argument and, behind it, at most {{n}} from 1")
    return number


def covers(event: Event) -> int | None:
    """Return the `{covers}` behind a snapshot: the seq of the last input it holds, or None without one."""
    if event.count == 1:
        return None
    number = _only(event.arg(1), "covers") if event.count == 2 else None
    if number is None or number < 0:
        raise BadRequest("snapshot takes one data argument and, behind it, at most {covers}")
    return number


def update_key(event: Event) -> str:
    """Return the key of an `update`."""
    if event.count != 2:
        raise BadRequest("update takes a key and data")
    key = event.arg(0)
    if not isinstance(key, str) or not 0 < len(key) <= MAX_KEY_CHARS:
        raise BadRequest(f"an update's key is a string of 1 to {MAX_KEY_CHARS} characters")
    return key


def recipients(event: Event) -> list[PlayerId]:
    """Return whom a `direct` names."""
    value = event.arg(0)
    ids = [value] if isinstance(value, str) else value
    if not isinstance(ids, list) or not ids or not all(isinstance(each, str) for each in ids):
        raise BadRequest("direct takes a player id or a list of them")
    return [PlayerId(each) for each in ids]


def _only(value: object, key: str) -> int | None:
    """Return the whole number in an object that has this key and no other."""
    number = value.get(key) if isinstance(value, dict) and len(value) == 1 else None
    return number if type(number) is int and abs(number) <= MAX_NUMBER else None
