"""The command line, made from the settings so that nothing is said twice."""

from __future__ import annotations

import argparse
import typing
from pathlib import Path
from typing import Any, Literal

from gameserver.settings.fields import GROUPS
from gameserver.settings.model import AllSettings


def flags(parser: argparse.ArgumentParser) -> None:
    """Add one flag per setting to the parser, grouped, with default and bounds."""
    groups = {key: parser.add_argument_group(title) for key, title in GROUPS.items()}
    for name, field in AllSettings.model_fields.items():
        extra = typing.cast(dict[str, Any], field.json_schema_extra)
        shown = field.default
        if isinstance(shown, tuple):
            shown = ",".join(shown)
        elif isinstance(shown, Path):
            shown = shown.name
        text = str(field.description) + (f" [{shown}]" if shown not in (None, "") else "")
        choices = (
            typing.get_args(field.annotation) if typing.get_origin(field.annotation) is Literal else None
        )
        groups[extra["group"]].add_argument(
            f"--{name.replace('_', '-')}",
            dest=name,
            default=argparse.SUPPRESS,
            metavar=None if choices else _metavar(name),
            choices=choices,
            help=text.replace("%", "%%"),
        )


def _metavar(name: str) -> str:
    for ending in ("seconds", "bytes", "chars"):
        if name.endswith(ending):
            return ending.upper()
    return "VALUE"
