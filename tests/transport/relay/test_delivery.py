"""What is relayed reaches whom it is for, whatever parser they speak, and nobody loses it unheard."""

from __future__ import annotations

import pytest

from tests.support.peers import json_event
from tests.transport.relay.lone_table import ANNA, BO, CLEO, DAN, ROOM, Table, refused


@pytest.fixture
def table() -> Table:
    return Table()


def test_the_hosts_state_reaches_all_other_members_as_it_was_sent(table: Table) -> None:
    table.send(ANNA, "state", {"x": 1.5, "blob": b"\x00\xff"})

    assert table.heard(BO) == table.heard(CLEO) == [["state", {"x": 1.5, "blob": b"\x00\xff"}]]
    assert table.heard(ANNA) == table.heard(DAN) == []


def test_an_input_reaches_the_host_alone_with_its_sender(table: Table) -> None:
    table.send(BO, "input", {"key": "left"})

    assert table.heard(ANNA) == [["input", "bo", {"key": "left"}]]
    assert table.heard(CLEO) == []


def test_the_host_may_send_inputs_to_itself(table: Table) -> None:
    table.send(ANNA, "input", 1)

    assert table.heard(ANNA) == [["input", "anna", 1]]


def test_a_broadcast_reaches_all_others_with_its_sender(table: Table) -> None:
    table.send(BO, "broadcast", "hello")

    assert table.heard(ANNA) == table.heard(CLEO) == [["broadcast", "bo", "hello"]]
    assert table.heard(BO) == []


def test_an_update_reaches_all_others_with_sender_and_key_and_the_newest_of_each_key_wins(
    table: Table,
) -> None:
    table.send(BO, "update", "position", [1, 2])
    table.send(BO, "update", "mood", "glad")

    assert table.heard(CLEO) == [["update", "bo", "position", [1, 2]], ["update", "bo", "mood", "glad"]]
    assert table.peers[CLEO].slots == [("update", BO, "position"), ("update", BO, "mood")]


@pytest.mark.parametrize("to", ["cleo", ["cleo"], ["cleo", "cleo"]])
def test_a_direct_message_reaches_those_it_names_once(table: Table, to: object) -> None:
    table.send(BO, "direct", to, "psst")

    assert table.heard(CLEO) == [["direct", "bo", "psst"]]
    assert table.heard(ANNA) == []


def test_what_the_other_parser_cannot_express_is_refused_only_while_the_room_is_mixed() -> None:
    table = Table(json=[BO])
    eleven = [b"x"] * 11  # JSON packets carry ten attachments at most
    table.send(ANNA, "broadcast", eleven)
    table.publish(ANNA, CLEO)
    table.send(ANNA, "broadcast", eleven)

    assert refused(table.heard(ANNA)) == ["bad_request"]
    assert [message[0] for message in table.heard(CLEO)] == ["broadcast"]


def test_both_parsers_meet_in_one_room() -> None:
    table = Table(json=[BO])
    table.messages.handle(table.seats[BO], json_event('2["broadcast",{"x":[1,2.5,null]}]'), table.now)

    assert table.heard(CLEO) == [["broadcast", "bo", {"x": [1, 2.5, None]}]]


def test_a_host_that_covers_inputs_gets_their_seq(table: Table) -> None:
    table.send(BO, "input", "a")
    table.send(ANNA, "snapshot", {}, {"covers": 1})
    table.send(BO, "input", "b")

    assert table.heard(ANNA) == [["input", "bo", "a"], ["input", "bo", "b", {"seq": 2}]]


def test_a_full_parking_is_refused_to_the_sender_and_told_to_all_with_counts(table: Table) -> None:
    table.publish(host=None)
    for number in range(6):
        table.send(BO, "input", number)
    assert refused(table.heard(BO)) == ["parking_full"]
    first = [message for message in table.heard(CLEO) if message[0] == "inputs_dropped"]

    table.publish(host=ANNA, epoch=2)

    rest = [message for message in table.heard(CLEO) if message[0] == "inputs_dropped"]
    assert [message[1]["count"] for message in first + rest] == [1, 2]
    assert first[0][1] == {"id": ROOM, "epoch": 1, "count": 1, "by": "bo"}
    assert [message[2] for message in table.heard(ANNA) if message[0] == "input"] == [0, 1, 2]
    assert (table.counters.parked, table.counters.inputs_dropped) == (3, {"parking": 3})
