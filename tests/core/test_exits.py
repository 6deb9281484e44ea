"""A host that goes while it is here is asked for its last snapshot first."""

from __future__ import annotations

import pytest

from gameserver.core.commands import (
    Disconnected,
    Hint,
    HostReady,
    HostSilent,
    JoinRoom,
    Kick,
    LeaveRoom,
    Login,
    Logout,
    SnapshotStored,
    TransferHost,
)
from gameserver.core.effects import Done, HandOver, Postpone, Publish, Reply, Settle
from gameserver.core.errors import BadRequest, NotInRoom, PlayerUnavailable
from gameserver.core.messages import (
    HostChanged,
    HostIsReady,
    LoggedOut,
    PlayerLeft,
    RoomLeft,
    SnapshotRequest,
)
from gameserver.core.room import Room
from tests.support.registry import ANNA, BO, CLEO, House, answer, only, told


def kept(*, members: int = 2, **options: object) -> tuple[House, Room]:
    """A room of Anna's, with Bo and perhaps Cleo, whose game has stored a snapshot."""
    house = House()
    room = house.room(*(ANNA, BO, CLEO)[:members], **options)
    house.does(ANNA, SnapshotStored())
    return house, house.now_is(room)


def test_a_host_that_leaves_is_asked_first_and_answered_when_its_snapshot_has_come() -> None:
    house, room = kept()

    effects = house.does(ANNA, LeaveRoom())

    assert effects[0] == Postpone()
    assert told(effects, ANNA) == [SnapshotRequest(1, "left", 1000)]
    assert not told(effects, BO)
    assert house.now_is(room).host == ANNA

    effects = house.does(ANNA, SnapshotStored())

    assert effects[0] == Settle(ANNA, RoomLeft(room.id))
    left, changed = told(effects, BO)[:2]
    assert left == PlayerLeft(room.id, ANNA, "left")
    assert isinstance(changed, HostChanged)
    assert (changed.host, changed.reason) == (BO, "left")


def test_a_host_that_sends_no_snapshot_is_waited_for_a_second() -> None:
    house, room = kept()
    house.does(ANNA, LeaveRoom())
    assert not house.passes(0.9)
    effects = house.passes(0.1)
    assert Settle(ANNA, RoomLeft(room.id)) in effects
    assert house.now_is(room).host == BO


def test_a_game_that_never_stored_a_snapshot_does_not_wait() -> None:
    house = House()
    room = house.room(ANNA, BO)
    assert answer(house.does(ANNA, LeaveRoom())) == RoomLeft(room.id)


def test_nobody_waits_for_a_snapshot_that_nobody_could_use() -> None:
    house, room = kept(members=1)
    assert answer(house.does(ANNA, LeaveRoom())) == RoomLeft(room.id)
    house, room = kept(on_host_exit="close")
    assert answer(house.does(ANNA, LeaveRoom())) == RoomLeft(room.id)


def test_who_leaves_again_does_not_wait_any_more() -> None:
    house, room = kept()
    house.does(ANNA, LeaveRoom())
    effects = house.does(ANNA, LeaveRoom())
    assert Settle(ANNA, RoomLeft(room.id)) in effects
    assert Reply(RoomLeft(room.id)) in effects
    assert house.now_is(room).host == BO


def test_a_logout_does_not_wait_and_answers_the_leave_before_it() -> None:
    house, room = kept()
    house.does(ANNA, LeaveRoom())
    house.does(ANNA, Login("Anna"))
    effects = house.does(ANNA, Logout())
    assert Settle(ANNA, RoomLeft(room.id)) in effects
    assert isinstance(answer(effects), LoggedOut)


def test_a_host_that_vanishes_while_it_leaves_has_left() -> None:
    house, room = kept()
    house.does(ANNA, LeaveRoom())
    effects = house.does(ANNA, Disconnected("lost"))
    assert only(PlayerLeft, told(effects, BO))
    assert house.now_is(room).host == BO
    assert house.registry.next_deadline() == house.now + 5  # the new host's, to be ready


def test_a_transfer_asks_first_and_is_answered_when_it_is_done() -> None:
    house, _ = kept(members=3)

    effects = house.does(ANNA, TransferHost(CLEO))
    assert effects[0] == Postpone()
    assert told(effects, ANNA) == [SnapshotRequest(1, "transfer", 1000)]

    effects = house.does(ANNA, SnapshotStored())
    (changed,) = only(HostChanged, told(effects, BO))
    assert (changed.host, changed.previous, changed.reason) == (CLEO, ANNA, "transfer")
    assert effects[-1] == Settle(ANNA, None)


def test_one_hand_over_at_a_time() -> None:
    house, _ = kept(members=3)
    house.does(ANNA, TransferHost(CLEO))
    with pytest.raises(BadRequest):
        house.does(ANNA, TransferHost(BO))


def test_an_heir_that_went_away_meanwhile_inherits_nothing() -> None:
    house, room = kept(members=3)
    house.does(ANNA, TransferHost(CLEO))
    house.does(CLEO, LeaveRoom())
    (settled,) = house.does(ANNA, SnapshotStored())
    assert isinstance(settled, Settle)
    assert isinstance(settled.outcome, PlayerUnavailable)
    assert house.now_is(room).host == ANNA
    assert house.now_is(room).exit is None


def test_who_leaves_before_its_transfer_is_done_is_told_so() -> None:
    house, room = kept(members=3)
    house.does(ANNA, TransferHost(CLEO))
    effects = house.does(ANNA, LeaveRoom())
    (settled,) = [effect for effect in effects if isinstance(effect, Settle)]
    assert isinstance(settled.outcome, NotInRoom)
    assert house.now_is(room).host == BO


def test_the_host_still_rules_while_its_snapshot_is_waited_for() -> None:
    house, room = kept(members=3)
    house.does(ANNA, LeaveRoom())
    assert Done() in house.does(ANNA, Kick(BO))
    house.does(ANNA, SnapshotStored())
    assert house.now_is(room).host == CLEO


def test_a_new_host_with_something_to_restore_is_waited_for() -> None:
    house, room = kept(members=3)
    house.does(ANNA, LeaveRoom())

    effects = house.does(ANNA, SnapshotStored())

    assert HandOver(room.id, BO, 2) in effects
    assert not only(HostIsReady, told(effects, CLEO))
    assert house.now_is(room).state == "migrating"
    assert not house.routes[room.id].host_ready

    effects = house.does(BO, HostReady(2))

    assert only(HostIsReady, told(effects, CLEO)) == [HostIsReady(BO, 2, forced=False)]
    assert house.routes[room.id].host_ready
    assert house.now_is(room).state == "open"


def test_the_word_of_readiness_stands_before_the_route_that_lets_inputs_through() -> None:
    house, _ = kept()
    house.does(ANNA, Disconnected("lost"))
    effects = house.does(BO, HostReady(2))
    word = next(n for n, effect in enumerate(effects) if only(HostIsReady, told([effect], BO)))
    route = next(n for n, effect in enumerate(effects) if isinstance(effect, Publish))
    assert word < route


def test_a_candidate_that_does_not_answer_is_passed_over() -> None:
    house, room = kept(members=3)
    house.does(ANNA, Disconnected("lost"))
    effects = house.passes(5)
    (changed,) = only(HostChanged, told(effects, BO))
    assert (changed.host, changed.previous, changed.epoch, changed.reason) == (CLEO, BO, 3, "timeout")
    assert house.now_is(room).former_hosts == (BO,)  # Anna has left the server
    house.does(CLEO, HostReady(3))
    assert house.now_is(room).state == "open"
    assert house.now_is(room).tried == ()


def test_when_all_have_timed_out_the_best_one_is_host_without_waiting() -> None:
    house, room = kept(members=3)
    house.ping(CLEO, 20)
    house.ping(BO, 90)
    house.does(ANNA, Disconnected("lost"))
    house.passes(5)
    effects = house.passes(5)
    (changed,) = only(HostChanged, told(effects, BO))
    assert (changed.host, changed.epoch, changed.reason) == (CLEO, 4, "timeout")
    assert only(HostIsReady, told(effects, BO)) == [HostIsReady(CLEO, 4, forced=True)]
    assert house.now_is(room).state == "open"


def test_the_only_one_left_is_host_without_waiting_once_it_timed_out() -> None:
    house, room = kept()
    house.does(ANNA, Disconnected("lost"))
    effects = house.passes(5)
    assert only(HostIsReady, told(effects, BO)) == [HostIsReady(BO, 3, forced=True)]
    assert house.now_is(room).epoch == 3


def test_a_candidate_that_cannot_host_after_all_keeps_the_room_if_nobody_else_can() -> None:
    house, room = kept()
    house.does(ANNA, Disconnected("lost"))
    house.does(BO, Hint(can_host=False))
    effects = house.passes(5)
    assert only(HostIsReady, told(effects, BO)) == [HostIsReady(BO, 2, forced=True)]
    assert house.now_is(room).host == BO


def test_a_candidate_that_dies_too_is_followed_at_once() -> None:
    house, room = kept(members=3)
    house.does(ANNA, Disconnected("lost"))
    house.does(BO, Disconnected("lost"))
    now = house.now_is(room)
    assert (now.host, now.epoch, now.state) == (CLEO, 3, "migrating")


def test_a_silent_host_is_replaced_and_stays_a_member() -> None:
    house, room = kept(members=3)
    effects = house.does(ANNA, HostSilent())
    (changed,) = only(HostChanged, told(effects, ANNA))
    assert (changed.host, changed.previous, changed.reason) == (BO, ANNA, "silent")
    assert ANNA in house.now_is(room).members
    assert ANNA not in [candidate.id for candidate in changed.candidates]


def test_a_silent_host_that_nobody_can_follow_stays_host() -> None:
    house, room = kept(members=1)
    assert house.does(ANNA, HostSilent()) == []
    house.connect(BO, can_host=False)
    house.does(BO, JoinRoom(room.id))
    assert house.does(ANNA, HostSilent()) == []
    assert house.does(BO, HostSilent()) == []
    assert house.now_is(room).host == ANNA


def test_a_host_that_falls_silent_while_it_leaves_is_not_waited_for() -> None:
    house, room = kept()
    house.does(ANNA, LeaveRoom())
    assert Settle(ANNA, RoomLeft(room.id)) in house.does(ANNA, HostSilent())


def test_a_snapshot_of_who_is_not_host_changes_nothing() -> None:
    house = House()
    room = house.room(ANNA, BO)
    assert house.does(BO, SnapshotStored()) == []
    assert not house.now_is(room).has_snapshot
