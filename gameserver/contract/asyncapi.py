"""The contract as an AsyncAPI 3 document."""

from __future__ import annotations

import json
from typing import Any

from gameserver.contract.json_schemas import (
    answer_schema,
    event_schema,
    named_schemas,
    reference,
    request_schema,
)
from gameserver.contract.model import Contract, Event, Request
from gameserver.contract.text import MADE
from gameserver.transport.edge import PROTOCOL_VERSION

Part = dict[str, Any]

CHANNEL = "#/channels/game"
NEWEST_WINS = "newest wins"
RELIABLE = "reliable, in order"

_ABOUT = f"""\
A room server for games that one of the players hosts, over Socket.IO 5 and Engine.IO 4, namespace `/`.

A payload is the list of an event's arguments. A reply is the one argument of the ack, which a client gets
where it asks for one; the success event and the `error` event are sent beside it. `receive` is what a client
sends, `send` what it gets. Both parsers of Socket.IO are spoken: socket.io-msgpack-parser and the default
JSON one.

In the objects that the server sends there may be further keys some day: a client passes over what it does
not know. An unknown key in a request is refused. A key that may be left out of a request may be null, too.

{MADE}
"""


def asyncapi(contract: Contract) -> str:
    """Return the text of `asyncapi.json`."""
    return json.dumps(document(contract), indent=2, ensure_ascii=False) + "\n"


def document(contract: Contract) -> Part:
    """Return the document."""
    messages: Part = {
        "connect": _message("CONNECT", "Its `auth`; everything may be left out.", reference("Auth")),
        "connected": _message("CONNECT", "The connection is taken.", reference("ConnectAnswer")),
        "connect_error": _message("CONNECT_ERROR", "The connection is refused.", reference("ConnectRefused")),
    }
    operations: Part = {
        "connect": _operation("receive", "Connect.", "connect", ("connected", "connect_error"))
    }
    for request in contract.requests.values():
        _add_request(messages, operations, request)
    for event in contract.events.values():
        _add_event(messages, operations, event)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Game room server",
            "version": str(PROTOCOL_VERSION),
            "description": _ABOUT,
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/vnd.msgpack",
        "servers": {
            "local": {
                "host": "127.0.0.1:8000",
                "pathname": "/socket.io/",
                "protocol": "ws",
                "description": "As `make run` starts it; long-polling is served beside WebSocket.",
            }
        },
        "channels": {
            "game": {
                "address": "/",
                "description": "The Socket.IO namespace.",
                "messages": messages,
            }
        },
        "operations": operations,
        "components": {"schemas": named_schemas(contract)},
    }


def _add_request(messages: Part, operations: Part, request: Request) -> None:
    asked, answered = f"{request.name}.request", f"{request.name}.ack"
    messages[asked] = _message(request.name, request.text, request_schema(request))
    messages[answered] = _message(request.name, f"The ack of `{request.name}`.", answer_schema(request))
    operation = _operation("receive", request.text, asked, (answered,))
    if request.success:
        operation["x-success-events"] = list(request.success)
    if request.relayed:
        operation["x-delivery"] = NEWEST_WINS if request.answers == (None,) else RELIABLE
    operations[asked] = operation


def _add_event(messages: Part, operations: Part, event: Event) -> None:
    told = f"{event.name}.event"
    messages[told] = _message(event.name, event.text, event_schema(event))
    operation = _operation("send", event.text, told)
    operation["x-recorded"] = event.recorded
    operations[told] = operation


def _message(name: str, text: str, payload: Part) -> Part:
    return {"name": name, "summary": text, "payload": payload}


def _operation(action: str, text: str, message: str, replies: tuple[str, ...] = ()) -> Part:
    operation: Part = {
        "action": action,
        "summary": text,
        "channel": {"$ref": CHANNEL},
        "messages": [{"$ref": f"{CHANNEL}/messages/{message}"}],
    }
    if replies:
        operation["reply"] = {
            "channel": {"$ref": CHANNEL},
            "messages": [{"$ref": f"{CHANNEL}/messages/{each}"} for each in replies],
        }
    return operation
