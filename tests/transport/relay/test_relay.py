"""All rooms' lanes: routes come and go, and what is kept of a room is handed on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gameserver.core.effects import HandOver, SendSnapshot
from tests.transport.relay.lone_table import ANNA, BO, CLEO, PLENTY, ROOM, Table, refused


@pytest.fixture
def table() -> Table:
    return Table()


def test_a_former_host_that_is_host_again_speaks_as_the_host(table: Table) -> None:
    table.publish(host=ANNA, epoch=3, former=[ANNA, BO])
    table.send(ANNA, "state", 1)

    assert table.heard(BO) == [["state", 1]]


def test_what_is_said_is_kept_for_a_member_that_was_lost_while_its_seat_waited_for_the_storage(
    table: Table,
) -> None:
    del table.seats[BO]  # gone between its `join` and the commit of it
    table.publish(host=ANNA)
    table.send(ANNA, "broadcast", "hello")

    missed = table.relay.missed(BO, None)

    assert missed is not None
    assert len(missed) == 1


def test_who_has_left_hears_and_says_nothing_more(table: Table) -> None:
    table.publish(ANNA, CLEO)
    table.send(BO, "broadcast", 1)
    table.send(ANNA, "broadcast", 2)

    assert refused(table.heard(BO)) == ["not_in_room"]
    assert table.heard(CLEO) == [["broadcast", "anna", 2]]


def test_a_room_that_is_gone_relays_nothing(table: Table) -> None:
    table.relay.retire(ROOM)
    table.send(ANNA, "state", 1)

    assert refused(table.heard(ANNA)) == ["not_in_room"]


def test_a_new_host_gets_the_snapshot_and_every_input_it_does_not_cover(table: Table) -> None:
    table.send(ANNA, "snapshot", {"score": 0}, {"covers": 0})
    for number in range(3):
        table.send(BO, "input", number)
    table.send(ANNA, "snapshot", {"score": 1}, {"covers": 2})
    table.pass_time(0.5)
    table.publish(BO, CLEO, host=BO, epoch=2, former=[ANNA], ready=False)
    table.relay.hand_over(HandOver(ROOM, BO, 2))

    ((_, told),) = table.heard(BO)
    assert (told["snapshot"], told["snapshot_epoch"], told["snapshot_age_ms"]) == ({"score": 1}, 1, 500)
    assert (told["inputs"], told["tail"], told["truncated"]) == ([["bo", 2, 3]], "exact", 0)


def test_inputs_wait_in_order_while_nobody_can_take_them(table: Table) -> None:
    table.publish(host=None)
    for number in range(3):
        table.send(BO, "input", number, {"n": number + 1}, ack=number)
    assert [message[1]["ok"] for message in table.heard(BO)] == [True] * 3

    table.publish(host=CLEO, epoch=2, former=[ANNA])

    assert table.heard(CLEO) == [["input", "bo", number] for number in range(3)]
    assert table.heard(ANNA) == []


def test_broadcasts_do_not_wait_for_a_host(table: Table) -> None:
    table.publish(host=None)
    table.send(BO, "broadcast", "still here")

    assert table.heard(CLEO) == [["broadcast", "bo", "still here"]]


def test_a_late_joiner_gets_the_newest_snapshot_with_its_age(table: Table) -> None:
    table.relay.send_snapshot(SendSnapshot(ROOM, CLEO))
    assert table.heard(CLEO) == []
    table.send(ANNA, "snapshot", {"score": 1})
    table.pass_time(2.0)

    table.relay.send_snapshot(SendSnapshot(ROOM, CLEO))

    assert table.heard(CLEO) == [["snapshot", {"score": 1}, {"epoch": 1, "age_ms": 2000}]]


def test_who_joins_again_and_again_gets_no_more_snapshots_than_a_host_may_send() -> None:
    table = Table(rates=replace(PLENTY, snapshot_bytes_per_second=4096))
    table.send(ANNA, "snapshot", b"x" * 3000)
    order = SendSnapshot(ROOM, CLEO)

    table.relay.send_snapshot(order)
    assert not table.peers[CLEO].paused
    table.relay.send_snapshot(order)
    assert table.peers[CLEO].paused, "nothing more is read of it until the debt is paid"
    assert table.counters.limited == {"snapshots": 1}
    assert not table.peers[ANNA].paused

    table.pass_time(1.0)
    assert not table.peers[CLEO].paused
    for _ in range(20):
        table.relay.send_snapshot(order)
    assert table.peers[CLEO].closed_for == "rate_limited"


def test_two_who_make_each_other_host_get_no_more_snapshots_than_a_host_may_send() -> None:
    """A few bytes of requests, and each would cost a snapshot: megabytes a second for two connections."""
    table = Table(rates=replace(PLENTY, snapshot_bytes_per_second=4096))
    table.send(ANNA, "snapshot", b"x" * 3000)
    table.pass_time(1.0)
    for epoch, host in enumerate((BO, ANNA), 2):
        table.relay.hand_over(HandOver(ROOM, host, epoch))
    assert not table.peers[ANNA].paused and not table.peers[BO].paused, (
        "once each is what may happen to anyone"
    )

    table.relay.hand_over(HandOver(ROOM, BO, 4))

    assert table.peers[BO].paused, "its next request is not read until the debt is paid"
    assert table.counters.limited == {"snapshots": 1}
    table.pass_time(1.0)
    assert not table.peers[BO].paused


def test_who_becomes_host_of_a_room_without_a_snapshot_owes_nothing() -> None:
    table = Table(rates=replace(PLENTY, snapshot_bytes_per_second=1))
    for epoch in range(2, 12):
        table.relay.hand_over(HandOver(ROOM, BO, epoch))

    assert not table.counters.limited


def test_a_json_host_gets_in_its_tail_what_fits_and_the_rest_once_it_is_ready() -> None:
    table = Table(json=[BO])
    table.send(ANNA, "snapshot", b"state", {"covers": 0})
    for number in range(4):
        table.send(CLEO, "input", [bytes([number])] * 3)
    table.publish(BO, CLEO, host=BO, epoch=2, former=[ANNA], ready=False)
    table.relay.hand_over(HandOver(ROOM, BO, 2))

    told = table.heard(BO)[-1][1]
    assert [entry[2] for entry in told["inputs"]] == [1, 2, 3]
    table.publish(BO, CLEO, host=BO, epoch=2, former=[ANNA])
    assert [message[2] for message in table.heard(BO)] == [[bytes([3])] * 3]
