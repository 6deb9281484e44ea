"""The lnav format names only what the server writes."""

from __future__ import annotations

import json
from pathlib import Path

from gameserver.logs import CATALOGUE

FORMAT = Path(__file__).parents[2] / "deploy" / "lnav" / "gameserver.json"


def test_every_field_of_the_format_is_in_the_catalogue() -> None:
    form = json.loads(FORMAT.read_text())["gameserver_log"]
    written = {field for entry in CATALOGUE.values() for field in entry.fields} | {"event", "time", "level"}

    assert form["value"].keys() <= written
    assert {form["timestamp-field"], form["level-field"], form["body-field"]} <= written
    shown = {part["field"] for part in form["line-format"] if isinstance(part, dict)}
    assert shown - {"__timestamp__"} <= form["value"].keys()
