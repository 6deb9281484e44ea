"""Live hosts are looked after."""

from __future__ import annotations

from gameserver.core.commands import Hint, LeaveRoom, SnapshotStored
from gameserver.core.messages import HostChanged, SnapshotRequest
from tests.support.registry import ANNA, BO, CLEO, House, only, told


def measured(house: House, **pings: float) -> None:
    for player in (ANNA, BO, CLEO):
        if player in pings:
            house.ping(player, pings[player])


def keep_measuring(house: House, seconds: int, **pings: float) -> list[HostChanged]:
    """Let time pass with pings that stay as they are, and return the changes of host."""
    changes: list[HostChanged] = []
    for _ in range(seconds):
        measured(house, **pings)
        changes += only(HostChanged, told(house.passes(1), CLEO))
    return changes


def test_a_lastingly_better_member_takes_over_where_the_room_wants_the_best() -> None:
    house = House()
    room = house.room(ANNA, BO, CLEO, host_policy="best")
    changes = keep_measuring(house, 120, anna=200, bo=30, cleo=90)
    assert [(change.host, change.reason) for change in changes] == [(BO, "policy")]
    assert house.now_is(room).epoch == 2


def test_a_live_host_stays_where_the_room_keeps_it() -> None:
    house = House()
    house.room(ANNA, BO, CLEO)
    assert not keep_measuring(house, 120, anna=200, bo=30, cleo=90)


def test_in_a_room_of_two_no_host_is_better_than_the_other() -> None:
    house = House()
    house.room(ANNA, BO, host_policy="best")
    house.connect(CLEO)
    assert not keep_measuring(house, 120, anna=200, bo=30)


def test_the_replaced_host_is_asked_for_its_snapshot_first() -> None:
    house = House()
    room = house.room(ANNA, BO, CLEO, host_policy="best")
    house.does(ANNA, SnapshotStored())
    asked: list[SnapshotRequest] = []
    while not asked:
        measured(house, anna=200, bo=30, cleo=90)
        asked = only(SnapshotRequest, told(house.passes(1), ANNA))
        assert house.now < 1_700_000_200
    assert asked == [SnapshotRequest(1, "policy", 1000)]
    assert house.now_is(room).host == ANNA
    effects = house.does(ANNA, SnapshotStored())
    (changed,) = only(HostChanged, told(effects, ANNA))
    assert (changed.host, changed.reason) == (BO, "policy")


def test_a_host_in_the_background_is_replaced_under_every_policy() -> None:
    house = House()
    house.room(ANNA, CLEO)
    measured(house, anna=20, cleo=90)
    house.does(ANNA, Hint(hidden=True))
    changes = keep_measuring(house, 9, anna=20, cleo=90)
    assert not changes
    changes = keep_measuring(house, 4, anna=20, cleo=90)
    assert [(change.host, change.reason) for change in changes] == [(CLEO, "silent")]


def test_a_host_that_comes_to_the_front_again_stays() -> None:
    house = House()
    house.room(ANNA, CLEO)
    measured(house, anna=20, cleo=90)
    house.does(ANNA, Hint(hidden=True))
    assert not keep_measuring(house, 8, anna=20, cleo=90)
    house.does(ANNA, Hint(hidden=False))
    assert not keep_measuring(house, 30, anna=20, cleo=90)


def test_a_creator_that_cannot_host_is_left_alone() -> None:
    house = House()
    house.connect(ANNA, can_host=False)
    house.room(ANNA, BO, CLEO, host_policy="best")
    assert not keep_measuring(house, 120, anna=200, bo=30, cleo=90)


def test_a_room_that_ends_with_its_host_keeps_it() -> None:
    house = House()
    house.room(ANNA, BO, CLEO, host_policy="best", on_host_exit="close")
    assert not keep_measuring(house, 120, anna=200, bo=30, cleo=90)
    house.does(ANNA, Hint(hidden=True))
    assert not keep_measuring(house, 30, anna=200, bo=30, cleo=90)
    house.does(ANNA, LeaveRoom())
    assert not house.registry.rooms
