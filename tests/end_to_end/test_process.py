"""`run_server.py` as its operator meets it: start, signals, tracks read again, a clean end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tornado.ioloop import IOLoop

from tests.end_to_end.cast import Cast
from tests.support.patience import PATIENCE_SECONDS
from tests.support.python_players import PythonPlayer
from tests.support.server_process import ROOT, ServerProcess

TUNE: dict[str, Any] = {"track_id": 1, "title": "Old", "bpm": 240, "track_values": [60, 62]}


@pytest.fixture
def tracks(tmp_path: Path) -> Path:
    path = tmp_path / "tunes.json"
    write(path, TUNE)
    return path


def write(path: Path, *tracks: dict[str, Any]) -> None:
    path.write_text(json.dumps(tracks), encoding="utf-8")


@pytest.fixture
def own_tracks(tmp_path: Path, tracks: Path) -> Iterator[ServerProcess]:
    """A server that plays from a file of the test's own."""
    running = ServerProcess(tmp_path, "--tracks", str(tracks)).start()
    yield running
    running.stop()
    assert running.complaints() == running.expected


@pytest.fixture
def player(io_loop: IOLoop) -> Iterator[PythonPlayer]:
    player = PythonPlayer("anna", serializer="default")
    yield player
    io_loop.run_sync(player.disconnect)


def run(*flags: str) -> subprocess.CompletedProcess[str]:
    """Run the server to its end, which must come by itself."""
    return subprocess.run(
        [sys.executable, str(ROOT / "run_server.py"), *flags],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
        cwd=ROOT,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    server = ServerProcess(tmp_path).start()

    assert server.stop_by(number) == 0

    said = [line["event"] for line in server.lines() if str(line["event"]).startswith("server.")]
    assert said[-2:] == ["server.stopping", "server.stopped"]
    assert server.lines("server.stopping")[0]["signal"] == number.name
    assert server.complaints() == []


def test_a_limit_of_files_below_that_of_connections_is_told(tmp_path: Path) -> None:
    """Who finds out only when players are turned away finds out too late."""
    server = ServerProcess(tmp_path, "--connections", "1000", "--storage", "memory").start(files=700)
    server.stop()

    (line,) = server.lines("server.few_files")
    assert (line["level"], line["files"], line["connections"]) == ("warning", 700, 1000)


@pytest.mark.gen_test
async def test_a_stop_lets_players_come_back_by_themselves(fresh_server: ServerProcess, cast: Cast) -> None:
    """Without DISCONNECT: a stock client that is sent one would stay away."""
    players = [await cast.oldest(fresh_server.url), await cast.newest(fresh_server.url)]

    fresh_server.signal(signal.SIGTERM)

    for player in players:
        assert (await player.told("closing"))["code"] == "draining"
        assert await player.told("@disconnect") == "transport close"


@pytest.mark.gen_test
async def test_a_hang_up_reads_the_tracks_again_and_rooms_keep_their_copy(
    own_tracks: ServerProcess, player: PythonPlayer, tracks: Path
) -> None:
    await player.connect(own_tracks.url)
    before = await player.ask("create", 1, "Room", "")
    assert before["track"]["track_values"] == [60, 62]

    write(tracks, {**TUNE, "title": "New", "track_values": [72]})
    own_tracks.signal(signal.SIGHUP)
    assert (await own_tracks.says("tracks.loaded"))["tracks"] == 1

    assert (await player.ask("join", before["id"]))["track"]["track_values"] == [60, 62]
    assert (await player.ask("update_room", {"track_id": 1}))["ok"]
    while (updated := await player.told("room_updated"))["track"]["track_values"] != [72]:
        pass
    assert updated["track"]["tact"] == 0


@pytest.mark.gen_test
async def test_a_wrong_file_is_told_and_the_former_tracks_stay(
    own_tracks: ServerProcess, player: PythonPlayer, tracks: Path
) -> None:
    own_tracks.expected = ["tracks.refused"]
    await player.connect(own_tracks.url)

    write(tracks, {**TUNE, "bpm": 0})
    own_tracks.signal(signal.SIGHUP)
    assert "track_id 1" in (await own_tracks.says("tracks.refused"))["reason"]

    assert (await player.ask("create", 1, "Room", ""))["track"]["track_values"] == [60, 62]


def test_check_finds_settings_and_tracks_fine(tracks: Path) -> None:
    checked = run("--check", "--tracks", str(tracks))

    assert (checked.returncode, checked.stderr) == (0, "")
    assert f"tracks: 1 in {tracks}" in checked.stdout


def test_check_names_file_track_and_field(tracks: Path) -> None:
    write(tracks, {**TUNE, "track_values": [200]})

    checked = run("--check", "--tracks", str(tracks))

    assert checked.returncode == 2
    assert checked.stderr.startswith(f"{tracks}: track 1 (track_id 1, title 'Old'): track_values: tact 0 ")


def test_a_port_that_is_taken_is_an_error_without_a_traceback(server: ServerProcess) -> None:
    second = run("--port", str(server.port), "--log-format", "json")

    assert second.returncode == 1
    assert "Traceback" not in second.stdout + second.stderr
    failed = json.loads(second.stdout.splitlines()[-1])
    assert failed["event"] == "server.failed"
    assert f"127.0.0.1:{server.port} cannot be listened on" in failed["reason"]


def test_check_reads_the_certificate_too(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text("nothing of the kind")

    checked = run("--check", "--tls-cert", f"{tmp_path}/cert.pem", "--tls-key", f"{tmp_path}/key.pem")

    assert checked.returncode == 2
    assert checked.stderr.startswith(f"{tmp_path}/cert.pem and {tmp_path}/key.pem are no certificate and key")


@pytest.mark.gen_test
async def test_latency_settings_change_at_run_time_and_wrong_ones_change_nothing(tmp_path: Path) -> None:
    file = tmp_path / "server.toml"
    file.write_text("latency_half_life_s = 60\nmax_rooms = 5\n")
    server = ServerProcess(tmp_path, "--config", str(file)).start()
    server.expected = ["settings.refused"]
    try:
        file.write_text("latency_half_life_s = 30\nmax_rooms = 6\n")
        server.signal(signal.SIGHUP)
        await server.says("tracks.loaded")
        changed = [
            (line["name"], line["value"], line["at_once"]) for line in server.lines("settings.changed")
        ]
        assert sorted(changed) == [("latency_half_life_s", "30.0", True), ("max_rooms", "6", True)]

        file.write_text("latency_half_life_s = 0\n")
        server.signal(signal.SIGHUP)
        assert "latency_half_life_s" in (await server.says("settings.refused"))["reason"]
    finally:
        server.stop()
    assert server.complaints() == server.expected
