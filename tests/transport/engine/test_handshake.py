"""Engine.IO v4, Handshake: who gets a session, and who is told 400 before anything is upgraded."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from gameserver.transport.engine import EngineServer
from tests.transport.engine.wire import Wire

pytestmark = pytest.mark.gen_test
Client = Callable[[], Wire]


async def test_polling_opens_a_session(wire: Client, engine: EngineServer) -> None:
    async with wire() as client:
        answer = await client.get()

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=UTF-8"
    handshake = json.loads(answer.text[1:])
    assert answer.text[0] == "0"
    assert set(handshake) == {"sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"}
    assert handshake["sid"] in engine.sockets
    assert handshake["upgrades"] == ["websocket"]
    assert handshake["maxPayload"] == 10_000


@pytest.mark.parametrize("options", [{"ping_interval": 1.5, "ping_timeout": 0.3}])
async def test_intervals_are_announced_in_whole_milliseconds(wire: Client, engine: EngineServer) -> None:
    """Stock: an interval of 1.5 s is announced as 1 s and one of 0.3 s as 0, so clients give up at once."""
    async with wire() as client:
        handshake = await client.open()

    assert handshake["pingInterval"] == 1500
    assert handshake["pingTimeout"] == 300


async def test_a_websocket_opens_a_session(wire: Client) -> None:
    async with wire() as client:
        socket = await client.websocket()
        packet = await socket.receive()

    assert packet[0] == "0"
    assert json.loads(packet[1:])["upgrades"] == []


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"transport": "polling"},
        {"EIO": "4"},
        {"EIO": "abc", "transport": "polling"},
        {"EIO": "3", "transport": "polling"},
        {"EIO": "4", "transport": "abc"},
        {"EIO": "4", "transport": "polling", "sid": "abc"},
        {"EIO": "4", "transport": "websocket"},
        {"EIO": "4", "transport": "polling", "j": "0"},
    ],
)
async def test_a_wrong_query_is_answered_400(
    wire: Client, query: dict[str, str], engine: EngineServer
) -> None:
    async with wire() as client:
        answer = await client.request("GET", query)

    assert answer.status == 400
    assert set(json.loads(answer.text)) == {"code", "message"}
    assert not engine.sockets


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST"])
async def test_only_get_opens_a_session(wire: Client, method: str, engine: EngineServer) -> None:
    async with wire() as client:
        answer = await client.request(method, {"EIO": "4", "transport": "polling"})

    assert answer.status == 400
    assert not engine.sockets


@pytest.mark.parametrize(
    "query", [{"EIO": "abc"}, {"EIO": "3"}, {"transport": "abc"}, {"sid": "abc"}, {"sid": ""}]
)
async def test_a_wrong_websocket_is_refused_before_the_upgrade(
    wire: Client, query: dict[str, str], engine: EngineServer
) -> None:
    """Stock: it is upgraded first, then nothing is said any more, and the socket stays open for ever."""
    async with wire() as client:
        assert await client.refused_websocket(**query) == 400

    assert not engine.sockets
    assert engine.doorkeeper.connections == 0


async def test_session_ids_cannot_be_guessed(wire: Client) -> None:
    async with wire() as client:
        sids = {(await client.open())["sid"] for _ in range(5)}

    assert len(sids) == 5
    assert all(len(sid) == 20 for sid in sids)
