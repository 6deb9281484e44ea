"""Small steps that all written forms share."""

from __future__ import annotations

import json
import textwrap

from gameserver.contract.model import Field

COMMAND = "python -m gameserver.contract"
MADE = f"Made by `{COMMAND}` from the server's own types: change those, then run it again."
WIDTH = 110


def told(field: Field) -> str:
    """Return what a key means, with what it counts as where it is left out."""
    if field.default is None:
        return field.text
    default = field.default
    if isinstance(default, float) and default.is_integer():
        default = int(default)
    return f"{field.text} Default: {json.dumps(default)}."


def pascal(event: str) -> str:
    """Return an event's name as a type's: `all-rooms` is `AllRooms`."""
    return "".join(part[:1].upper() + part[1:] for part in event.replace("-", "_").split("_"))


def folded(text: str, indent: str, first: str, rest: str, last: str) -> str:
    """Return a comment: on one line if it fits, else folded, each line with its beginning."""
    one = f"{indent}{first}{text}{last}"
    if len(one) <= WIDTH:
        return one
    lines = textwrap.wrap(text, WIDTH - len(indent) - max(len(first), len(rest)) - len(last))
    begun = [f"{indent}{rest if number else first}{line}" for number, line in enumerate(lines)]
    return "\n".join(begun) + last
