"""What we touch of python-socketio and python-engineio must be where it was."""

from __future__ import annotations

import ast
import inspect
from importlib.metadata import version
from pathlib import Path

import engineio
import pytest
import socketio

from gameserver.transport import engine, sockets
from gameserver.transport.sockets.stock import PRIVATE_NAMES

SOURCES = [path for package in (engine, sockets) for path in Path(str(package.__file__)).parent.glob("*.py")]


@pytest.mark.parametrize(("package", "tried"), [("python-socketio", "5.18.1"), ("python-engineio", "4.15.1")])
def test_the_version_is_the_one_this_was_written_for(package: str, tried: str) -> None:
    assert version(package) == tried, (
        f"{package} has moved: read what changed behind PRIVATE_NAMES, then name the new version here"
    )


@pytest.mark.parametrize(("owner", "name", "signature"), PRIVATE_NAMES, ids=lambda value: str(value))
def test_a_private_name_takes_what_it_took(owner: type, name: str, signature: str) -> None:
    found = getattr(owner, name, None)
    assert found is not None, f"{owner.__name__}.{name} is gone"
    assert str(inspect.signature(found)) == signature, f"{owner.__name__}.{name} takes something else now"


def test_every_private_name_that_is_overridden_or_called_is_on_the_list() -> None:
    listed = {name for _, name, _ in PRIVATE_NAMES}
    stock_names = {
        name
        for owner in (
            socketio.AsyncServer,
            socketio.AsyncManager,
            engineio.AsyncServer,
            engineio.async_socket.AsyncSocket,
        )
        for name in dir(owner)
        if name.startswith("_") and not name.startswith("__")
    }
    for path in SOURCES:
        tree = ast.parse(path.read_text())
        used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        used |= {
            node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        private = used & stock_names
        if path.name == "stock.py":
            assert private == listed
        else:
            assert private == set(), f"{path.name} touches {private}"


@pytest.mark.parametrize(
    ("owner", "names"),
    [
        (
            engineio.AsyncServer(async_mode="tornado"),
            "ping_interval ping_interval_grace_period ping_timeout max_http_buffer_size allow_upgrades"
            " http_compression compression_threshold cookie cors_allowed_origins cors_credentials sockets"
            " handlers logger transports reason",
        ),
        (
            socketio.AsyncServer(async_mode="tornado"),
            "eio environ handlers namespace_handlers not_handled manager manager_initialized async_handlers"
            " namespaces always_connect packet_class",
        ),
        (
            socketio.AsyncManager(),
            "rooms callbacks server basic_enter_room basic_leave_room basic_disconnect",
        ),
    ],
    ids=["engineio", "socketio", "manager"],
)
def test_the_public_names_that_carry_weight_are_there(owner: object, names: str) -> None:
    for name in names.split():
        assert hasattr(owner, name), f"{type(owner).__name__}.{name} is gone"
