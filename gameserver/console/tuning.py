"""The settings as they are in force, and which of them can be changed while the server runs."""

from __future__ import annotations

import typing
from typing import Literal

from annotated_types import Ge, Gt, Le, Lt
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from gameserver.console.problems import Conflict, Missing, Wrong
from gameserver.console.shapes import server as s
from gameserver.settings import GROUPS, Settings
from gameserver.settings.fields import shown
from gameserver.settings.loading import readable
from gameserver.settings.running import takes_effect


def described(settings: Settings) -> s.Settings:
    """Return every setting with its value in force; secrets are hidden."""
    return s.Settings(
        settings=[_described(name, field, settings) for name, field in type(settings).model_fields.items()]
    )


def changed(settings: Settings, name: str, text: str) -> tuple[Settings, s.Changed]:
    """Return settings with one changed, checked as at the start. Raises Missing, Conflict, Wrong."""
    field = type(settings).model_fields.get(name)
    if field is None:
        raise Missing("there is no such setting")
    effect = takes_effect(name)
    if effect == "next_start":
        raise Conflict(f"{name} cannot be changed while the server runs: set it and start the server anew")
    values = {each: getattr(settings, each) for each in type(settings).model_fields}
    try:
        new = type(settings).model_validate({**values, name: text.strip()})
    except ValidationError as error:
        raise Wrong("; ".join(readable(problem) for problem in error.errors())) from None
    return new, s.Changed(
        name=name,
        former=shown(field, getattr(settings, name)),
        value=shown(field, getattr(new, name)),
        takes_effect=effect,
    )


def _described(name: str, field: FieldInfo, settings: Settings) -> s.Setting:
    facts = field.json_schema_extra
    group = str(facts["group"]) if isinstance(facts, dict) else ""
    least, most = _bounds(field)
    choices = typing.get_args(field.annotation) if typing.get_origin(field.annotation) is Literal else None
    return s.Setting(
        name=name,
        group=GROUPS[group].partition(" (")[0],
        about=str(field.description),
        value=shown(field, getattr(settings, name)),
        default=shown(field, field.default),
        least=least,
        most=most,
        choices=None if choices is None else list(choices),
        takes_effect=takes_effect(name),
    )


def _bounds(field: FieldInfo) -> tuple[float | None, float | None]:
    least: float | None = None
    most: float | None = None
    for bound in field.metadata:
        match bound:
            case Ge(ge=int() | float() as value) | Gt(gt=int() | float() as value):
                least = float(value)
            case Le(le=int() | float() as value) | Lt(lt=int() | float() as value):
                most = float(value)
    return least, most
