"""A game through each proxy, as its shipped file sets it up."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPSConnection
from itertools import count
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from tornado.ioloop import IOLoop

from tests.deploy import proxies
from tests.end_to_end.cast import Cast
from tests.support.patience import PATIENCE_SECONDS
from tests.support.server_process import ServerProcess

TRUSTING = ("--trusted-proxies", "127.0.0.1")
INVENTED = "203.0.113.9"  # TEST-NET-3 of RFC 5737: nobody's address
ELSEWHERE = (f"127.0.0.{last}" for last in count(2))  # the loopback has many addresses: one for each client
THROUGH: dict[str, Any] = {"rejectUnauthorized": False}

pytestmark = [
    pytest.mark.skipif(bool(why := proxies.missing(program)), reason=why or "")
    for program in ("nginx", "caddy")
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    running = ServerProcess(tmp_path_factory.mktemp("server"), *TRUSTING).start()
    yield running
    running.stop()


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def served(
    server: ServerProcess, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[tuple[str, Path]]:
    """A proxy: the address that players know, and its access log."""
    directory = tmp_path_factory.mktemp(request.param)
    with getattr(proxies, request.param)(directory, server.port) as url:
        yield url, directory / "gameserver.log"


@pytest.fixture
def proxy(served: tuple[str, Path]) -> str:
    return served[0]


@pytest.fixture
def access_log(served: tuple[str, Path]) -> Path:
    return served[1]


@pytest.fixture
def cast(io_loop: IOLoop) -> Iterator[Cast]:
    cast = Cast()
    yield cast
    io_loop.run_sync(cast.leave)


def asked(url: str) -> tuple[int, str]:
    """Return the status and the first header line that matters of a plain GET."""
    unverified = ssl._create_unverified_context() if url.startswith("https") else None
    try:
        with urlopen(Request(url), timeout=PATIENCE_SECONDS, context=unverified) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, ""


@pytest.mark.gen_test
async def test_a_game_is_played_over_websockets_and_polling(proxy: str, cast: Cast) -> None:
    host = await cast.js("anna", proxy, **THROUGH)
    guest = await cast.js("bo", proxy, transports=["polling"], **THROUGH)
    room = await host.ask("create", None, "Behind a proxy", "")
    await guest.ask("join", room["id"])

    await guest.emit("input", {"key": "left"})
    await host.emit("state", {"x": 1})

    assert (await host.told("input"))[1] == {"key": "left"}
    assert await guest.told("state") == {"x": 1}


@pytest.mark.gen_test
async def test_a_client_comes_up_from_polling_to_a_websocket(proxy: str, cast: Cast) -> None:
    player = await cast.js("cleo", proxy, transports=["polling", "websocket"], **THROUGH)

    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await player.status())["transport"] != "websocket":
            await player.caught_up()

    assert (await player.ask("clock", 1))["client"] == 1


def test_the_client_s_own_address_counts_and_an_invented_one_does_not(
    proxy: str, server: ServerProcess
) -> None:
    connection, address = from_elsewhere(proxy)
    sid = polled(connection, "GET", "").partition('"sid":"')[2].partition('"')[0]
    polled(connection, "POST", f"&sid={sid}", "40")
    polled(connection, "GET", f"&sid={sid}")
    connection.close()

    deadline = time.monotonic() + PATIENCE_SECONDS
    while address not in (opened := opened_from(server)) and time.monotonic() < deadline:
        time.sleep(0.02)

    assert opened.count(address) == 1
    assert INVENTED not in opened


def opened_from(server: ServerProcess) -> list[str]:
    return [line["address"] for line in server.lines("connection.opened")]


def from_elsewhere(url: str) -> tuple[HTTPConnection, str]:
    """Return a connection from an address of its own, and that address."""
    host, _, port = url.partition("//")[2].partition(":")
    address = next(ELSEWHERE)
    if not url.startswith("https"):
        return HTTPConnection(host, int(port), PATIENCE_SECONDS, (address, 0)), address
    context = ssl._create_unverified_context()
    return HTTPSConnection(
        host, int(port), timeout=PATIENCE_SECONDS, source_address=(address, 0), context=context
    ), address


def polled(connection: HTTPConnection, method: str, query: str, body: str | None = None) -> str:
    """Return the body of an Engine.IO request by long-polling."""
    path = f"/socket.io/?EIO=4&transport=polling{query}"
    connection.request(method, path, body, {"X-Forwarded-For": INVENTED, "X-Real-IP": INVENTED})
    answer = connection.getresponse()
    assert answer.status == 200
    return answer.read().decode()


def test_readiness_is_told_and_the_operators_pages_are_not(proxy: str) -> None:
    assert asked(f"{proxy}/readyz")[0] == 200
    for path in ("/metrics", "/console", "/console/", "/api/rooms"):
        assert asked(proxy + path)[0] == 404, path


def test_the_access_log_holds_no_ids_of_polling_sessions(proxy: str, access_log: Path) -> None:
    connection, _ = from_elsewhere(proxy)
    sid = polled(connection, "GET", "").partition('"sid":"')[2].partition('"')[0]
    polled(connection, "POST", f"&sid={sid}", "40")
    connection.close()

    deadline = time.monotonic() + PATIENCE_SECONDS
    while "POST" not in (written := access_log.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)

    assert "/socket.io/" in written
    assert sid not in written
