"""A whole server under clients that behave badly: its metrics stay bounded and tell what happened."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from gameserver.app import Server
from gameserver.logs import get_log
from gameserver.metrics.catalogue import CATALOGUE, OTHER
from gameserver.settings import Settings
from tests.metrics.names import names
from tests.support.game import TRACKS

pytestmark = pytest.mark.gen_test
Values = dict[tuple[str, tuple[tuple[str, str], ...]], float]


class Client:
    """A Socket.IO client of the JSON parser, by hand, so that it can send what no library would."""

    def __init__(self, socket: WebSocketClientConnection) -> None:
        self._socket = socket
        self._closed = False
        self.sid = ""

    async def emit(self, *event: Any) -> None:
        await self._socket.write_message("42" + json.dumps(event))

    async def send(self, text: str) -> None:
        await self._socket.write_message(text)

    async def told(self, name: str) -> Any:
        """Return what the next event of this name brings."""
        while True:
            text = await self._read()
            if text.startswith("42") and (event := json.loads(text[2:]))[0] == name:
                return event[1]

    async def until_closed(self) -> None:
        while not self._closed and await self._socket.read_message() is not None:
            pass
        self._closed = True
        self._socket.close()

    async def _read(self) -> str:
        text = await self._socket.read_message()
        assert isinstance(text, str), "the server closed the connection"
        return text


class Stage:
    """A server and whoever connects to it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.url = f"http://127.0.0.1:{server.port}"
        self.clients: list[Client] = []

    async def connect(self, address: str = "192.0.2.1") -> Client:
        """Return a client that has been welcomed; it is at this address where a proxy is believed."""
        url = f"{self.url}/socket.io/?EIO=4&transport=websocket".replace("http", "ws")
        client = Client(await websocket_connect(HTTPRequest(url, headers={"X-Forwarded-For": address})))
        self.clients.append(client)
        await client.send("40")
        client.sid = (await client.told("welcome"))["id"]
        return client

    async def scrape(self) -> tuple[str, list[Metric]]:
        text = (await AsyncHTTPClient().fetch(f"{self.url}/metrics")).body.decode()
        return text, list(text_string_to_metric_families(text))


@asynccontextmanager
async def running(**settings: Any) -> AsyncIterator[Stage]:
    server = Server(Settings(port=0, storage="memory", **settings), TRACKS, {}, get_log())
    server.listen()
    stage = Stage(server)
    try:
        yield stage
    finally:
        await server.stop()
        for client in stage.clients:
            await client.until_closed()


def values(families: list[Metric]) -> Values:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def value(families: list[Metric], name: str, **labels: str) -> float:
    return values(families)[name, tuple(sorted(labels.items()))]


async def test_after_a_noisy_session_every_label_is_listed_and_no_id_is_shown() -> None:
    async with running(requests_per_second=1000, requests_burst=1000) as stage:
        anna, bo = await stage.connect(), await stage.connect()
        await anna.emit("create", None, "A room called Secret")
        room = (await anna.told("create_success"))["id"]
        await bo.emit("join", room)
        await bo.told("join_success")
        for number in range(15):
            await bo.emit(f"made up {number}", {"x": number})
            await bo.emit("join", f"room{number}")
        for _ in range(15):
            assert (await bo.told("error"))["code"] == "unknown_event"
            assert (await bo.told("error"))["code"] == "room_not_found"
        await bo.emit("state", {"not": "host"})
        await bo.told("error")
        await anna.emit("broadcast", {"hello": 1})
        await bo.told("broadcast")
        await anna.emit("leave", room)
        await bo.told("host_ready")
        junk = await stage.connect()
        await junk.send("42[this is no packet")
        await junk.until_closed()

        text, families = await stage.scrape()

        for secret in (anna.sid, bo.sid, room, "Secret", "made up", "127.0.0.1"):
            assert secret not in text
        for family in families:
            for sample in family.samples:
                entry = CATALOGUE.get(family.name) or CATALOGUE.get(f"{family.name}_total")
                assert entry is not None or family.name in names() | {"process_cpu_seconds"}, family.name
                for label, given in sample.labels.items():
                    if label != "le":
                        assert entry is not None
                        assert given in (*entry.labels[label], OTHER), sample
        assert len(values(families)) < 1000

        assert value(families, "gameserver_connections", transport="websocket") == 2
        assert value(families, "gameserver_rooms", kind="listed") == 1
        assert value(families, "gameserver_seats_taken") == 1
        assert value(families, "gameserver_players", state="connected") == 2
        assert value(families, "gameserver_commands_total", command="other", outcome="unknown_event") == 15
        assert value(families, "gameserver_commands_total", command="create", outcome="ok") == 1
        assert value(families, "gameserver_refusals_total", code="room_not_found") == 15
        assert value(families, "gameserver_request_bytes_total") > 500
        assert value(families, "gameserver_relay_messages_total", event="broadcast") == 1
        assert value(families, "gameserver_relay_refusals_total", code="not_host") == 1
        assert value(families, "gameserver_connections_malformed_total") == 1
        assert (
            value(families, "gameserver_connections_closed_total", ending="server", code="bad_request") == 1
        )
        assert value(families, "latency_elections_total", reason="left") == 1
        assert value(families, "gameserver_migrations_total", outcome="ready") == 1
        assert value(families, "gameserver_migration_seconds_count") == 1
        assert value(families, "gameserver_ready") == 1
        assert value(families, "gameserver_storage_committed_records_total") >= 1
        assert value(families, "gameserver_storage_commit_seconds_count") >= 1


async def test_each_metric_of_the_catalogue_is_there_from_the_start() -> None:
    async with running() as stage:
        _, families = await stage.scrape()
        await AsyncHTTPClient().fetch(
            f"{stage.url}/metrics",
            headers={"Accept": "application/openmetrics-text; version=1.0.0"},
        )

    found = {family.name for family in families}
    assert {name.removesuffix("_total") for name in CATALOGUE} == {
        name for name in found if not name.startswith("process_")
    }


async def test_connections_beyond_the_limits_are_counted_by_limit() -> None:
    async with running(connections=1, max_rooms=1, relay_burst=1, relay_per_second=1) as stage:
        anna = await stage.connect()
        with pytest.raises(Exception, match="503"):
            await stage.connect()
        await anna.emit("create", None, "Room")
        await anna.told("create_success")
        for number in range(3):
            await anna.emit("state", number)
        assert (await anna.told("error"))["code"] == "rate_limited"

        _, families = await stage.scrape()

        assert value(families, "gameserver_limits_hit_total", limit="connections") == 1
        assert value(families, "gameserver_limits_hit_total", limit="news_rate") >= 1
        assert value(families, "gameserver_http_refusals_total", status="503") == 1


async def test_limits_inside_a_room_are_counted_by_limit() -> None:
    async with running(max_players=1, update_keys=1) as stage:
        anna, bo = await stage.connect(), await stage.connect()
        await anna.emit("create", None, "Room")
        room = (await anna.told("create_success"))["id"]
        await bo.emit("join", room)
        assert (await bo.told("error"))["code"] == "room_full"
        await anna.emit("update", "first", 1)
        await anna.emit("update", "second", 2)
        assert (await anna.told("error"))["code"] == "bad_request"
        await anna.emit("update", "first", 3)

        _, families = await stage.scrape()

        assert value(families, "gameserver_limits_hit_total", limit="seats") == 1
        assert value(families, "gameserver_limits_hit_total", limit="update_keys") == 1


@pytest.mark.parametrize(
    ("bound", "addresses"),
    [
        ("snapshot_bytes_per_address", ("192.0.2.1", "192.0.2.1")),
        ("snapshot_bytes_in_all", ("192.0.2.1", "192.0.2.2")),
    ],
)
async def test_a_snapshot_too_many_is_counted_by_the_bound_that_it_met(
    bound: str, addresses: tuple[str, str]
) -> None:
    bounds = {"snapshot_bytes_per_address": 4096, "snapshot_bytes_in_all": 5000, "snapshot_max_bytes": 4096}
    async with running(trusted_proxies=("127.0.0.1",), **bounds) as stage:
        for address in addresses:
            host = await stage.connect(address)
            await host.emit("create", None, "Room")
            await host.told("create_success")
            await host.emit("snapshot", "x" * 3000)
        assert (await host.told("error"))["code"] == "too_large"

        _, families = await stage.scrape()

        assert value(families, "gameserver_limits_hit_total", limit=bound) == 1
        assert value(families, "gameserver_limits_hit_total", limit="message_size") == 0
        assert value(families, "gameserver_relay_refusals_total", code="too_large") == 1


async def test_a_header_that_is_too_long_is_counted_by_limit() -> None:
    async with running(header_bytes=1024) as stage:
        reader, writer = await asyncio.open_connection("127.0.0.1", stage.server.port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 2000)
        assert await reader.read() == b""
        writer.close()

        _, families = await stage.scrape()

        assert value(families, "gameserver_limits_hit_total", limit="header_size") == 1


async def test_metrics_are_closed_to_others_and_a_server_that_is_well_is_ready() -> None:
    async with running() as stage:
        client = AsyncHTTPClient()
        url = stage.url
        forwarded = await client.fetch(
            f"{url}/metrics", headers={"X-Forwarded-For": "192.0.2.1"}, raise_error=False
        )
        ready, alive, version = await asyncio.gather(
            *(client.fetch(f"{url}/{path}") for path in ("readyz", "healthz", "version"))
        )

        assert forwarded.code == 403
        assert json.loads(ready.body) == {"ready": True, "reasons": []}
        assert alive.body == b"ok\n"
        assert json.loads(version.body)["protocol"] == 1
