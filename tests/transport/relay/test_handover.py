"""What a new host and a late joiner are given of what a room keeps."""

from __future__ import annotations

from typing import Any

from gameserver.core.effects import HandOver, Route
from gameserver.core.values import PlayerId, RoomId
from gameserver.protocol.packets import Literal, MsgpackRaw
from gameserver.transport.relay.counters import Counters
from gameserver.transport.relay.handover import become_host, inputs_dropped, kept_snapshot
from gameserver.transport.relay.keeper import Keeper, KeeperLimits
from gameserver.transport.relay.quota import Quota, QuotaLimits
from tests.support.peers import read

ANNA, BO = PlayerId("anna"), PlayerId("bo")
ROOM = RoomId("68ffbdj0")
ORDER = HandOver(ROOM, BO, 2)
THREE_BLOBS = MsgpackRaw(b"\x93" + b"\xc4\x01x" * 3)  # [b"x", b"x", b"x"]


def keeper(*inputs: object, covers: int | None = 0) -> Keeper:
    """What a room keeps whose host gave a snapshot at 100.0, and then got these inputs of Anna's."""
    kept = Keeper(KeeperLimits(8, 4096, 8, 4096), Quota(QuotaLimits(), Counters()))
    kept.keep(Literal({"score": 1}), epoch=1, covers=covers, now=100.0, address="192.0.2.1")
    for given in inputs:
        kept.take(ANNA, given if isinstance(given, MsgpackRaw) else Literal(given), 100.5)
    return kept


def told(kept: Keeper, parser: str = "msgpack", now: float = 102.0) -> dict[str, Any]:
    name, body = read(become_host(ORDER, kept, parser, now))
    assert name == "become_host"
    return dict(body)


def test_a_room_that_keeps_nothing_hands_over_nothing() -> None:
    assert told(Keeper(KeeperLimits(), Quota(QuotaLimits(), Counters()))) == {
        "epoch": 2,
        "snapshot": None,
        "snapshot_epoch": None,
        "snapshot_age_ms": None,
        "inputs": [],
        "tail": None,
        "truncated": 0,
    }


def test_a_new_host_is_given_the_snapshot_its_age_and_what_came_since() -> None:
    assert told(keeper("left", "right")) == {
        "epoch": 2,
        "snapshot": {"score": 1},
        "snapshot_epoch": 1,
        "snapshot_age_ms": 2000,
        "inputs": [["anna", "left", 1], ["anna", "right", 2]],
        "tail": "exact",
        "truncated": 0,
    }


def test_a_snapshot_that_does_not_say_what_it_covers_may_overlap_with_the_inputs() -> None:
    assert told(keeper("left", covers=None))["tail"] == "overlap"


def test_a_new_host_is_told_how_many_inputs_no_longer_fit() -> None:
    kept = keeper(*range(10))

    body = told(kept)

    assert body["truncated"] == 2
    assert [given[1] for given in body["inputs"]] == list(range(2, 10))


def test_what_a_json_packet_cannot_carry_waits_in_front_of_what_waits_already() -> None:
    kept = keeper(*[THREE_BLOBS] * 4)  # twelve attachments, where ten are the most
    kept.park(BO, Literal("later"), 101.0)

    body = told(kept, "json")

    assert [given[2] for given in body["inputs"]] == [1, 2, 3]
    assert [given.seq for given in kept.unpark()] == [4, 5]


def test_a_msgpack_host_gets_all_of_it() -> None:
    assert len(told(keeper(*[THREE_BLOBS] * 4))["inputs"]) == 4


def test_a_late_joiner_is_given_the_snapshot_with_its_epoch_and_age() -> None:
    kept = keeper()
    assert kept.snapshot is not None

    packet = kept_snapshot(kept.snapshot, 100.25)

    assert read(packet) == ["snapshot", {"score": 1}, {"epoch": 1, "age_ms": 250}]


def test_a_room_is_told_whose_inputs_were_dropped_and_how_many() -> None:
    route = Route(ROOM, 3, None, False, (ANNA, BO), frozenset((ANNA, BO)), frozenset())

    assert inputs_dropped(route, ANNA, 7) == {"id": ROOM, "epoch": 3, "count": 7, "by": "anna"}
