"""Which pages may talk to the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tornado.httputil import HTTPConnection, HTTPHeaders, HTTPServerRequest, RequestStartLine

from gameserver.transport.engine import EngineServer
from gameserver.transport.engine.origins import Origins
from tests.transport.engine.wire import Wire


def request(method: str = "GET", **headers: str) -> HTTPServerRequest:
    return HTTPServerRequest(
        headers=HTTPHeaders({"Host": "game.example", **{k.replace("_", "-"): v for k, v in headers.items()}}),
        connection=HTTPConnection(),
        start_line=RequestStartLine(method, "/", "HTTP/1.1"),
    )


def allowed(policy: Any, origin: str, scheme: str = "https") -> bool:
    return Origins(policy, credentials=False).allows(origin, request(), scheme, lambda: {"REMOTE_ADDR": "x"})


@pytest.mark.parametrize(
    ("policy", "yes", "no"),
    [
        (None, ["https://game.example"], ["http://game.example", "https://evil.example", "null"]),
        ("*", ["https://evil.example", "null"], []),
        (["*"], ["https://evil.example"], []),
        ([], ["https://evil.example"], []),
        ("https://a.example", ["https://a.example"], ["https://game.example", "https://b.example"]),
        (["https://a.example", "https://b.example"], ["https://b.example"], ["https://c.example"]),
        (lambda origin: origin.endswith(".example"), ["https://a.example"], ["https://a.test"]),
        (lambda origin, environ: environ["REMOTE_ADDR"] == "x", ["https://a.test"], []),
    ],
)
def test_the_policy_speaks_python_engineios_words(policy: Any, yes: list[str], no: list[str]) -> None:
    assert all(allowed(policy, origin) for origin in yes)
    assert not any(allowed(policy, origin) for origin in no)


def test_an_allowed_page_may_read_the_answer() -> None:
    headers = dict(Origins("*", credentials=True).headers("https://a.example", request()))
    assert headers == {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": "https://a.example",
        "Access-Control-Allow-Credentials": "true",
    }


def test_a_preflight_is_answered_with_what_may_be_sent() -> None:
    asked = request("OPTIONS", Access_Control_Request_Headers="x-token")
    headers = dict(Origins("*", credentials=False).headers("https://a.example", asked))
    assert headers["Access-Control-Allow-Methods"] == "GET, POST, OPTIONS"
    assert headers["Access-Control-Allow-Headers"] == "x-token"
    assert "Access-Control-Allow-Credentials" not in headers


def test_without_a_check_no_header_is_added() -> None:
    assert Origins([], credentials=True).headers("https://a.example", request()) == []


@pytest.fixture
def options() -> dict[str, Any]:
    return {"cors_allowed_origins": ["https://a.example"]}


@pytest.mark.gen_test
async def test_another_page_is_refused_on_every_way_in(
    wire: Callable[[], Wire], engine: EngineServer
) -> None:
    async with wire() as client:
        for method in ("GET", "POST", "OPTIONS"):
            answer = await client.request(
                method, {"EIO": "4", "transport": "polling"}, headers={"Origin": "https://evil.example"}
            )
            assert answer.status == 403
            assert "Access-Control-Allow-Origin" not in answer.headers
        assert await client.refused_websocket(origin="https://evil.example") == 403
    assert not engine.sockets


@pytest.mark.gen_test
async def test_the_right_page_is_let_in_on_every_way(wire: Callable[[], Wire]) -> None:
    async with wire() as client:
        query = {"EIO": "4", "transport": "polling"}
        for method, status in (("GET", 200), ("OPTIONS", 204)):
            answer = await client.request(method, query, headers={"Origin": "https://a.example"})
            assert answer.status == status
            assert answer.headers["Access-Control-Allow-Origin"] == "https://a.example"
        socket = await client.websocket(origin="https://a.example")
        assert (await socket.receive())[0] == "0"
