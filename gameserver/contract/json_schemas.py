"""The contract's shapes as JSON Schema, draft 7: what AsyncAPI 3 takes by default."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, assert_never

from gameserver.contract.model import Alias, Arguments, Contract, Event, Field, Record, Request, variants
from gameserver.contract.shapes import (
    ANYTHING,
    TEXT,
    Either,
    Free,
    Many,
    Named,
    Row,
    Scalar,
    Shape,
    Values,
)

Schema = dict[str, Any]

PLACE = "#/components/schemas/"
OFFSET: Schema = {"type": "string", "description": "The offset, for a connection that has a pid."}
PADDING: Schema = {"type": "null", "description": "For a connection that has a pid: this is no offset."}


def schema_of(shape: Shape) -> Schema:
    """Return the schema of a shape."""
    match shape:
        case Scalar(kind):
            return {} if shape == ANYTHING else {"type": kind, **_bounds(shape)}
        case Values(values):
            return {"const": values[0]} if len(values) == 1 else {"enum": list(values)}
        case Many(inner):
            items = {"type": "array", "items": schema_of(inner)}
            return {**items, "minItems": shape.least} if shape.least else items
        case Row(inners):
            return row([schema_of(each) for each in inners])
        case Free():
            return {"type": "object"}
        case Either(inners):
            if all(isinstance(each, Scalar) and not _bounds(each) for each in inners):
                return {"type": [each.kind for each in inners if isinstance(each, Scalar)]}
            return {"anyOf": [schema_of(each) for each in inners]}
        case Named(name):
            return reference(name)
        case _:
            assert_never(shape)


def _bounds(scalar: Scalar) -> Schema:
    least, most = ("minLength", "maxLength") if scalar.kind == "string" else ("minimum", "maximum")
    bounds = {least: scalar.least, most: scalar.most}
    return {name: bound for name, bound in bounds.items() if bound is not None}


def row(schemas: list[Schema]) -> Schema:
    """Return the schema of a list of fixed length."""
    count = len(schemas)
    if not count:
        return {"type": "array", "maxItems": 0}
    return {"type": "array", "items": schemas, "minItems": count, "maxItems": count}


def reference(name: str) -> Schema:
    """Return a reference to a named schema."""
    return {"$ref": f"{PLACE}{name}"}


def ack_name(answer: str | None) -> str:
    """Return the name of the schema of an ack that holds this record."""
    return "Done" if answer is None else f"{answer}Ack"


def named_schemas(contract: Contract) -> dict[str, Schema]:
    """Return the schema of everything that has a name; acks are one object each, with `ok` in it."""
    schemas = {name: _alias(alias) for name, alias in contract.aliases.items()}
    schemas |= {name: _record(record) for name, record in contract.records.items()}
    done = contract.records["Done"].fields
    for name in _answers(contract.requests.values()):
        record = contract.records[name]
        ack = Record(f"{name}Ack", f"The ack that holds this: {record.text}", (*done, *record.fields))
        schemas[ack.name] = _record(ack)
    return schemas


def request_schema(request: Request) -> Schema:
    """Return the schema of a request's arguments."""
    return _any(_row(each) for form in request.forms for each in variants(form))


def answer_schema(request: Request) -> Schema:
    """Return the schema of a request's ack."""
    return _any([*(reference(ack_name(each)) for each in request.answers), reference("Refused")])


def event_schema(event: Event) -> Schema:
    """Return the schema of an event's arguments, with what a connection that has a pid gets behind them."""
    rows = [_schemas(each) for each in variants(event.arguments)]
    if event.recorded:
        rows += [[*each, OFFSET] for each in rows]
    elif event.arguments[-1].shape in (ANYTHING, TEXT):
        rows += [[*each, PADDING] for each in rows]
    return _any(row(each) for each in rows)


def _answers(requests: Iterable[Request]) -> list[str]:
    return sorted({name for request in requests for name in request.answers if name is not None})


def _any(schemas: Iterable[Schema]) -> Schema:
    several = list(schemas)
    return several[0] if len(several) == 1 else {"anyOf": several}


def _row(arguments: Arguments) -> Schema:
    return row(_schemas(arguments))


def _schemas(arguments: Arguments) -> list[Schema]:
    return [_told(schema_of(each.shape), {"title": each.name}) for each in arguments]


def _alias(alias: Alias) -> Schema:
    return {"description": alias.text, **schema_of(alias.shape)}


def _record(record: Record) -> Schema:
    schema: Schema = {
        "type": "object",
        "description": record.text,
        "properties": {each.name: _field(each) for each in record.fields},
    }
    required = [each.name for each in record.fields if each.required]
    if required:
        schema["required"] = required
    if record.closed:
        schema["additionalProperties"] = False
    return schema


def _field(field: Field) -> Schema:
    about: Schema = {"description": field.text}
    if field.default is not None:
        about["default"] = field.default
    return _told(schema_of(field.shape), about)


def _told(schema: Schema, about: Schema) -> Schema:
    """Return the schema with words beside it; beside a reference they would not count (draft 7, 8.3)."""
    return {**about, "allOf": [schema]} if "$ref" in schema else {**about, **schema}
