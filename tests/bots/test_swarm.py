"""A swarm fills a real server, with everything going wrong that can."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

from gameserver.bots.swarm import Plan, swarm
from tests.support.patience import STORY_SECONDS
from tests.support.server_process import ROOT, ServerProcess

FAILURES = 1200.0  # a minute
QUICK = ("--host-grace-seconds=0.2", "--requests-per-second=100")


def test_bots_play_while_things_go_wrong_and_leave_an_empty_server(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, *QUICK).start()
    told: list[str] = []
    wanted = ("inputs sent", "states heard")
    problems: list[dict[str, Any]] = []

    async def run(minutes: float) -> Any:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: problems.append(context))
        plan = Plan(
            url=server.url, bots=12, table_size=4, minutes=minutes, hz=20, input_hz=10, stay_seconds=2,
            failures_per_minute=FAILURES, seed=5,
        )  # fmt: skip
        return await asyncio.wait_for(swarm(plan, told.append), STORY_SECONDS)

    for minutes in (0.06, 0.6):  # longer only where the machine is too busy for much to happen
        tally = asyncio.run(run(minutes))
        if all(tally.counts[what] > 50 for what in wanted):
            break

    assert not problems, problems
    assert all(tally.counts[what] > 50 for what in wanted), tally.counts
    assert sum(count for what, count in tally.counts.items() if what.startswith("failures")) >= 5
    assert " inputs, " in told[-1]
    server.stop()
    assert set(server.complaints()) <= {"stale_host", "not_host", "not_in_room", "not_a_member"}


def test_the_command_tells_its_settings_plays_and_counts(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path).start()
    command = [sys.executable, "-m", "gameserver.bots", "--url", server.url]
    command += ["--bots", "4", "--table-size", "2", "--minutes", "0.03", "--seed", "7", "--far", "0"]

    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert ran.returncode == 0, ran.stderr
    assert "seed 7" in ran.stdout.splitlines()[0]
    assert "rooms opened" in ran.stdout
    assert ran.stderr == ""
    server.stop()


def test_without_a_server_bots_keep_trying_and_end_in_time() -> None:
    plan = Plan(url="http://127.0.0.1:9", bots=2, minutes=0.01, arrivals_per_second=100)

    tally = asyncio.run(asyncio.wait_for(swarm(plan, lambda line: None), STORY_SECONDS))

    assert tally.counts["connection refused"] >= 2
    assert tally.counts["arrived"] == 0
