"""Bans on a real server: the command line beside it, players on sockets, a restart in between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPClientError
from tornado.ioloop import IOLoop
from tornado.websocket import websocket_connect

from gameserver.bans.command_line import main
from tests.support.python_players import PythonPlayer
from tests.support.server_process import ServerProcess


def started(tmp_path: Path, name: str) -> ServerProcess:
    (tmp_path / name).mkdir()
    return ServerProcess(tmp_path / name, "--bans", str(tmp_path / "bans.json")).start()


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[list[ServerProcess]]:
    """The first server; a test appends those that follow it."""
    servers = [started(tmp_path, "first")]
    yield servers
    servers[-1].stop()


@pytest.fixture
def player(io_loop: IOLoop) -> Iterator[PythonPlayer]:
    player = PythonPlayer("anna", serializer="msgpack")
    yield player
    io_loop.run_sync(player.disconnect)


async def refused(url: str) -> str:
    """Return what a newcomer is told."""
    handshake = await AsyncHTTPClient().fetch(f"{url}/socket.io/?EIO=4&transport=polling", raise_error=False)
    assert handshake.code == 403
    return handshake.body.decode()


@pytest.mark.gen_test
async def test_a_ban_closes_who_is_here_keeps_newcomers_out_and_outlives_a_restart(
    servers: list[ServerProcess], player: PythonPlayer, tmp_path: Path
) -> None:
    file = ["--file", str(tmp_path / "bans.json")]
    await player.connect(servers[0].url, transports=["websocket"])

    assert main([*file, "add", "--address", "127.0.0.0/8", "--reason", "a test"]) == 0

    assert await player.told("closing") == {"code": "unauthorized", "message": "you are banned: a test"}
    await player.heard("@disconnect")
    assert "you are banned: a test" in await refused(servers[0].url)
    with pytest.raises(HTTPClientError, match="403"):
        await websocket_connect(f"ws{servers[0].url[4:]}/socket.io/?EIO=4&transport=websocket")

    servers[0].stop()
    servers.append(started(tmp_path, "second"))
    assert "you are banned: a test" in await refused(servers[1].url)
    assert (await AsyncHTTPClient().fetch(f"{servers[1].url}/healthz")).code == 200

    assert main([*file, "remove", "--address", "127.0.0.0/8"]) == 0
    await servers[1].says("bans.loaded")
    await player.connect(servers[1].url, transports=["websocket"])


def test_a_wrong_file_of_bans_keeps_the_server_from_starting(tmp_path: Path) -> None:
    (tmp_path / "bans.json").write_text("{")

    with pytest.raises(AssertionError, match=r"bans\.json"):
        ServerProcess(tmp_path).start()
