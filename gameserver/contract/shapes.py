"""What a value on the wire may be: a few shapes, read from the type hints of the server's own types."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NewType

from gameserver.core import values


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value of a JSON type; `anything` is what both parsers can carry, binary parts included.

    Numbers have their least and greatest value here, texts their least and greatest length, where those are
    no settings.
    """

    kind: Literal["string", "integer", "number", "boolean", "null", "anything"]
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class From:
    """Bounds of an annotated integer."""

    least: int
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Values:
    """One of these values."""

    of: tuple[str | bool | int, ...]


@dataclass(frozen=True, slots=True)
class Many:
    """A list of any length from the least."""

    of: Shape
    least: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A list of fixed length, each place with its own shape."""

    of: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Free:
    """An object whose keys the sender chooses."""


@dataclass(frozen=True, slots=True)
class Either:
    """One of several shapes."""

    of: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A record or an alias of the contract, by its name."""

    name: str


Shape = Scalar | Values | Many | Row | Free | Either | Named

TEXT, WHOLE, NUMBER = Scalar("string"), Scalar("integer"), Scalar("number")
FLAG, NULL, ANYTHING = Scalar("boolean"), Scalar("null"), Scalar("anything")

_SCALARS: Mapping[Any, Scalar] = types.MappingProxyType(
    {str: TEXT, int: WHOLE, float: NUMBER, bool: FLAG, type(None): NULL, Any: ANYTHING}
)
_NAMED_LITERALS = {value: name for name, value in vars(values).items() if typing.get_origin(value) is Literal}


def aliases() -> dict[str, Shape]:
    """Return the words that the core shares, as named shapes: ids, roles, states, reasons."""
    found: dict[str, Shape] = {}
    for name, value in vars(values).items():
        if isinstance(value, NewType):
            found[name] = _SCALARS[value.__supertype__]
        elif typing.get_origin(value) is Literal:
            found[name] = Values(typing.get_args(value))
    return found


def shape_of(hint: Any) -> Shape:
    """Return the shape of what a type hint allows. Raises TypeError where it is none that travels."""
    if hint in _SCALARS:
        return _SCALARS[hint]
    if isinstance(hint, NewType):
        return Named(hint.__name__)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return Named(hint.__name__)
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        scalar, bounds = shape_of(inner[0]), inner[1]
        if isinstance(scalar, Scalar) and isinstance(bounds, From):
            return Scalar(scalar.kind, bounds.least, bounds.most)
    if origin is Literal:
        return Named(_NAMED_LITERALS[hint]) if hint in _NAMED_LITERALS else Values(inner)
    if origin in (typing.Union, types.UnionType):
        return either(*(shape_of(each) for each in inner))
    if origin is tuple and len(inner) == 2 and inner[1] is Ellipsis:
        return Many(shape_of(inner[0]))
    if origin is Mapping:
        return Free()
    raise TypeError(f"{hint} does not travel")


def either(*shapes: Shape) -> Shape:
    """Return the shape of what one of these allows, none of them named twice; null comes last."""
    flat: list[Shape] = []
    for shape in shapes:
        flat += shape.of if isinstance(shape, Either) else (shape,)
    if ANYTHING in flat:
        return ANYTHING
    if NUMBER in flat:
        flat = [each for each in flat if each != WHOLE]
    unique = tuple(dict.fromkeys(sorted(flat, key=lambda each: each == NULL)))
    return unique[0] if len(unique) == 1 else Either(unique)


def without_null(shape: Shape) -> Shape:
    """Return the shape without null."""
    if isinstance(shape, Either):
        return either(*(each for each in shape.of if each != NULL))
    return shape
