"""The contract as TypeScript declarations."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import assert_never

from gameserver.contract.model import (
    Alias,
    Argument,
    Arguments,
    Contract,
    Event,
    Field,
    Record,
    Request,
    variants,
)
from gameserver.contract.shapes import Either, Free, Many, Named, Row, Scalar, Shape, Values
from gameserver.contract.text import MADE, WIDTH, folded, pascal, told

_SCALARS = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
    "anything": "unknown",
}

_HELPERS = """\
/** What an ack holds: the answer with `ok: true`, or why it was refused. */
export type Answer<T> = (T & Done) | Refused;

/** The arguments of a request, without or with a callback for its ack behind them. */
export type WithAck<A extends unknown[], T> = A extends unknown[]
  ? A | [...A, ack: (answer: Answer<T>) => void]
  : never;

/** The name of a request. */
export type RequestName = keyof Requests;

/** The name of an event that the server sends. */
export type EventName = keyof Events;

/** For `Socket<ServerToClientEvents, ClientToServerEvents>` of socket.io-client. */
export type ClientToServerEvents = {
  [E in RequestName]: (...args: WithAck<Requests[E]["args"], Requests[E]["answer"]>) => void;
};

/** For `Socket<ServerToClientEvents, ClientToServerEvents>` of socket.io-client. */
export type ServerToClientEvents = { [E in EventName]: (...args: Events[E]) => void };
"""


def typescript(contract: Contract) -> str:
    """Return the text of `contract.d.ts`."""
    parts = [
        f"// The wire contract. {MADE}\n",
        *(_alias(each) for each in contract.aliases.values()),
        *(_record(each) for each in contract.records.values()),
        *(_arguments(each) for each in contract.requests.values()),
        _requests(contract.requests.values()),
        _events(contract.events.values()),
        _HELPERS,
    ]
    return "\n".join(parts)


def type_of(shape: Shape) -> str:
    """Return the TypeScript type of a shape."""
    match shape:
        case Scalar(kind):
            return _SCALARS[kind]
        case Values(values):
            return " | ".join(json.dumps(value) for value in values)
        case Many(inner):
            written = type_of(inner)
            return f"({written})[]" if " | " in written else f"{written}[]"
        case Row(inners):
            return f"[{', '.join(type_of(each) for each in inners)}]"
        case Free():
            return "Record<string, unknown>"
        case Either(inners):
            return " | ".join(type_of(each) for each in inners)
        case Named(name):
            return name
        case _:
            assert_never(shape)


def _comment(text: str, indent: str = "") -> str:
    return folded(text, indent, "/** ", " * ", " */")


def _alias(alias: Alias) -> str:
    choices = alias.shape.of if isinstance(alias.shape, Values) else ()
    written = _union([json.dumps(each) for each in choices] or [type_of(alias.shape)])
    return f"{_comment(alias.text)}\nexport type {alias.name} ={written};\n"


def _record(record: Record) -> str:
    if not record.fields:
        return f"{_comment(record.text)}\nexport type {record.name} = Record<string, unknown>;\n"
    fields = "\n".join(_field(each) for each in record.fields)
    return f"{_comment(record.text)}\nexport interface {record.name} {{\n{fields}\n}}\n"


def _field(field: Field) -> str:
    mark = "" if field.required else "?"
    return f"{_comment(told(field), '  ')}\n  {field.name}{mark}: {type_of(field.shape)};"


def _row(arguments: Arguments) -> str:
    return f"[{', '.join(_argument(each) for each in arguments)}]"


def _argument(argument: Argument) -> str:
    return f"{argument.name}{'' if argument.required else '?'}: {type_of(argument.shape)}"


def _arguments(request: Request) -> str:
    rows = [_strict(each) for form in request.forms for each in variants(form)]
    name = f"{pascal(request.name)}Args"
    return f"/** What `{request.name}` takes. */\nexport type {name} ={_union(rows)};\n"


def _union(choices: list[str]) -> str:
    line = f" {' | '.join(choices)}"
    return line if len(line) <= WIDTH - 40 else "".join(f"\n  | {each}" for each in choices)


def _strict(arguments: Arguments) -> str:
    """Return a list of arguments, all of which are there."""
    return f"[{', '.join(f'{each.name}: {type_of(each.shape)}' for each in arguments)}]"


def _requests(requests: Iterable[Request]) -> str:
    lines = []
    for each in requests:
        answer = " | ".join(name or "unknown" for name in each.answers)
        if len(each.answers) > 1 and None in each.answers:
            answer = " | ".join(name or "Record<never, never>" for name in each.answers)
        lines.append(
            f"{_comment(each.text, '  ')}\n"
            f'  "{each.name}": {{ args: {pascal(each.name)}Args; answer: {answer} }};'
        )
    text = "All that a client may send, and what the ack holds beside `ok: true`."
    return f"{_comment(text)}\nexport interface Requests {{\n{chr(10).join(lines)}\n}}\n"


def _events(events: Iterable[Event]) -> str:
    lines = [f'{_comment(each.text, "  ")}\n  "{each.name}": {_row(each.arguments)};' for each in events]
    text = "All that the server sends, and its arguments."
    return f"{_comment(text)}\nexport interface Events {{\n{chr(10).join(lines)}\n}}\n"
