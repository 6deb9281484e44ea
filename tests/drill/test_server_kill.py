"""A server that is killed has kept what it acknowledged."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.drills import answered, handover, server_kill
from tests.support.patience import STORY_SECONDS
from tests.support.server_process import ServerProcess


def test_kills_amid_traffic_lose_nothing_acknowledged_and_damage_nothing(tmp_path: Path) -> None:
    shown: list[int] = []

    toll = asyncio.run(asyncio.wait_for(server_kill.drill(tmp_path, 5, 21, shown.append), STORY_SECONDS))

    assert (toll.lost, toll.damaged) == ([], 0)
    assert shown == [1, 2, 3, 4, 5]
    assert toll.acknowledged > 50
    assert toll.looked_at >= 12


def test_a_successor_is_given_a_whole_snapshot_of_one_mebibyte_each_time(quick_server: ServerProcess) -> None:
    found = asyncio.run(asyncio.wait_for(handover.measure(quick_server.url, 6), STORY_SECONDS))

    assert {way: len(taken) for way, taken in found.items()} == {"DISCONNECT": 3, "close 1001": 3}


def test_requests_are_answered_and_counted(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, *answered.FLAGS).start()

    ports = {"sqlite": server.port, "memory": server.port}
    work = answered.compare(ports, 1, 0.2, count=10, warm_seconds=0.1)
    found = asyncio.run(asyncio.wait_for(work, STORY_SECONDS))

    server.kill()
    assert len(found) == 1
    assert min(found[0]) > 0
