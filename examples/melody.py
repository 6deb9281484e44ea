"""Start a server, play a melody to three players far apart, and print how far apart they heard each tact.

    python examples/melody.py --track 1 --tacts 32 --delays 5,60,180

Each player is a process of its own with python-socketio's stock client, behind a way that delays what it
sends and hears by half of its round trip, give or take a third. A player asks the server's clock a few
times, keeps the answer that travelled shortest, and strikes each tact at the moment that the server
announced for it. Beside it stands what a player does that strikes a tact when its message arrives.
Needs the environment that `make test` makes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import socketio

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.fault_proxy import Conditions, FaultProxy  # noqa: E402  # needs the path above

NOTES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
CLOCK_EXCHANGES = 15
BETWEEN_EXCHANGES_SECONDS = 0.05  # all of them fit into the burst of requests that a server allows


@dataclass(frozen=True, slots=True)
class Struck:
    """One tact as one player struck it; moments are seconds of this machine's monotonic clock."""

    tact: int
    value: int
    arrived: float
    sounded: float


def monotonic() -> float:
    """Return this machine's monotonic clock, the same one in every process."""
    return time.clock_gettime(time.CLOCK_MONOTONIC)


async def offset_of(player: socketio.AsyncClient) -> float:
    """Return the server's clock minus ours, in seconds, from the exchange that travelled shortest."""
    exchanges: list[tuple[float, float]] = []
    for _ in range(CLOCK_EXCHANGES):
        sent = monotonic()
        answer = await player.call("clock", sent * 1000)
        received = monotonic()
        there = (answer["received"] + answer["sent"]) / 2000
        exchanges.append((received - sent, there - (sent + received) / 2))
        await asyncio.sleep(BETWEEN_EXCHANGES_SECONDS)
    _, offset = min(exchanges)
    return offset


async def listen(port: int, round_trip_ms: float, tacts: int, seed: int, room: Connection) -> list[Struck]:
    """Play one player: join the room that is named, strike that many tacts, return when each sounded."""
    half = Conditions(delay_ms=round_trip_ms / 3, jitter_ms=round_trip_ms / 3)
    way = await FaultProxy(port, up=half, down=half, seed=seed).start()
    player = socketio.AsyncClient(serializer="msgpack")
    await player.connect(way.url, transports=["websocket"])
    offset = await offset_of(player)
    struck: list[Struck] = []
    done = asyncio.Event()
    loop = asyncio.get_running_loop()

    def strike(tact: int, value: int, arrived: float) -> None:
        struck.append(Struck(tact, value, arrived, monotonic()))
        if len(struck) == tacts:
            done.set()

    def announced(message: dict[str, Any]) -> None:
        arrived = monotonic()
        wait = message["at"] / 1000 - offset - arrived
        loop.call_later(max(0.0, wait), strike, message["tact"], message["value"], arrived)

    player.on("tact", announced)
    room.send("ready")
    name = await loop.run_in_executor(None, room.recv)
    answer = await player.call("join", name)
    assert answer["ok"], answer
    room.send("joined")
    await done.wait()
    await player.disconnect()
    await way.stop()
    return struck


def act(port: int, round_trip_ms: float, tacts: int, seed: int, room: Connection) -> None:
    """Be one player's process."""
    room.send(asyncio.run(listen(port, round_trip_ms, tacts, seed, room)))


async def conduct(port: int, track: int, rooms: Sequence[Connection]) -> None:
    """Open a room with the track, wait until all have joined, and play."""
    loop = asyncio.get_running_loop()
    conductor = socketio.AsyncClient(serializer="msgpack")
    await conductor.connect(f"http://127.0.0.1:{port}", transports=["websocket"])
    for room in rooms:
        assert await loop.run_in_executor(None, room.recv) == "ready"
    opened = await conductor.call("create", {"title": "Concert", "track_id": track})
    assert opened["ok"], opened
    for room in rooms:
        room.send(opened["id"])
    for room in rooms:
        assert await loop.run_in_executor(None, room.recv) == "joined"
    playing = await conductor.call("play")
    assert playing["ok"], playing
    for room in rooms:  # it keeps playing until everybody has heard enough
        await loop.run_in_executor(None, room.poll, None)
    await conductor.disconnect()


def start_server(log: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server on a free port; return its process and the port."""
    command = [sys.executable, str(ROOT / "run_server.py"), "--port", "0", "--log-format", "json"]
    command += ["--tracks", str(ROOT / "tracks_collection.json")]
    with log.open("wb") as out:
        server = subprocess.Popen(command, stdout=out, stderr=out, cwd=log.parent)
    while server.poll() is None:
        if started := re.search(r'"url": ?"[^"]*:(\d+)"', log.read_text()):
            return server, int(started.group(1))
        time.sleep(0.02)
    raise SystemExit(f"the server did not start:\n{log.read_text()}")


def apart(moments: Sequence[float]) -> float:
    """Return how far the first and the last of these moments are apart, in milliseconds."""
    return (max(moments) - min(moments)) * 1000


def report(title: str, delays: Sequence[float], heard: Sequence[Sequence[Struck]]) -> list[str]:
    """Return the lines that tell how far apart the players heard each tact."""
    lines = [title, f"round trips added: {', '.join(f'{delay:g} ms' for delay in delays)}", ""]
    lines += ["tact  note   sounded within   arrived within"]
    sounded, arrived = [], []
    for strikes in zip(*heard, strict=True):
        first = strikes[0]
        assert all((strike.tact, strike.value) == (first.tact, first.value) for strike in strikes)
        note = f"{NOTES[first.value % 12]}{first.value // 12 - 1}" if first.value else "-"
        sounded.append(apart([strike.sounded for strike in strikes]))
        arrived.append(apart([strike.arrived for strike in strikes]))
        lines.append(f"{first.tact:4}  {note:4} {sounded[-1]:13.1f} ms {arrived[-1]:13.1f} ms")
    lines += ["", f"{len(sounded)} tacts, {len(heard)} players"]
    for how, spreads in (("sounded at the announced moment", sounded), ("as the messages arrived", arrived)):
        middle, worst = statistics.median(spreads), max(spreads)
        lines.append(f"{how + ':':33} {middle:6.1f} ms apart in the middle, {worst:6.1f} ms at worst")
    return lines


def main() -> None:
    """Play, and print the report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--track", type=int, default=1, help="which melody of tracks_collection.json [1]")
    parser.add_argument("--tacts", type=int, default=32, help="how many tacts to listen to [32]")
    parser.add_argument("--delays", default="5,60,180", help="each player's round trip in ms [5,60,180]")
    options = parser.parse_args()
    delays = [float(delay) for delay in options.delays.split(",")]
    tracks = {track["track_id"]: track for track in json.loads((ROOT / "tracks_collection.json").read_text())}
    if options.track not in tracks:
        parser.error(f"there is no track {options.track}")

    with tempfile.TemporaryDirectory() as directory:
        server, port = start_server(Path(directory) / "server.log")
        players = multiprocessing.get_context("spawn")
        pipes = [players.Pipe() for _ in delays]
        processes = [
            players.Process(target=act, args=(port, delay, options.tacts, seed, theirs), daemon=True)
            for seed, (delay, (_, theirs)) in enumerate(zip(delays, pipes, strict=True))
        ]
        try:
            for process in processes:
                process.start()
            asyncio.run(conduct(port, options.track, [ours for ours, _ in pipes]))
            heard = [ours.recv() for ours, _ in pipes]
            for process in processes:
                process.join()
        finally:
            server.terminate()
            server.wait()
    print("\n".join(report(tracks[options.track]["title"], delays, heard)))


if __name__ == "__main__":
    main()
