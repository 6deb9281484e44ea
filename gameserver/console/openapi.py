"""The API's OpenAPI 3.1 document, made from the table of operations and the types of their bodies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from gameserver import __version__
from gameserver.console.operations import OPERATIONS, Operation
from gameserver.console.shapes import base, server

REF = "#/components/schemas/{model}"
ALWAYS = (400, 401, 403, 429, 500)
MEANINGS = {
    400: "An argument is missing, has the wrong type or is out of bounds.",
    401: "There is no login, or it has ended; or the token or password is wrong.",
    403: "The request comes from another origin, or lacks the X-CSRF-Token of its login.",
    404: "There is no such thing.",
    409: "The rules do not allow it as things stand.",
    429: "Too many wrong tries; Retry-After says when the next is heard.",
    500: "The server made a mistake; its log knows more.",
}
ABOUT = (
    "What operators see and do, as the console shows it. Log in by POST /api/login, which sets a cookie, "
    "or send `Authorization: Bearer` with the token. With the cookie every change also needs the header "
    "X-CSRF-Token. Moments are Unix milliseconds by the server's clock."
)


def document() -> dict[str, Any]:
    """Return the document as what JSON is made of."""
    shapes: set[type[base.Shape]] = {base.Refused, base.Done, server.Password, server.Session}
    for operation in OPERATIONS:
        shapes |= {each for each in (operation.answer, operation.body) if each is not None}
    ordered: list[type[base.Shape]] = sorted(shapes, key=lambda shape: shape.__name__)
    _, definitions = models_json_schema(_as_answered(ordered), ref_template=REF)
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Game room server: the operators' API",
            "version": __version__,
            "description": ABOUT,
        },
        "security": [{"token": []}, {"login": []}],
        "paths": _logins() | paths,
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "login": {"type": "apiKey", "in": "cookie", "name": "gameserver-console"},
            },
        },
    }


def _as_answered(shapes: Iterable[type[BaseModel]]) -> list[tuple[type[BaseModel], JsonSchemaMode]]:
    return [(shape, "serialization") for shape in shapes]


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": [*_path_parameters(operation), *_query_parameters(operation)],
        "responses": _responses(operation.answer, operation.refusals),
    }
    if operation.body is not None:
        described["requestBody"] = _body(operation.body)
    return described


def _logins() -> dict[str, Any]:
    """The way in and out, which no operation of the table is: they set cookies."""
    session = _responses(server.Session, ())
    return {
        "/api/login": {
            "post": {
                "operationId": "login",
                "summary": "Log in by password; the answer sets the cookie.",
                "security": [],
                "requestBody": _body(server.Password),
                "responses": session,
            }
        },
        "/api/logout": {
            "post": {
                "operationId": "logout",
                "summary": "End this login.",
                "responses": _responses(base.Done, ()),
            }
        },
        "/api/session": {
            "get": {"operationId": "session", "summary": "Who asks, and by what right.", "responses": session}
        },
    }


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": operation.about[name],
            "schema": {"type": "string"},
        }
        for name in re.findall(r"{(\w+)}", operation.path)
    ]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    parameters = []
    for name, schema in operation.query.model_json_schema()["properties"].items():
        schema.pop("title", None)
        about = schema.pop("description", None)
        parameter = {"name": name, "in": "query", "required": False, "schema": schema}
        parameters.append(parameter if about is None else {**parameter, "description": about})
    return parameters


def _body(shape: type[base.Shape]) -> dict[str, Any]:
    return {"required": True, "content": _content(shape)}


def _responses(answer: type[base.Shape], refusals: Iterable[int]) -> dict[str, Any]:
    refused = {
        str(status): {"description": MEANINGS[status], "content": _content(base.Refused)}
        for status in sorted({*ALWAYS, *refusals})
    }
    return {"200": {"description": str(answer.__doc__), "content": _content(answer)}, **refused}


def _content(shape: type[base.Shape]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": REF.format(model=shape.__name__)}}}
