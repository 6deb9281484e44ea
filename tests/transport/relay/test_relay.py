"""The relay lane: who gets what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from gameserver.core.effects import HandOver, Route, SendSnapshot
from gameserver.core.values import PlayerId, RoomId
from gameserver.logs import get_log
from gameserver.transport.relay.counters import Counters
from gameserver.transport.relay.keeper import KeeperLimits
from gameserver.transport.relay.limiter import Limiter, Rates
from gameserver.transport.relay.refusals import RelayRefusals
from gameserver.transport.relay.relay import Bounds, RelayLane
from gameserver.transport.relay.ring import Recorder, RingLimits
from gameserver.transport.seat import Seat
from tests.support.peers import FakePeer, event, json_event

ANNA, BO, CLEO, DAN = (PlayerId(name) for name in ("anna", "bo", "cleo", "dan"))
ROOM = RoomId("68ffbdj0")
PLENTY = Rates(1e6, 1e6, 1e9, 1e6, 1e6, 1e9)


class Table:
    """A room of connected players around a relay lane; Anna is the host."""

    def __init__(self, *, json: Iterable[PlayerId] = (), rates: Rates = PLENTY) -> None:
        self.now = 100.0
        self.later: list[tuple[float, Any]] = []
        self.counters = Counters()
        self.seats: dict[PlayerId, Seat] = {}
        limiter = Limiter(
            rates,
            now=lambda: self.now,
            later=lambda delay, call: self.later.append((self.now + delay, call)),
            counters=self.counters,
        )
        self.relay = RelayLane(
            self.seats,
            bounds=Bounds(message_bytes=1024, snapshot_bytes=4096, keeper=KeeperLimits(4, 4096, 3, 4096)),
            limiter=limiter,
            refuse=RelayRefusals(get_log(), now=lambda: self.now),
            recorder=Recorder(RingLimits(), "run"),
            counters=self.counters,
            now=lambda: self.now,
            monotonic=lambda: self.now,
        )
        self.peers = {}
        for player in (ANNA, BO, CLEO, DAN):
            peer = FakePeer(player, "json" if player in json else "msgpack")
            seat = Seat(player, peer, buckets=limiter.buckets(self.now), now=self.now)
            peer.app = seat
            self.seats[player] = seat
            self.peers[player] = peer
        self.publish()

    def publish(
        self,
        *members: PlayerId,
        host: PlayerId | None = ANNA,
        epoch: int = 1,
        former: Iterable[PlayerId] = (),
        ready: bool = True,
        seated: Iterable[PlayerId] = (),
    ) -> None:
        members = members or (ANNA, BO, CLEO)
        self.relay.publish(
            Route(ROOM, epoch, host, ready, members, frozenset(members) | set(seated), frozenset(former))
        )

    def send(self, player: PlayerId, name: str, *args: Any, ack: int | None = None) -> None:
        self.relay.handle(self.seats[player], event(name, *args, ack=ack), self.now)

    def heard(self, player: PlayerId) -> list[list[Any]]:
        return self.peers[player].read()

    def pass_time(self, seconds: float) -> None:
        until = self.now + seconds
        while due := sorted((entry for entry in self.later if entry[0] <= until), key=lambda entry: entry[0]):
            self.later.remove(due[0])
            self.now = max(self.now, due[0][0])
            due[0][1]()
        self.now = until


@pytest.fixture
def table() -> Table:
    return Table()


def refused(heard: list[list[Any]]) -> list[str]:
    return [message[1]["code"] for message in heard if message[0] == "error"]


def test_the_hosts_state_reaches_all_other_members_as_it_was_sent(table: Table) -> None:
    table.send(ANNA, "state", {"x": 1.5, "blob": b"\x00\xff"})

    assert table.heard(BO) == table.heard(CLEO) == [["state", {"x": 1.5, "blob": b"\x00\xff"}]]
    assert table.heard(ANNA) == table.heard(DAN) == []


def test_state_from_anyone_but_the_host_is_refused_and_nobody_sees_it(table: Table) -> None:
    table.send(BO, "state", {})

    assert refused(table.heard(BO)) == ["not_host"]
    assert table.heard(CLEO) == []


def test_state_from_a_former_host_is_refused_as_stale(table: Table) -> None:
    table.publish(host=BO, epoch=2, former=[ANNA])
    table.send(ANNA, "state", {})

    assert refused(table.heard(ANNA)) == ["stale_host"]
    assert table.heard(BO) == table.heard(CLEO) == []


def test_a_former_host_that_is_host_again_speaks_as_the_host(table: Table) -> None:
    table.publish(host=ANNA, epoch=3, former=[ANNA, BO])
    table.send(ANNA, "state", 1)

    assert table.heard(BO) == [["state", 1]]


def test_an_input_reaches_the_host_alone_with_its_sender(table: Table) -> None:
    table.send(BO, "input", {"key": "left"})

    assert table.heard(ANNA) == [["input", "bo", {"key": "left"}]]
    assert table.heard(CLEO) == []


def test_what_is_said_is_kept_for_a_member_that_was_lost_while_its_seat_waited_for_the_storage(
    table: Table,
) -> None:
    del table.seats[BO]  # gone between its `join` and the commit of it
    table.publish(host=ANNA)
    table.send(ANNA, "broadcast", "hello")

    missed = table.relay.missed(BO, None)

    assert missed is not None
    assert len(missed) == 1


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


@pytest.mark.parametrize("to", ["cleo", ["cleo"], ["cleo", "cleo"]])
def test_a_direct_message_reaches_those_it_names_once(table: Table, to: object) -> None:
    table.send(BO, "direct", to, "psst")

    assert table.heard(CLEO) == [["direct", "bo", "psst"]]
    assert table.heard(ANNA) == []


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
        ("input", [1, 2]),
        ("input", [1, {"n": 0}]),
        ("input", [1, {"n": True}]),
        ("input", [1, {"n": 1.5}]),
        ("input", [1, {"n": 1, "m": 2}]),
        ("broadcast", [1, {"n": 1}, 3]),
        ("direct", ["bo"]),
        ("direct", [5, "x"]),
        ("direct", [[], "x"]),
        ("direct", [["bo", 5], "x"]),
        ("update", ["key"]),
        ("update", [5, "x"]),
        ("update", ["", "x"]),
        ("update", ["k" * 65, "x"]),
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
    table.relay.handle(table.seats[BO], json_event('2["broadcast",{"x":[1,2.5,null]}]'), table.now)

    assert table.heard(CLEO) == [["broadcast", "bo", {"x": [1, 2.5, None]}]]


def test_the_same_refusal_is_told_once_a_second_and_acked_each_time(table: Table) -> None:
    for number in range(3):
        table.send(BO, "state", 1, ack=number)
    table.pass_time(1.0)
    table.send(BO, "state", 1)

    heard = table.heard(BO)
    assert refused(heard) == ["not_host", "not_host"]
    assert len(heard) == 5


def test_news_over_the_rate_is_left_out_and_the_sender_told() -> None:
    table = Table(rates=Rates(10, 10, 1e6, 5, 20, 1e6))
    for number in range(12):
        table.send(ANNA, "state", number)

    assert [message[1] for message in table.heard(BO)] == list(range(10))
    assert refused(table.heard(ANNA)) == ["rate_limited"]
    assert not table.peers[ANNA].paused
    assert table.counters.dropped == 2


def test_a_flood_of_news_is_not_read_for_a_while_and_if_it_lasts_its_sender_is_closed() -> None:
    table = Table(rates=Rates(10, 10, 1e6, 5, 20, 1e6))
    for number in range(50):  # the burst of 10, and four times as many that are left out
        table.send(ANNA, "state", number)
    assert not table.peers[ANNA].paused

    table.send(ANNA, "state", 50)
    assert table.peers[ANNA].paused
    assert table.counters.limited == {"news": 1}

    for _ in range(1000):
        if table.peers[ANNA].closed_for is None:
            table.send(ANNA, "state", 1)
            table.pass_time(0.01)
    assert table.peers[ANNA].closed_for == "rate_limited"
    assert not table.peers[ANNA].told_to_stay_away


def test_news_at_twice_the_rate_only_loses_half() -> None:
    """A game that draws faster than the server relays is thinned out, for as long as it likes."""
    table = Table(rates=Rates(10, 10, 1e6, 5, 20, 1e6))
    for number in range(1200):
        table.send(ANNA, "state", number)
        table.pass_time(0.05)

    assert table.peers[ANNA].closed_for is None
    assert table.counters.limited == {}
    assert 590 <= len(table.heard(BO)) <= 620


def test_reliable_messages_over_the_rate_arrive_but_nothing_more_is_read_for_a_while() -> None:
    table = Table(rates=Rates(10, 10, 1e6, 5, 20, 1e6))
    for number in range(11):
        table.send(BO, "broadcast", number)

    assert len(table.heard(CLEO)) == 11
    assert table.peers[BO].paused
    assert table.counters.limited == {"relay": 1}
    table.pass_time(0.2)
    assert not table.peers[BO].paused


def test_who_stays_over_its_rate_for_ten_seconds_is_closed_and_may_come_back() -> None:
    table = Table(rates=Rates(10, 10, 1e6, 5, 20, 1e6))
    for _ in range(400):
        if table.peers[BO].closed_for is None:
            table.send(BO, "broadcast", 1)
            table.pass_time(0.05)

    assert table.peers[BO].closed_for == "rate_limited"
    assert not table.peers[BO].told_to_stay_away


def test_a_new_host_is_told_what_is_kept_for_it(table: Table) -> None:
    table.relay.hand_over(HandOver(ROOM, BO, 2))

    assert table.heard(BO) == [
        [
            "become_host",
            {
                "epoch": 2,
                "snapshot": None,
                "snapshot_epoch": None,
                "snapshot_age_ms": None,
                "inputs": [],
                "tail": None,
                "truncated": 0,
            },
        ]
    ]


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


def test_a_host_that_covers_inputs_gets_their_seq(table: Table) -> None:
    table.send(BO, "input", "a")
    table.send(ANNA, "snapshot", {}, {"covers": 1})
    table.send(BO, "input", "b")

    assert table.heard(ANNA) == [["input", "bo", "a"], ["input", "bo", "b", {"seq": 2}]]


def test_inputs_wait_in_order_while_nobody_can_take_them(table: Table) -> None:
    table.publish(host=None)
    for number in range(3):
        table.send(BO, "input", number, {"n": number + 1}, ack=number)
    assert [message[1]["ok"] for message in table.heard(BO)] == [True] * 3

    table.publish(host=CLEO, epoch=2, former=[ANNA])

    assert table.heard(CLEO) == [["input", "bo", number] for number in range(3)]
    assert table.heard(ANNA) == []


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


def test_broadcasts_do_not_wait_for_a_host(table: Table) -> None:
    table.publish(host=None)
    table.send(BO, "broadcast", "still here")

    assert table.heard(CLEO) == [["broadcast", "bo", "still here"]]


def test_state_and_snapshots_count_only_once_the_host_is_ready(table: Table) -> None:
    table.publish(host=BO, epoch=2, former=[ANNA], ready=False)
    table.send(BO, "state", 1)
    table.send(BO, "snapshot", 1)
    table.send(ANNA, "snapshot", 1)

    assert refused(table.heard(BO)) == ["not_host"]
    assert refused(table.heard(ANNA)) == ["stale_host"]
    assert table.heard(CLEO) == []


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
