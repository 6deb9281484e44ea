"""What members send past the core: what is relayed, acknowledged or refused, and with which words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gameserver.core.effects import SendSnapshot
from gameserver.transport.relay.limiter import Rates
from tests.transport.relay.lone_table import ANNA, BO, CLEO, DAN, PLENTY, ROOM, Table, refused


@pytest.fixture
def table() -> Table:
    return Table()


def test_state_from_anyone_but_the_host_is_refused_and_nobody_sees_it(table: Table) -> None:
    table.send(BO, "state", {})

    assert refused(table.heard(BO)) == ["not_host"]
    assert table.heard(CLEO) == []


def test_state_from_a_former_host_is_refused_as_stale(table: Table) -> None:
    table.publish(host=BO, epoch=2, former=[ANNA])
    table.send(ANNA, "state", {})

    assert refused(table.heard(ANNA)) == ["stale_host"]
    assert table.heard(BO) == table.heard(CLEO) == []


def test_a_member_has_sixteen_update_keys_and_no_more(table: Table) -> None:
    for number in range(17):
        table.send(BO, "update", f"key{number}", 1)
    table.send(BO, "update", "key0", 2)

    assert refused(table.heard(BO)) == ["bad_request"]
    assert len(table.heard(CLEO)) == 17


def test_an_update_that_is_refused_takes_no_key() -> None:
    table = Table(json=[CLEO])
    for number in range(16):
        table.send(BO, "update", f"key{number}", [b"x"] * 11)  # JSON packets carry ten attachments at most
    table.send(BO, "update", "another", 1)

    assert [message[2] for message in table.heard(CLEO)] == ["another"]


def test_a_direct_message_that_names_a_stranger_reaches_nobody(table: Table) -> None:
    table.send(BO, "direct", ["cleo", "dan"], "psst", ack=7)

    heard = table.heard(BO)
    assert refused(heard) == ["not_a_member"]
    assert heard[-1][1]["error"]["code"] == "not_a_member"
    assert table.heard(CLEO) == table.heard(DAN) == []


def test_who_is_in_no_room_can_relay_nothing(table: Table) -> None:
    for name in ("state", "update", "input", "broadcast", "direct"):
        table.send(DAN, name, "x", "y", ack=1)

    acks = [message for message in table.heard(DAN) if message[0] == 1]
    assert [ack[1]["error"]["code"] for ack in acks] == ["not_in_room"] * 5


def test_an_ack_says_that_it_was_done(table: Table) -> None:
    table.send(BO, "broadcast", 1, ack=3)
    table.send(ANNA, "state", 1, ack=4)

    assert table.heard(BO)[0] == [3, {"ok": True}]
    assert [3, {"ok": True}] not in table.heard(CLEO)


def test_a_running_number_is_not_done_twice_over_input_broadcast_and_direct(table: Table) -> None:
    table.send(BO, "broadcast", "one", {"n": 1}, ack=1)
    table.send(BO, "input", "again", {"n": 1}, ack=2)
    table.send(BO, "direct", "cleo", "three", {"n": 3}, ack=3)
    table.send(BO, "broadcast", "late", {"n": 2}, ack=4)

    assert table.heard(BO) == [
        [1, {"ok": True, "n": 1}],
        [2, {"ok": True, "n": 1, "repeat": True}],
        [3, {"ok": True, "n": 3}],
        [4, {"ok": True, "n": 3, "repeat": True}],
    ]
    assert table.heard(CLEO) == [["broadcast", "bo", "one"], ["direct", "bo", "three"]]
    assert table.heard(ANNA) == [["broadcast", "bo", "one"]]


def test_a_refused_message_takes_no_number(table: Table) -> None:
    table.send(BO, "direct", "dan", "x", {"n": 1}, ack=1)
    table.send(BO, "direct", "cleo", "x", {"n": 1}, ack=2)

    assert table.heard(BO)[-1] == [2, {"ok": True, "n": 1}]
    assert table.heard(CLEO) == [["direct", "bo", "x"]]


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("state", []),
        ("state", [1, 2]),
        ("input", []),
        ("input", [1, {"n": 0}]),
        ("broadcast", [1, {"n": 1}, 3]),
        ("direct", ["bo"]),
        ("direct", [5, "x"]),
        ("update", ["key"]),
    ],
)
def test_wrong_arguments_are_refused_and_reach_nobody(table: Table, name: str, args: list[Any]) -> None:
    table.send(ANNA, name, *args)

    assert refused(table.heard(ANNA)) == ["bad_request"]
    assert table.heard(BO) == table.heard(CLEO) == []


def test_a_message_over_its_bound_is_refused_and_the_connection_stays(table: Table) -> None:
    table.send(ANNA, "state", b"x" * 2000)

    assert refused(table.heard(ANNA)) == ["too_large"]
    assert table.peers[ANNA].closed_for is None


def test_state_and_snapshots_count_only_once_the_host_is_ready(table: Table) -> None:
    table.publish(host=BO, epoch=2, former=[ANNA], ready=False)
    table.send(BO, "state", 1)
    table.send(BO, "snapshot", 1)
    table.send(ANNA, "snapshot", 1)

    assert refused(table.heard(BO)) == ["not_host"]
    assert refused(table.heard(ANNA)) == ["stale_host"]
    assert table.heard(CLEO) == []


@pytest.mark.parametrize(
    "args", [[], [1, {"covers": -1}], [1, {"covers": 9}], [1, {"n": 1}], [1, 2], [1, 2, 3]]
)
def test_a_wrong_snapshot_is_refused_and_the_former_stays(table: Table, args: list[Any]) -> None:
    table.send(ANNA, "snapshot", "good")
    table.send(ANNA, "snapshot", *args)
    table.relay.send_snapshot(SendSnapshot(ROOM, CLEO))

    assert refused(table.heard(ANNA)) == ["bad_request"]
    assert table.heard(CLEO)[0][1] == "good"


def test_a_snapshot_may_be_larger_than_a_message_but_not_than_its_own_bound(table: Table) -> None:
    table.send(ANNA, "snapshot", b"x" * 3000, ack=1)
    table.send(ANNA, "snapshot", b"x" * 5000, ack=2)

    acks = [message[1] for message in table.heard(ANNA) if message[0] in (1, 2)]
    assert acks[0] == {"ok": True}
    assert acks[1]["error"]["code"] == "too_large"
    assert table.peers[ANNA].max_bytes == 4096 + 4096


@pytest.mark.parametrize("name", ["broadcast", "state", "snapshot"])
def test_who_is_in_no_room_is_read_no_faster_than_a_member(name: str) -> None:
    table = Table(rates=replace(PLENTY, relay_per_second=10, relay_burst=2))
    for _ in range(3):
        assert not table.peers[DAN].paused
        table.send(DAN, name, 1)

    assert table.peers[DAN].paused
    assert refused(table.heard(DAN)) == ["not_in_room"]


def test_messages_over_their_bound_are_read_no_faster_than_others() -> None:
    table = Table(rates=replace(PLENTY, relay_per_second=10, relay_burst=2))
    for _ in range(3):
        assert not table.peers[BO].paused
        table.send(BO, "broadcast", b"x" * 2000)

    assert table.peers[BO].paused
    assert refused(table.heard(BO)) == ["too_large"]


def test_news_over_the_rate_is_left_out_and_the_sender_told() -> None:
    table = Table(rates=Rates(10, 10, 1e6, 5, 20, 1e6))
    for number in range(12):
        table.send(ANNA, "state", number)

    assert [message[1] for message in table.heard(BO)] == list(range(10))
    assert refused(table.heard(ANNA)) == ["rate_limited"]
    assert not table.peers[ANNA].paused
    assert table.counters.dropped == 2


def test_reliable_messages_over_the_rate_arrive_but_nothing_more_is_read_for_a_while() -> None:
    table = Table(rates=Rates(10, 10, 1e6, 5, 20, 1e6))
    for number in range(11):
        table.send(BO, "broadcast", number)

    assert len(table.heard(CLEO)) == 11
    assert table.peers[BO].paused
