"""HTTP for the console: every request is checked here before anything is asked of the desk."""

from __future__ import annotations

import hmac
import inspect
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from tornado.httputil import HTTPServerRequest
from tornado.web import HTTPError, RequestHandler

from gameserver.console.desk import Desk
from gameserver.console.guard import Operator
from gameserver.console.operations import Call, Operation
from gameserver.console.problems import (
    Forbidden,
    Missing,
    Mistake,
    NotAllowed,
    NotLoggedIn,
    Problem,
    Wrong,
)
from gameserver.console.shapes import base, server
from gameserver.settings.loading import readable
from gameserver.web.pages import HEADERS

BODY_BYTES = 16_384
COOKIE = "gameserver-console"
SAFE_SITES = ("", "same-origin", "none")  # of Sec-Fetch-Site: none is what a person typed


@dataclass(frozen=True, slots=True)
class Door:
    """What the handlers need beside the desk."""

    desk: Desk
    remote_ip: Callable[[HTTPServerRequest], str]
    scheme: Callable[[HTTPServerRequest], str]
    origin: str | None  # as set; None: as the Host says
    production: bool

    def own_origin(self, request: HTTPServerRequest) -> str:
        """Return the origin of the console's own pages."""
        return self.origin or f"{self.scheme(request)}://{request.host}"

    def secure(self, request: HTTPServerRequest) -> bool:
        """Whether the cookie must never go over plain HTTP."""
        return self.production or self.scheme(request) == "https"


class Api(RequestHandler):
    """What all of the API has in common: headers, origin, who asks, and refusals as JSON."""

    def initialize(self, door: Door) -> None:
        self.door = door

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in HEADERS.items():
            self.set_header(name, value)
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Type", "application/json")

    def compute_etag(self) -> None:
        """No answer comes twice."""

    def prepare(self) -> None:
        """Refuse what comes from another page's origin before anything else is looked at."""
        request = self.request
        origin = request.headers.get("Origin")
        site = request.headers.get("Sec-Fetch-Site", "")
        foreign = origin is not None and origin.lower() != self.door.own_origin(request).lower()
        if foreign or site not in SAFE_SITES:
            self.door.desk.audit.refused(self.address, "origin", "foreign")
            raise Forbidden("this page is not the console's own")

    @property
    def address(self) -> str:
        """The client's address, trusted proxies passed over."""
        return self.door.remote_ip(self.request)

    @property
    def cookie_name(self) -> str:
        """Over TLS a name that no other host or path can set (RFC 6265bis, section 4.1.3.2)."""
        return f"__Host-{COOKIE}" if self.door.secure(self.request) else COOKIE

    def operator(self) -> Operator:
        """Return who asks. Raises NotLoggedIn, TooManyTries."""
        scheme, _, token = self.request.headers.get("Authorization", "").partition(" ")
        if scheme:
            if scheme.lower() != "bearer":
                raise NotLoggedIn("send Authorization: Bearer, or log in")
            return self.door.desk.guard.by_token(token.strip(), self.address)
        return self.door.desk.guard.by_login(self.get_cookie(self.cookie_name), self.address)

    def check_csrf(self, operator: Operator) -> None:
        """A change by cookie must name its login's secret, which no other page can read. Raises Forbidden."""
        if operator.login is None:
            return
        sent = self.request.headers.get("X-CSRF-Token", "")
        if not hmac.compare_digest(sent.encode(), operator.login.csrf.encode()):
            self.door.desk.audit.refused(self.address, "origin", "csrf")
            raise Forbidden("the header X-CSRF-Token is missing or wrong")

    def read_body(self, shape: type[base.Shape]) -> Any:
        """Return the body in this shape. Raises Wrong."""
        if self.request.headers.get("Content-Type", "").partition(";")[0].strip() != "application/json":
            raise Wrong("send a body of Content-Type: application/json")
        if len(self.request.body) > BODY_BYTES:
            raise Wrong(f"the body has at most {BODY_BYTES} bytes")
        return _checked(lambda: shape.model_validate_json(self.request.body))

    def read_query(self, shape: type[base.Shape]) -> Any:
        """Return the query's arguments in this shape. Raises Wrong."""
        given = {name: self.get_query_argument(name) for name in self.request.query_arguments}
        return _checked(lambda: shape.model_validate(given))

    def answer(self, body: base.Shape) -> None:
        """Finish with this body."""
        self.finish(body.model_dump_json())

    def log_exception(self, *_: object) -> None:
        """`write_error` writes down what is a mistake of ours."""

    def write_error(self, status_code: int, **details: Any) -> None:
        """Answer every refusal in the one shape."""
        problem = self._problem(status_code, details.get("exc_info", (None, None, None))[1])
        self.set_status(problem.status)
        if problem.retry_after is not None:
            self.set_header("Retry-After", str(problem.retry_after))
        if problem.status == 401:
            self.set_header("WWW-Authenticate", "Bearer")  # RFC 9110, section 11.6.1
        self.answer(base.Refused(error=base.Error(code=problem.code, message=str(problem))))

    def _problem(self, status: int, error: BaseException | None) -> Problem:
        if isinstance(error, Problem):
            return error
        if isinstance(error, HTTPError):
            return (
                NotAllowed("this path has no such method")
                if status == 405
                else Wrong(error.reason or "this request makes no sense")
            )
        self.door.desk.audit.failed(error)
        return Mistake("the server made a mistake; it is logged")


class OperationHandler(Api):
    """One path of the table."""

    def initialize(self, door: Door, operations: Mapping[str, Operation]) -> None:  # type: ignore[override]
        super().initialize(door)
        self._operations = operations

    async def get(self, **path: str) -> None:
        await self._run(path)

    async def post(self, **path: str) -> None:
        await self._run(path)

    async def patch(self, **path: str) -> None:
        await self._run(path)

    async def _run(self, path: dict[str, str]) -> None:
        operation = self._operations.get(self.request.method or "")
        if operation is None:
            raise NotAllowed("this path has no such method")
        operator = self.operator()
        if operation.method != "GET":
            self.check_csrf(operator)
        query = None if operation.query is None else self.read_query(operation.query)
        body = None if operation.body is None else self.read_body(operation.body)
        answer = operation.run(Call(self.door.desk, operator, path, query, body))
        self.answer(await answer if inspect.isawaitable(answer) else answer)


class LoginHandler(Api):
    """The way in."""

    async def post(self) -> None:
        password: server.Password = self.read_body(server.Password)
        token, operator = await self.door.desk.guard.log_in(password.password, self.address)
        self.set_cookie(
            self.cookie_name,
            token,
            path="/",
            httponly=True,
            samesite="Strict",
            secure=self.door.secure(self.request),
            max_age=int(self.door.desk.guard.logins.seconds),
        )
        self.answer(session(operator))


class LogoutHandler(Api):
    """The way out."""

    def post(self) -> None:
        operator = self.operator()
        self.check_csrf(operator)
        token = self.get_cookie(self.cookie_name)
        if operator.login is not None and token is not None:
            self.door.desk.guard.logins.end(token)
            self.door.desk.audit.logout(operator.name, self.address)
        self.clear_cookie(self.cookie_name, path="/", secure=self.door.secure(self.request))
        self.answer(base.Done(detail=""))


class SessionHandler(Api):
    """Who asks."""

    def get(self) -> None:
        self.answer(session(self.operator()))


class DocumentHandler(Api):
    """The OpenAPI document, for whoever may write a program for this; it holds no secret."""

    def initialize(self, door: Door, document: Mapping[str, Any]) -> None:  # type: ignore[override]
        super().initialize(door)
        self._document = document

    def get(self) -> None:
        self.finish(json.dumps(self._document, indent=1))


class NowhereHandler(Api):
    """Anything else under /api/."""

    def prepare(self) -> None:
        super().prepare()
        raise Missing("there is no such path: /api/openapi.json lists them")


def session(operator: Operator) -> server.Session:
    """Return what an operator is told of its own login."""
    login = operator.login
    return server.Session(
        operator=operator.name,
        means="token" if login is None else "login",
        csrf=None if login is None else login.csrf,
        until=None if login is None else round(login.until * 1000),
    )


def path_pattern(path: str) -> str:
    """Return the regular expression of a path with `{names}`."""
    return re.sub(r"{(\w+)}", r"(?P<\1>[^/]{1,64})", path)


def _checked(read: Callable[[], base.Shape]) -> base.Shape:
    try:
        return read()
    except ValidationError as error:
        raise Wrong("; ".join(readable(problem) for problem in error.errors(include_url=False))) from None
