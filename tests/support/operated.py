"""A server with its console open, in this process: operators ask over HTTP, players move through the core."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, cast

import structlog
from argon2 import PasswordHasher
from openapi_schema_validator import OAS31Validator
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.httputil import HTTPHeaders

from gameserver import logs
from gameserver.app import Server
from gameserver.console.logins import digest
from gameserver.console.openapi import document
from gameserver.core.commands import ClientCommand, Connected, CreateRoom, Disconnected, JoinRoom
from gameserver.core.values import PlayerId, RoomId
from gameserver.performing import Request
from gameserver.settings import AllSettings
from tests.support.game import TRACKS

PASSWORD = "correct horse battery"
TOKEN = "t" * 43
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # what a test can afford
DOCUMENT = document()


@dataclass(frozen=True)
class Answer:
    """What HTTP answered."""

    status: int
    body: Any
    headers: HTTPHeaders


class Operated:
    """The server, an operator who asks it, and players without sockets."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.url = f"http://127.0.0.1:{server.port}"
        self.asked: set[str] = set()  # operations that succeeded

    # -- the operator ------------------------------------------------------------------------------

    async def fetch(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Ask; every answer of the API must be as its document says."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            given.setdefault("Content-Type", "application/json")
        elif method != "GET":
            body = ""  # as curl does: without one, Tornado's client sends none in chunks
        request = HTTPRequest(
            self.url + path,
            method=method,
            headers=given,
            body=None if body is None else body if isinstance(body, str) else json.dumps(body),
            allow_nonstandard_methods=True,
        )
        response = await AsyncHTTPClient().fetch(request, raise_error=False)
        if self.server.console is not None:
            self._check(method, path.partition("?")[0], response)
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        text = response.body.decode()
        return Answer(response.code, json.loads(text) if is_json else text, response.headers)

    async def get(self, path: str) -> Any:
        """Return what an operator with the token is answered."""
        answer = await self.fetch("GET", path, Authorization=f"Bearer {TOKEN}")
        assert answer.status == 200, answer
        return answer.body

    async def order(self, path: str, body: Any = None, method: str = "POST") -> Answer:
        """Order something with the token."""
        return await self.fetch(method, path, {} if body is None else body, Authorization=f"Bearer {TOKEN}")

    def _check(self, method: str, path: str, response: HTTPResponse) -> None:
        for template, methods in DOCUMENT["paths"].items():
            if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path) and method.lower() in methods:
                operation = methods[method.lower()]
                described = operation["responses"].get(str(response.code))
                assert described is not None, f"{method} {template} may not answer {response.code}"
                schema = described["content"]["application/json"]["schema"]
                validator = OAS31Validator({**schema, "components": DOCUMENT["components"]})
                validator.validate(json.loads(response.body))
                if response.code == 200:
                    self.asked.add(operation["operationId"])

    # -- the players -------------------------------------------------------------------------------

    def arrive(self, name: str, *, address: str = "192.0.2.1", returns: bool = True) -> PlayerId:
        """Let a player come in, without a socket, as one that could come back or not."""
        player = PlayerId(name)
        command = Connected(name.title(), address=address, pid=f"pid of {name}" if returns else None)
        effects = self.server.runtime.admit(player, command)
        self.server.runtime.welcome(player, effects, lambda: None)
        return player

    def ask(self, player: PlayerId, event: str, command: ClientCommand) -> None:
        """Let a player ask for something."""
        self.server.runtime.request(Request(player, event, None), command)

    def lose(self, player: PlayerId, *, gone: bool = False) -> None:
        """Let a player lose its connection."""
        self.server.runtime.report(player, Disconnected("lost", gone=gone))

    def room(self, *names: str, title: str = "Round one") -> RoomId:
        """Open a room with these players, the first as its host."""
        first, *others = [self.arrive(name) for name in names]
        self.ask(first, "create", CreateRoom(title))
        room = cast("RoomId", self.server.registry.players[first].room)
        for other in others:
            self.ask(other, "join", JoinRoom(room))
        return room


@contextmanager
def logged() -> Iterator[None]:
    """Write the log as the server does, to nowhere; the process's logging is put back afterwards."""
    root = logging.getLogger()
    before, level = root.handlers, root.level
    logs.configure(form="json", out=io.StringIO())
    try:
        yield
    finally:
        root.handlers = before
        root.setLevel(level)
        structlog.reset_defaults()


@asynccontextmanager
async def operated(**settings: Any) -> AsyncIterator[Operated]:
    """Run a server that opens its console by PASSWORD and TOKEN."""
    chosen = {
        "port": 0,
        "storage": "memory",
        "console_password_hash": CHEAP.hash(PASSWORD),
        "console_token_sha256": digest(TOKEN),
        **settings,
    }
    with logged():
        server = Server(AllSettings(**chosen), TRACKS, {}, logs.get_log())
        server.listen()
        try:
            yield Operated(server)
        finally:
            await server.stop()
