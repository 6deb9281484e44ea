"""What the contract consists of, whatever it is written as: records, requests, events and codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gameserver.contract.shapes import Shape


@dataclass(frozen=True, slots=True)
class Field:
    """A key of a record."""

    name: str
    shape: Shape
    required: bool
    text: str
    default: object = None  # what a request's key counts as where it is left out


@dataclass(frozen=True, slots=True)
class Record:
    """An object on the wire. A closed one, which a client sends, takes no other keys."""

    name: str
    text: str
    fields: tuple[Field, ...]
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Alias:
    """A shape that has a name of its own."""

    name: str
    text: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument behind an event's name; those that may be left out come last."""

    name: str
    shape: Shape
    required: bool = True


Arguments = tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What a client may send: its forms, the success event, and what the ack holds beside `ok`.

    In `answers` each record is one that the ack may carry; None stands for `{ok: true}` alone.
    """

    name: str
    text: str
    forms: tuple[Arguments, ...]
    answers: tuple[str | None, ...]
    success: tuple[str, ...] = ()
    relayed: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """What the server sends. To a client that could come back, a recorded event ends with its offset."""

    name: str
    text: str
    arguments: Arguments
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class Contract:
    """All of it; every mapping goes by name, in the order in which a reader wants it."""

    aliases: Mapping[str, Alias]
    records: Mapping[str, Record]
    requests: Mapping[str, Request]
    events: Mapping[str, Event]
    codes: Mapping[str, str]  # of refusals, with what each means


def variants(arguments: Arguments) -> list[Arguments]:
    """Return the lists of arguments that are allowed: the required ones, then one more each time."""
    least = sum(each.required for each in arguments)
    return [arguments[:count] for count in range(least, len(arguments) + 1)]
