"""Structured logs: what is written (`CATALOGUE`), how (`configure`), and by whom (`LogJournal`).

Every event has an entry in `CATALOGUE`; docs/logs.md is checked against it. Values are facts, never
payloads, names, passwords, keys or tokens. `python -m gameserver.logs` answers questions from the lines.
"""

from gameserver.logs.catalogue import CATALOGUE, Entry
from gameserver.logs.floods import Floods
from gameserver.logs.journal import LogJournal
from gameserver.logs.setup import (
    MAX_TEXT,
    Log,
    configure,
    dropped_lines,
    get_log,
    listen,
    one_line,
    turn_by_turn,
)

__all__ = [
    "CATALOGUE",
    "MAX_TEXT",
    "Entry",
    "Floods",
    "Log",
    "LogJournal",
    "configure",
    "dropped_lines",
    "get_log",
    "listen",
    "one_line",
    "turn_by_turn",
]
