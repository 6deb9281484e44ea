"""The server stops, is killed, or cannot write, while stock clients play: the game goes on."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.cast import Cast, gather
from tests.end_to_end.test_coming_back import AT_ONCE
from tests.support.js_players import JsPlayer
from tests.support.server_process import ServerProcess


class Lives:
    """A server that comes again on its port with its file."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._count = 0
        self.database = directory / "rooms.db"
        self.server = self._next()

    def _next(self, *flags: str) -> ServerProcess:
        self._count += 1
        directory = self._directory / f"life{self._count}"
        directory.mkdir()
        return ServerProcess(
            directory,
            "--database",
            str(self.database),
            "--requests-per-second",
            "1000",
            "--drain-seconds",
            "25",
            *flags,
        ).start()

    def again(self) -> ServerProcess:
        self.server = self._next("--port", str(self.server.port))
        return self.server


@pytest.fixture
def lives(tmp_path: Path) -> Iterator[Lives]:
    lives = Lives(tmp_path)
    yield lives
    lives.server.stop()
    assert lives.server.complaints() == lives.server.expected


async def playing(lives: Lives, cast: Cast) -> tuple[JsPlayer, JsPlayer, str]:
    """Return a host that kept its game once, a member, and their room."""
    auth = {"recover": True, "seq": True}
    anna = await cast.js("anna", lives.server.url, auth=auth, **AT_ONCE)
    bo = await cast.js("bo", lives.server.url, version="4.6.2", parser="json", auth=auth, **AT_ONCE)
    room = await gather(anna, bo, track_id=1)
    assert (await anna.ask("snapshot", {"turn": 1}, {"covers": 0}))["ok"]
    return anna, bo, room["id"]


async def goes_on(anna: JsPlayer, bo: JsPlayer, room: str, *, turn: int) -> None:
    """Both are back: the host is given the game that was kept, and plays on."""
    for player in (anna, bo):
        assert (await player.told("@connect"))[0] == player.id
        joined = (await player.heard("join_success")).args[0]
        assert (joined["id"], joined["n"]) == (room, None)
    handed = await anna.told("become_host")
    assert handed["snapshot"] == {"turn": turn}
    assert handed["epoch"] >= 2
    assert (await anna.ask("host_ready", {"epoch": handed["epoch"]}))["ok"]
    assert (await bo.ask("input", {"key": "left"}, {"n": 1}))["ok"]
    assert (await anna.heard("input")).args[:2] == (bo.id, {"key": "left"})
    assert (await anna.ask("state", {"turn": turn + 1}))["ok"]
    assert (await bo.heard("state")).args[0] == {"turn": turn + 1}


@pytest.mark.gen_test
async def test_a_planned_stop_keeps_the_last_snapshot_and_the_game_goes_on(lives: Lives, cast: Cast) -> None:
    anna, bo, room = await playing(lives, cast)
    stopped = lives.server

    stopped.signal(signal.SIGTERM)
    for player in (anna, bo):
        assert (await player.told("draining"))["reconnect_in_ms"] > 0
    asked = await anna.told("snapshot_request")
    assert (asked["reason"], asked["epoch"]) == ("drain", 1)
    await anna.emit("snapshot", {"turn": 2}, {"covers": 0})
    for player in (anna, bo):
        assert (await player.told("closing"))["code"] == "draining"
    stopped.stop()
    assert stopped.lines("storage.closed")[0]["complete"] is True
    lives.again()

    await goes_on(anna, bo, room, turn=2)


@pytest.mark.gen_test
async def test_a_killed_server_comes_back_with_its_rooms_and_the_game_goes_on(
    lives: Lives, cast: Cast
) -> None:
    anna, bo, room = await playing(lives, cast)
    assert (await anna.ask("update_room", {"title": "Renamed"}))["title"] == "Renamed"
    assert (await anna.ask("play"))["playing"]

    lives.server.kill()
    lives.again()

    await goes_on(anna, bo, room, turn=1)
    now = await bo.ask("join", {"id": room})
    assert (now["title"], now["host"], now["users"]) == ("Renamed", anna.id, [anna.id, bo.id])
    assert now["track"]["playerInterval"] is not None


@pytest.mark.gen_test
async def test_a_session_is_found_under_its_key_after_a_kill(lives: Lives, cast: Cast) -> None:
    anna = await cast.js("anna", lives.server.url, auth={"recover": True, "name": "Anna"}, **AT_ONCE)
    key = (await anna.ask("create_session", {"type": "default", "ph_users": 1}))["session_key"]
    assert (await anna.ask("proccess_check", {"level": 3}))["ok"]

    lives.server.kill()
    lives.again()

    assert (await anna.heard("join_success")).args[0]["host"] == anna.id
    bo = await cast.newest(lives.server.url, auth={"name": "Bo"})
    joined = await bo.ask("join_session", key)
    assert joined["users"] == [anna.id, bo.id]
    assert joined["players"][0]["phantoms"] == [f"{anna.id}#1"]
    assert joined["state"] == "started"


@pytest.mark.gen_test
async def test_a_full_disk_stops_no_game_and_is_told_until_there_is_room_again(
    lives: Lives, cast: Cast
) -> None:
    anna, bo, _ = await playing(lives, cast)
    server = lives.server
    server.expected = ["storage.degraded"]
    written = max(each.stat().st_size for each in lives.database.parent.glob("rooms.db*"))
    before = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)

    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (written + 16_384, before[1]))
    number = 0
    while (answer := await anna.ask("update_room", {"title": f"Title {number}"})).get("durable", True):
        number += 1
        assert number < 100
    assert answer["ok"]
    assert (await server.says("storage.degraded"))["fault"] in ("full", "io")
    assert (await bo.ask("broadcast", "relayed all the same"))["ok"]
    assert (await anna.heard("broadcast")).args[:2] == (bo.id, "relayed all the same")
    stored = await anna.ask("snapshot", {"turn": 3}, {"covers": 0})
    assert stored == {"ok": True, "durable": False}

    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, before)
    await server.says("storage.recovered")
    assert "durable" not in await anna.ask("update_room", {"title": "Written"})
    server.kill()
    lives.again()
    joined = (await bo.heard("join_success")).args[0]
    assert joined["title"] == "Written"
    assert (await anna.told("become_host"))["snapshot"] == {"turn": 3}
