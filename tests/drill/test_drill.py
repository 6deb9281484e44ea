"""The drill against a real server: dozens of hosts and connections taken away, nothing lost."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import Any

import pytest

from gameserver.drill import games, migrations, recoveries
from gameserver.drill.player import Ledger, Player
from gameserver.drill.rooms import Table
from gameserver.drill.tally import Tally, percentile, table
from tests.support.patience import STORY_SECONDS
from tests.support.server_process import ServerProcess

SMALL = 1024


def drilled(work: Any) -> None:
    asyncio.run(asyncio.wait_for(work, STORY_SECONDS))


def test_hosts_that_go_in_every_way_cost_no_input(quick_server: ServerProcess) -> None:
    tally = Tally(seed=11)
    shown: list[int] = []

    drilled(
        migrations.migrate(
            Table(quick_server.url, snapshot_bytes=SMALL),
            tally,
            migrations=36,
            rooms=6,
            progress=shown.append,
        )
    )

    assert tally.kept, tally.notes
    assert shown == list(range(1, 37))
    assert sum(len(times) for times in tally.without_host_ms.values()) >= 25
    assert tally.done["inputs taken by hosts"] > 100
    assert tally.done["states sent by a former host"] > 0


def test_members_that_drop_three_times_in_a_row_miss_nothing(quick_server: ServerProcess) -> None:
    tally = Tally(seed=12)

    drilled(
        recoveries.recover(
            Table(quick_server.url, snapshot_bytes=SMALL),
            tally,
            recoveries=16,
            rooms=4,
            progress=lambda done: None,
        )
    )

    assert tally.kept, tally.notes
    assert tally.done["recoveries that missed nothing"] == 48


def test_games_of_the_python_client_miss_nothing_while_their_hosts_and_connections_go(
    quick_server: ServerProcess,
) -> None:
    tally = Tally(seed=13)

    drilled(games.play(quick_server.url, tally, exits=24, rooms=4, members=4, progress=lambda done: None))

    assert tally.kept, tally.notes
    exits = {what: count for what, count in tally.done.items() if what.startswith("hosts of the client")}
    assert (sum(exits.values()), len(exits)) == (24, len(games.EXITS))
    assert tally.done["inputs taken by hosts of the client"] > 200


# -- the drill can find what it looks for ----------------------------------------------------------


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(Tally(seed=0))


def host(ledger: Ledger) -> Player:
    player = Player("http://localhost", ledger, snapshot_bytes=0)
    player.id = "host"
    player.begin()
    player.epoch = 1
    return player


def become_host(epoch: int, inputs: list[Any], *, seq: int, **table: int) -> list[Any]:
    snapshot = {"inputs": table, "seq": seq}
    return [{"epoch": epoch, "snapshot": snapshot, "snapshot_age_ms": 5, "inputs": inputs, "truncated": 0}]


def test_an_input_passed_over_is_noticed_unless_its_sender_was_refused(ledger: Ledger) -> None:
    player = host(ledger)

    player.heard("input", ["id", ["s1", 1], {"seq": 1}])
    player.heard("input", ["id", ["s1", 4], {"seq": 2}])
    ledger.refused.add(("s1", 2))

    assert ledger.missing - ledger.refused == {("s1", 3)}


def test_an_input_given_in_the_tail_and_again_is_noticed(ledger: Ledger) -> None:
    player = host(ledger)

    player.heard("become_host", become_host(2, [["id", ["s1", 2], 8]], seq=7, s1=1))
    player.heard("input", ["id", ["s1", 2], {"seq": 9}])
    player.heard("input", ["id", ["s1", 3], {"seq": 9}])

    assert ledger.tally.broken == Counter(inputs_doubled=1, inputs_disordered=1)


def test_a_state_of_a_former_host_is_noticed(ledger: Ledger) -> None:
    player = Player("http://localhost", ledger, snapshot_bytes=0)

    player.heard("host_changed", [{"host": "a", "epoch": 2}])
    player.heard("state", [{"host": "a", "epoch": 2}])
    player.heard("host_changed", [{"host": "b", "epoch": 3}])
    player.heard("state", [{"host": "a", "epoch": 2}])

    assert ledger.tally.broken == Counter(former_host_heard=1)


def test_a_broadcast_that_is_missing_or_comes_twice_is_noticed(ledger: Ledger) -> None:
    player = Player("http://localhost", ledger, snapshot_bytes=0)

    for count in (5, 6, 8, 8):
        player.heard("broadcast", ["id", ["s1", count]])

    assert ledger.unheard == {("s1", 7)}
    assert ledger.tally.broken == Counter(events_doubled=1)


def test_a_broken_promise_is_in_the_table(ledger: Ledger) -> None:
    tally = ledger.tally
    tally.without_host_ms["killed"] += [1.0, 3.0]
    tally.breaks("inputs_lost", 3, "three of them")

    assert not tally.kept
    assert "inputs_lost: three of them" in table(tally)


def test_percentiles_are_of_the_nearest_rank() -> None:
    values = [float(each) for each in range(1, 101)]
    random.Random(1).shuffle(values)

    assert (percentile(values, 0.5), percentile(values, 0.99), percentile([7.0], 0.99)) == (50.0, 99.0, 7.0)
