"""Which paths the console has."""

from __future__ import annotations

from pathlib import Path

from tornado.routing import URLSpec
from tornado.web import RequestHandler

from gameserver.console.desk import Desk
from gameserver.console.handlers import (
    DocumentHandler,
    Door,
    LoginHandler,
    LogoutHandler,
    NowhereHandler,
    OperationHandler,
    SessionHandler,
    path_pattern,
)
from gameserver.console.openapi import document
from gameserver.console.operations import OPERATIONS, Operation
from gameserver.settings import Settings
from gameserver.transport.engine.addresses import TrustedProxies
from gameserver.web.pages import PageHandler, read_pages

STATIC = Path(__file__).parent / "static"


def routes_of(desk: Desk, settings: Settings, proxies: TrustedProxies) -> list[URLSpec]:
    """Return the handlers of this desk, for a server of these settings behind these proxies."""
    return routes(
        Door(
            desk=desk,
            remote_ip=proxies.remote_ip,
            scheme=proxies.scheme,
            origin=settings.console_origin,
            production=settings.environment == "production",
        )
    )


def routes(door: Door) -> list[URLSpec]:
    """Return the handlers of the page and of the API."""
    pages = read_pages(STATIC)
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in OPERATIONS:
        by_path.setdefault(operation.path, {})[operation.method] = operation
    ways: list[tuple[str, type[RequestHandler]]] = [
        (r"/api/login", LoginHandler),
        (r"/api/logout", LogoutHandler),
        (r"/api/session", SessionHandler),
    ]
    return [
        URLSpec(r"/console/?()", PageHandler, {"pages": {"": pages["index.html"]}}, name="console"),
        URLSpec(r"/console/static/(.*)", PageHandler, {"pages": pages}),
        *(URLSpec(path, handler, {"door": door}) for path, handler in ways),
        URLSpec(r"/api/openapi\.json", DocumentHandler, {"door": door, "document": document()}),
        *(
            URLSpec(path_pattern(path), OperationHandler, {"door": door, "operations": operations})
            for path, operations in by_path.items()
        ),
        URLSpec(r"/api/.*", NowhereHandler, {"door": door}),
    ]
