"""What supervisors and monitoring are told, and who is told it."""

from __future__ import annotations

import json

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine
from tornado.web import Application

from gameserver.transport.engine.addresses import TrustedProxies
from gameserver.web.health import Health, is_local, routes

REASONS: list[str] = []
ASKED: list[str] = []


def reasons() -> list[str]:
    ASKED.append("why")
    return list(REASONS)


def health(metrics: str = "local", *proxies: str) -> Health:
    return Health(
        reasons=reasons,
        version={"version": "1.2.3", "protocol": 1},
        render=lambda accept: (f"accepted {accept}\n".encode(), "text/plain; version=0.0.4"),
        metrics=metrics,  # type: ignore[arg-type]  # a parameter of the tests
        remote_ip=TrustedProxies(proxies).remote_ip,
    )


@pytest.fixture
def metrics() -> str:
    return "local"


@pytest.fixture
def app(metrics: str) -> Application:
    REASONS.clear()
    ASKED.clear()
    return Application(list(routes(health(metrics))), log_function=lambda handler: None)


async def got(client: AsyncHTTPClient, url: str, **headers: str) -> HTTPResponse:
    return await client.fetch(url, raise_error=False, headers=headers)


@pytest.mark.gen_test
async def test_a_server_that_answers_is_healthy_whatever_its_reasons(
    http_client: AsyncHTTPClient, base_url: str
) -> None:
    REASONS.append("storage: full")
    response = await got(http_client, f"{base_url}/healthz")

    assert (response.code, response.body) == (200, b"ok\n")


@pytest.mark.gen_test
async def test_whether_it_lives_is_answered_without_asking_for_reasons(
    http_client: AsyncHTTPClient, base_url: str
) -> None:
    """Reasons are made of the storage's state, too: this answer must not wait for it."""
    await got(http_client, f"{base_url}/healthz")
    assert ASKED == []

    await got(http_client, f"{base_url}/readyz")
    assert ASKED == ["why"]


@pytest.mark.gen_test
async def test_readiness_comes_with_its_reasons(http_client: AsyncHTTPClient, base_url: str) -> None:
    ready = await got(http_client, f"{base_url}/readyz")
    REASONS.extend(["draining", "storage: full"])
    not_ready = await got(http_client, f"{base_url}/readyz")

    assert (ready.code, json.loads(ready.body)) == (200, {"ready": True, "reasons": []})
    assert not_ready.code == 503
    assert json.loads(not_ready.body) == {"ready": False, "reasons": ["draining", "storage: full"]}


@pytest.mark.gen_test
async def test_the_version_is_told(http_client: AsyncHTTPClient, base_url: str) -> None:
    response = await got(http_client, f"{base_url}/version")

    assert json.loads(response.body) == {"version": "1.2.3", "protocol": 1}


@pytest.mark.gen_test
async def test_this_machine_reads_the_metrics_in_the_form_it_accepts(
    http_client: AsyncHTTPClient, base_url: str
) -> None:
    response = await got(http_client, f"{base_url}/metrics", Accept="application/openmetrics-text")

    assert (response.code, response.body) == (200, b"accepted application/openmetrics-text\n")
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4"


@pytest.mark.gen_test
@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
async def test_what_a_proxy_forwards_is_not_local(
    http_client: AsyncHTTPClient, base_url: str, header: str
) -> None:
    response = await got(http_client, f"{base_url}/metrics", **{header: "127.0.0.1"})

    assert (response.code, response.body) == (403, b"403 Forbidden\n")


@pytest.mark.gen_test
@pytest.mark.parametrize("metrics", ["open"])
async def test_open_metrics_are_for_everybody(
    metrics: str, http_client: AsyncHTTPClient, base_url: str
) -> None:
    response = await got(http_client, f"{base_url}/metrics", **{"X-Forwarded-For": "192.0.2.1"})

    assert response.code == 200


@pytest.mark.gen_test
@pytest.mark.parametrize("metrics", ["off"])
async def test_metrics_that_are_off_are_nowhere(
    metrics: str, http_client: AsyncHTTPClient, base_url: str
) -> None:
    assert (await got(http_client, f"{base_url}/metrics")).code == 404


@pytest.mark.gen_test
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/version", "/metrics"])
async def test_every_answer_is_fresh_and_carries_the_security_headers(
    http_client: AsyncHTTPClient, base_url: str, path: str
) -> None:
    headers = (await got(http_client, f"{base_url}{path}")).headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Server" not in headers
    assert "Etag" not in headers


@pytest.mark.parametrize(
    ("peer", "forwarded", "local"),
    [
        ("127.0.0.1", None, True),
        ("127.9.9.9", None, True),
        ("::1", None, True),
        ("::ffff:127.0.0.1", None, True),
        ("192.0.2.1", None, False),
        ("10.0.0.1", None, False),
        ("", None, False),  # a Unix socket: nobody knows who is behind it
        ("127.0.0.1", "192.0.2.1", False),
        ("10.0.0.1", "127.0.0.1", True),  # a trusted proxy says so
        ("192.0.2.1", "127.0.0.1", False),  # anybody says so
    ],
)
def test_local_is_who_connects_from_here_and_for_itself(
    peer: str, forwarded: str | None, local: bool
) -> None:
    headers = HTTPHeaders({"Host": "localhost"})
    if forwarded is not None:
        headers["X-Forwarded-For"] = forwarded
    request = HTTPServerRequest(headers=headers, start_line=RequestStartLine("GET", "/metrics", "HTTP/1.1"))
    request.remote_ip = peer

    assert is_local(request, TrustedProxies(["10.0.0.1"]).remote_ip) is local
