"""The contract as Python types."""

from __future__ import annotations

from typing import assert_never

from gameserver.contract.model import Alias, Arguments, Contract, Field, Record, variants
from gameserver.contract.shapes import Either, Free, Many, Named, Row, Scalar, Shape, Values
from gameserver.contract.text import MADE, WIDTH, folded, pascal, told

_SCALARS = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
    "anything": "Any",
}


def python_types(contract: Contract) -> str:
    """Return the text of `contract.py`."""
    answers = sorted({name for each in contract.requests.values() for name in each.answers if name})
    requests, events = contract.requests.values(), contract.events.values()
    head = (
        f'"""The wire contract as types.\n\n{folded(MADE, "", "", "", "")}\n"""\n\n'
        "from __future__ import annotations\n\n"
        "from typing import Any, Literal, NotRequired, TypeAlias, TypedDict\n"
    )
    words = [
        *(_alias(each) for each in contract.aliases.values()),
        *(_names(name, text, values) for name, text, values in _name_lists(contract)),
    ]
    classes = [*(_record(each) for each in contract.records.values()), *(_answer(name) for name in answers)]
    arguments = [
        *(
            _arguments(f"{pascal(each.name)}Args", f"What `{each.name}` takes.", *each.forms)
            for each in requests
        ),
        *(
            _arguments(
                f"{pascal(each.name)}Event", f"What the server's `{each.name}` brings.", each.arguments
            )
            for each in events
        ),
    ]
    return "\n\n".join(["\n".join([head, *words]), "\n\n".join(classes), "\n".join(arguments)])


def type_of(shape: Shape) -> str:
    """Return the Python type of a shape."""
    match shape:
        case Scalar(kind):
            return _SCALARS[kind]
        case Values(values):
            return f"Literal[{', '.join(_quoted(value) for value in values)}]"
        case Many(inner):
            return f"list[{type_of(inner)}]"
        case Row():
            return "list[Any]"  # both parsers give lists, and a list of several types has no closer type
        case Free():
            return "dict[str, Any]"
        case Either(inners):
            return " | ".join(type_of(each) for each in inners)
        case Named(name):
            return name
        case _:
            assert_never(shape)


def _quoted(value: str | bool | int) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _listed(name: str, values: list[str]) -> str:
    line = f"{name}: TypeAlias = Literal[{', '.join(values)}]"
    if len(line) <= WIDTH:
        return line
    return f"{name}: TypeAlias = Literal[\n" + "".join(f"    {value},\n" for value in values) + "]"


def _alias(alias: Alias) -> str:
    if isinstance(alias.shape, Values):
        written = _listed(alias.name, [_quoted(value) for value in alias.shape.of])
    else:
        written = f"{alias.name}: TypeAlias = {type_of(alias.shape)}"
    return f"{written}\n{_docstring(alias.text)}\n"


def _name_lists(contract: Contract) -> list[tuple[str, str, list[str]]]:
    return [
        ("RequestName", "What a client may send.", list(contract.requests)),
        ("EventName", "What the server may send.", list(contract.events)),
    ]


def _names(name: str, text: str, values: list[str]) -> str:
    return f"{_listed(name, [_quoted(value) for value in values])}\n{_docstring(text)}\n"


def _docstring(text: str, indent: str = "") -> str:
    return folded(text, indent, '"""', "", '"""')


def _record(record: Record) -> str:
    fields = "\n".join(_field(each) for each in record.fields)
    body = f"\n\n{fields}" if fields else ""
    return f"class {record.name}(TypedDict):\n{_docstring(record.text, '    ')}{body}\n"


def _field(field: Field) -> str:
    shape = type_of(field.shape)
    written = shape if field.required else f"NotRequired[{shape}]"
    return f"    {field.name}: {written}\n{_docstring(told(field), '    ')}"


def _answer(name: str) -> str:
    return f'class {name}Ack({name}, Done):\n    """`{name}` as an ack holds it."""\n'


def _arguments(name: str, text: str, *forms: Arguments) -> str:
    rows = [_row(each) for form in forms for each in variants(form)]
    line = f"{name}: TypeAlias = {' | '.join(rows)}"
    if len(line) > WIDTH:
        inner = " | ".join(rows)
        if len(inner) > WIDTH - 4:
            inner = "\n    | ".join(rows)
        line = f"{name}: TypeAlias = (\n    {inner}\n)"
    return f"{line}\n{_docstring(text)}\n"


def _row(arguments: Arguments) -> str:
    inner = ", ".join(type_of(each.shape) for each in arguments)
    return f"tuple[{inner or '()'}]"
