"""The contract as tables for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import assert_never

from gameserver.contract import told
from gameserver.contract.model import Argument, Arguments, Contract, Event, Field, Record, Request
from gameserver.contract.shapes import Either, Free, Many, Named, Row, Scalar, Shape, Values


def tables(contract: Contract) -> dict[str, str]:
    """Return each marked region of `docs/protocol.md` by its name."""
    return {
        "codes": table(("code", "meaning"), [(f"`{code}`", text) for code, text in contract.codes.items()]),
        "requests of rooms": _requests(contract, told.ROOMS),
        "requests of sessions": _requests(contract, told.SESSIONS),
        "other requests": _requests(contract, told.OTHERS),
        "figures": _figures(contract),
        "acks": _acks(contract),
        "events": _events(contract),
        "words": _words(contract),
        "sent": _objects(contract, closed=True),
        "got": _objects(contract, closed=False),
    }


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def type_of(shape: Shape) -> str:
    """Return a shape in words."""
    match shape:
        case Scalar(kind):
            return kind
        case Values(values):
            return " or ".join(f"`{_spelt(value)}`" for value in values)
        case Many(inner):
            return f"list of {type_of(inner)}"
        case Row(inners):
            return f"[{', '.join(type_of(each) for each in inners)}]"
        case Free():
            return "object"
        case Either(inners):
            return " or ".join(type_of(each) for each in inners)
        case Named(name):
            return f"[{name}](#{name.lower()})"
        case _:
            assert_never(shape)


def _requests(contract: Contract, answers: Mapping[str, str]) -> str:
    rows = [(f"`{name}`", _takes(contract, contract.requests[name]), text) for name, text in answers.items()]
    return table(("request", "arguments", "answer"), rows)


def _takes(contract: Contract, request: Request) -> str:
    """Return the forms of a request, `?` behind what may be left out of an object."""
    forms = [_form(contract, each) for each in request.forms]
    return ", or ".join(form for form in forms if form) or "none"


def _form(contract: Contract, arguments: Arguments) -> str:
    if not arguments:
        return ""
    shape = arguments[0].shape
    record = contract.records.get(shape.name) if isinstance(shape, Named) else None
    if record is not None and record.closed:
        keys = ", ".join(f"{each.name}{'' if each.required else '?'}" for each in record.fields)
        return f"`{{{keys}}}`" + ("" if arguments[0].required else " (may be left out)")
    needed = [each.name for each in arguments if each.required]
    rest = [each.name for each in arguments if not each.required]
    text = ", ".join(needed)
    if not needed:
        return f"`{', '.join(rest)}` (may be left out)"
    for name in rest:
        text += f"[, {name}"
    return f"`{text}{']' * len(rest)}`"


def _figures(contract: Contract) -> str:
    rows = [(f"`{each.name}`", f"{each.default:,g}", each.text) for each in contract.records["Limits"].fields]
    return table(("name", "default", "what it bounds"), rows)


def _acks(contract: Contract) -> str:
    rows = []
    for request in contract.requests.values():
        names = [f"[{name}](#{name.lower()})" if name else "nothing more" for name in request.answers]
        rows.append((f"`{request.name}`", " or ".join(names)))
    return table(("request", "its ack holds, beside `ok`"), rows)


def _events(contract: Contract) -> str:
    rows = [
        (f"`{each.name}`", _arguments(each), "yes" if each.recorded else "", each.text)
        for each in contract.events.values()
    ]
    return table(("event", "arguments", "recorded", "meaning"), rows)


def _arguments(event: Event) -> str:
    return ", ".join(_argument(each) for each in event.arguments)


def _argument(argument: Argument) -> str:
    shape = argument.shape
    named = argument.name not in ("it", "room", "session") or not isinstance(shape, Named)
    text = f"{argument.name}: {type_of(shape)}" if named else type_of(shape)
    return text if argument.required else f"[{text}]"


def _words(contract: Contract) -> str:
    rows = [
        (f'<a id="{each.name.lower()}"></a>`{each.name}`', type_of(each.shape), each.text)
        for each in contract.aliases.values()
    ]
    return table(("word", "is", "meaning"), rows)


def _objects(contract: Contract, *, closed: bool) -> str:
    records = [
        each
        for each in contract.records.values()
        if (each.closed or each.name == "Auth") is closed and each.name != "Limits"
    ]
    return "\n\n".join(_record(each) for each in records)


def _record(record: Record) -> str:
    head = f"#### {record.name}\n\n{record.text}"
    if not record.fields:
        return f"{head} It holds nothing."
    return f"{head}\n\n{table(('key', 'value', 'meaning'), [_field(each) for each in record.fields])}"


def _field(field: Field) -> tuple[str, str, str]:
    meaning = field.text if field.default is None else f"{field.text} Default: `{_spelt(field.default)}`."
    return f"`{field.name}{'' if field.required else '?'}`", type_of(field.shape), meaning


def _spelt(value: object) -> str:
    return json.dumps(value) if not isinstance(value, str) else value
